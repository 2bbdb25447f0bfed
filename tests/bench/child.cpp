// SPDX-License-Identifier: Apache-2.0
#include "bench/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <stdexcept>

#include "os/os.hpp"
#include "support/exec_strings.hpp"

namespace mqtts::bench {

namespace {

constexpr int patience_seconds = 600;

/// A command as exec wants it, made before fork: behind it nothing may allocate.
class Program {
public:
    Program(const std::vector<std::string>& arguments, const std::vector<std::string>& additions)
        : arguments_(arguments), environment_(test::environment_with(additions)) {}

    [[noreturn]] void execute() {
        os::environment() = environment_pointers_.data();
        ::execvp(argument_pointers_[0], argument_pointers_.data());
        std::perror(argument_pointers_[0]);
        ::_exit(127);
    }

private:
    std::vector<std::string> arguments_;
    std::vector<std::string> environment_;
    std::vector<char*> argument_pointers_ = test::pointers(arguments_);
    std::vector<char*> environment_pointers_ = test::pointers(environment_);
};

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

/// What we hold, in MiB.
double own_memory() {
    std::ifstream file("/proc/self/statm");  // in pages: the size, what of it is resident, ...
    double size = 0;
    double resident = 0;
    if (!(file >> size >> resident)) throw std::runtime_error("/proc/self/statm: not readable");
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

}  // namespace

Running start(const Job& job) {
    Program program(job.arguments, job.environment);
    const double starter = own_memory();
    const auto now = std::chrono::steady_clock::now();
    const pid_t id = ::fork();
    if (id < 0) throw std::runtime_error("fork failed");
    if (id == 0) {
        redirect(job.input_file, O_RDONLY, STDIN_FILENO);
        redirect(job.output_file, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
        ::alarm(patience_seconds);
        program.execute();
    }
    return {.id = id, .start = now, .starter = starter};
}

Usage finish(const Running& running) {
    int status = 0;
    rusage usage{};
    ::wait4(running.id, &status, 0, &usage);
    const std::chrono::duration<double, std::micro> wall = std::chrono::steady_clock::now() - running.start;
    return {.cpu = microseconds(usage.ru_utime) + microseconds(usage.ru_stime),
            .wall = wall.count(),
            .memory = static_cast<double>(usage.ru_maxrss) / 1024,
            .starter = running.starter,
            .status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status)};
}

Child::Child(const std::vector<std::string>& arguments, Output kind) {
    test::PipeEnds input = test::make_pipe();
    test::PipeEnds output = test::make_pipe();
    Program program(arguments, {});
    id_ = ::fork();
    if (id_ == 0) {
        os::end_with_parent();
        ::dup2(input.read.get(), STDIN_FILENO);
        ::dup2(output.write.get(), STDOUT_FILENO);
        program.execute();
    }
    if (id_ < 0) throw std::runtime_error("fork failed");
    input_ = std::move(input.write);
    output_ = std::move(output.read);
    if (kind == Output::kept) output_relay_.emplace(output_);
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
    if (begin_ == read_.size()) {
        read_.resize(4096);
        pollfd readable{output_.get(), POLLIN, 0};
        const ssize_t count =
            ::poll(&readable, 1, limit) == 1 ? ::read(output_.get(), read_.data(), read_.size()) : ssize_t{0};
        read_.resize(static_cast<std::size_t>(std::max(count, ssize_t{0})));
        begin_ = 0;
        if (read_.empty()) throw std::runtime_error("a process said nothing");
    }
    return read_[begin_++];
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
