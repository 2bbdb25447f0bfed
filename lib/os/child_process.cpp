// SPDX-License-Identifier: Apache-2.0
#include "os/child_process.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <string_view>

#include "async/race.hpp"
#include "os/exit_status.hpp"
#include "os/spawn.hpp"
#include "os/system_reason.hpp"
#include "text/escape.hpp"

namespace mqtts::os {

ChildProcess::ChildProcess(const boost::asio::any_io_executor& executor) : ended_(executor, SIGCHLD) {}

Result<> ChildProcess::start(const std::vector<std::string>& command) {
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const std::string& word : command)
        arguments.push_back(const_cast<char*>(word.c_str()));  // spawn() only reads it
    arguments.push_back(nullptr);
    pid_t id = 0;
    const int error = spawn(id, arguments.data());
    if (error == 0) {
        id_ = id;
        return {};
    }
    return Failure(command_failed_with(status_of_spawn_error(error)),
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
