// SPDX-License-Identifier: Apache-2.0
#include "os/child_process.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <csignal>
#include <string_view>

#include "async/race.hpp"
#include "os/exit_status.hpp"
#include "os/os.hpp"
#include "os/system_reason.hpp"
#include "text/escape.hpp"

namespace mqtts::os {

namespace {

/// Undoes what this process set up for itself and a program does not expect: that SIGPIPE is ignored.
class Attributes {
public:
    Attributes() {
        ::posix_spawnattr_init(&attributes_);
        sigset_t defaults;
        ::sigemptyset(&defaults);
        ::sigaddset(&defaults, SIGPIPE);
        ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
    }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }

    [[nodiscard]] const posix_spawnattr_t* get() const noexcept { return &attributes_; }

private:
    posix_spawnattr_t attributes_{};
};

}  // namespace

ChildProcess::ChildProcess(const boost::asio::any_io_executor& executor) : ended_(executor, SIGCHLD) {}

Result<> ChildProcess::start(const std::vector<std::string>& command) {
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const std::string& word : command)
        arguments.push_back(const_cast<char*>(word.c_str()));  // posix_spawnp only reads it
    arguments.push_back(nullptr);
    const Attributes attributes;
    pid_t id = 0;
    const int error =
        ::posix_spawnp(&id, arguments.front(), nullptr, attributes.get(), arguments.data(), environment());
    if (error == 0) {
        id_ = id;
        return {};
    }
    constexpr int not_found = 127;
    constexpr int not_runnable = 126;
    return Failure(command_failed_with(error == ENOENT ? not_found : not_runnable),
                   fmt::format("cannot run {}: {}", quoted_program(command), system_reason(error)));
}

std::string quoted_program(const std::vector<std::string>& command) {
    const std::string_view word = command.front();
    const std::string_view program = word.substr(0, word.find_first_of(" \t\n"));
    return fmt::format("'{}{}'", escape(program), program.size() < word.size() ? " …" : "");
}

Awaitable<Result<>> ChildProcess::wait() {
    while (!has_ended()) {
        const auto [error, signal] = co_await ended_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        if (error) co_return async::cancelled();
    }
    co_return Result<>();
}

void ChildProcess::signal(int number) {
    if (!was_started() || has_ended()) return;
    was_signalled_ = true;
    ::kill(id_, number);
}

bool ChildProcess::has_ended() {
    int status = 0;
    if (!status_ && ::waitpid(id_, &status, WNOHANG) == id_) status_ = exit_status_of(status);
    return status_.has_value();
}

}  // namespace mqtts::os
