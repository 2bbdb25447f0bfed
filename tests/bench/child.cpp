#include "bench/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <stdexcept>

namespace mqtts::bench {

namespace {

constexpr int patience_seconds = 600;

[[noreturn]] void execute(const std::vector<std::string>& arguments) {
    std::vector<char*> values;
    for (const std::string& argument : arguments)
        values.push_back(const_cast<char*>(argument.c_str()));
    values.push_back(nullptr);
    ::execvp(values[0], values.data());
    std::perror(values[0]);
    ::_exit(127);
}

void redirect(const std::string& path, int flags, int to) {
    const int file = ::open(path.c_str(), flags, 0600);
    if (file < 0 || ::dup2(file, to) < 0) {
        std::perror(path.c_str());
        ::_exit(127);
    }
    ::close(file);
}

double microseconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
}

}  // namespace

Running start(const Job& job) {
    const auto now = std::chrono::steady_clock::now();
    const pid_t id = ::fork();
    if (id < 0) throw std::runtime_error("fork failed");
    if (id == 0) {
        redirect(job.input_file, O_RDONLY, STDIN_FILENO);
        redirect(job.output_file, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
        for (const std::string& variable : job.environment)
            ::putenv(const_cast<char*>(variable.c_str()));
        ::alarm(patience_seconds);
        execute(job.arguments);
    }
    return {.id = id, .start = now};
}

Usage finish(const Running& running) {
    int status = 0;
    rusage usage{};
    ::wait4(running.id, &status, 0, &usage);
    const std::chrono::duration<double, std::micro> wall = std::chrono::steady_clock::now() - running.start;
    return {.cpu = microseconds(usage.ru_utime) + microseconds(usage.ru_stime),
            .wall = wall.count(),
            .memory = static_cast<double>(usage.ru_maxrss) / 1024,
            .status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status)};
}

Child::Child(const std::vector<std::string>& arguments) {
    std::array<int, 2> input{};
    std::array<int, 2> output{};
    if (::pipe2(input.data(), O_CLOEXEC) != 0 || ::pipe2(output.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe");
    }
    id_ = ::fork();
    if (id_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(input[0], STDIN_FILENO);
        ::dup2(output[1], STDOUT_FILENO);
        execute(arguments);
    }
    ::close(input[0]);
    ::close(output[1]);
    input_ = test::FileDescriptor(input[1]);
    output_ = test::FileDescriptor(output[0]);
    if (id_ < 0) throw std::runtime_error("fork failed");
}

Child::~Child() {
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
}

void Child::write(std::string_view bytes) const {
    if (::write(input_.get(), bytes.data(), bytes.size()) < 0) throw std::runtime_error("a process closed its input");
}

char Child::read_byte() const {
    constexpr int limit = patience_seconds * 1000;
    pollfd readable{output_.get(), POLLIN, 0};
    char byte = 0;
    if (::poll(&readable, 1, limit) != 1 || ::read(output_.get(), &byte, 1) != 1) {
        throw std::runtime_error("a process said nothing");
    }
    return byte;
}

double Child::cpu() const {
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(id_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) {
        throw std::runtime_error("a process ended early");
    }
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

std::string Child::read_line() const {
    std::string line;
    for (char byte = read_byte(); byte != '\n'; byte = read_byte())
        line += byte;
    return line;
}

}  // namespace mqtts::bench
