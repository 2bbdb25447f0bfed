// SPDX-License-Identifier: Apache-2.0
#include "support/server_process.hpp"

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
#include "support/exec_strings.hpp"
#include "support/listener.hpp"

namespace mqtts::test {

namespace {

using Clock = std::chrono::steady_clock;

void pause_briefly() {
    ::poll(nullptr, 0, 10);  // nobody tells, so it is asked again
}

// Between fork() and exec(): the test has several threads, so nothing here allocates.
[[noreturn]] void become(const ServerCommand& command, char** arguments, char** environment) {
    os::end_with_parent();
    ::setpgid(0, 0);
    const int input = ::open("/dev/null", O_RDONLY);
    const int log = ::open(command.log_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(input, STDIN_FILENO);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    std::signal(SIGPIPE, SIG_DFL);
    os::environment() = environment;
    if (::chdir(command.directory.c_str()) == 0) ::execvp(arguments[0], arguments);
    ::_exit(127);
}

pid_t start(const ServerCommand& command) {
    std::vector<std::string> arguments = command.arguments;
    std::vector<std::string> environment = environment_with(command.environment);
    std::vector<char*> argument_pointers = pointers(arguments);
    std::vector<char*> environment_pointers = pointers(environment);
    const pid_t id = ::fork();
    if (id < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (id == 0) become(command, argument_pointers.data(), environment_pointers.data());
    ::setpgid(id, id);  // whoever of the two is first
    return id;
}

}  // namespace

ServerProcess::ServerProcess(ServerCommand command) : command_(std::move(command)), id_(start(command_)) {}

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

bool ServerProcess::accepts_at(std::uint16_t port) {
    const Clock::time_point deadline = Clock::now() + patience;
    while (!has_ended() && Clock::now() < deadline) {
        if (is_accepting(port)) return true;
        pause_briefly();
    }
    return false;
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
