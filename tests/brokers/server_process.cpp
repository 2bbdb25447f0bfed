#include "brokers/server_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

#include "os/os.hpp"

namespace mqtts::test {

namespace {

using Clock = std::chrono::steady_clock;

void pause_briefly() {
    ::poll(nullptr, 0, 10);  // nobody tells, so it is asked again
}

// Between fork() and exec(): the test has one thread, so anything may be called here.
[[noreturn]] void become(const ServerCommand& command) {
    os::end_with_parent();
    ::setpgid(0, 0);
    const int input = ::open("/dev/null", O_RDONLY);
    const int log = ::open(command.log_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(input, STDIN_FILENO);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    std::signal(SIGPIPE, SIG_DFL);
    for (const std::string& variable : command.environment) {
        const std::size_t equals = variable.find('=');
        ::setenv(variable.substr(0, equals).c_str(), variable.substr(equals + 1).c_str(), 1);
    }
    std::vector<char*> arguments;
    for (const std::string& argument : command.arguments)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    if (::chdir(command.directory.c_str()) == 0) ::execvp(arguments[0], arguments.data());
    ::_exit(127);
}

}  // namespace

ServerProcess::ServerProcess(ServerCommand command) : command_(std::move(command)), id_(::fork()) {
    if (id_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (id_ == 0) become(command_);
    ::setpgid(id_, id_);  // whoever of the two is first
}

ServerProcess::~ServerProcess() {
    kill();
}

void ServerProcess::wait_for_log(std::string_view text) {
    const Clock::time_point deadline = Clock::now() + patience;
    while (log().find(text) == std::string::npos) {
        const bool ended = has_ended();
        if (ended || Clock::now() > deadline) {
            throw std::runtime_error(command_.arguments[0] + (ended ? " ended" : " hangs") + " before it logged \"" +
                                     std::string(text) + "\":\n" + log());
        }
        pause_briefly();
    }
}

std::string ServerProcess::log() const {
    std::ifstream file(command_.log_file, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void ServerProcess::signal(int number) const {
    if (id_ > 0) ::kill(id_, number);
}

void ServerProcess::stop() {
    signal(SIGTERM);
    const Clock::time_point deadline = Clock::now() + patience;
    while (!has_ended() && Clock::now() < deadline)
        pause_briefly();
    kill();
}

void ServerProcess::kill() {
    if (id_ <= 0) return;
    ::kill(-id_, SIGKILL);  // helpers, too, that outlived their server
    while (::waitpid(id_, nullptr, 0) < 0 && errno == EINTR) {
    }
    id_ = -1;
}

// Left a zombie, so that nobody else gets the number of its group before kill().
bool ServerProcess::has_ended() {
    siginfo_t info{};
    return id_ <= 0 ||
           (::waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == id_);
}

}  // namespace mqtts::test
