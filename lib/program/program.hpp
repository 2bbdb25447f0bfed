// SPDX-License-Identifier: Apache-2.0
// What both programs have around their work: settings, trust, signals, the deadline, and the exit status at the end.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "cli/option.hpp"
#include "cli/settings.hpp"
#include "client/client.hpp"
#include "log/log.hpp"
#include "tls/context.hpp"

namespace mqtts {

/// What the work of a program is done with. It outlives the work.
struct Program {
    std::chrono::steady_clock::time_point started;
    cli::Settings settings;
    Log log;
    tls::Context tls;
};

using Work = boost::asio::awaitable<Result<>> (*)(const Program&);

/// The whole life of a program: reads the options, does the work, reports its failure on stderr, and returns the exit
/// status. No exception leaves it.
int run_program(cli::Command command, int argc, char** argv, Work work);

/// Writes to standard output, at once. Failure: output_failed.
Result<> print(std::string_view text);

/// What is waited for besides the server, for the sentence of -W: "waiting for 'make' to end"; empty: nothing.
using Waiting = std::function<std::string()>;

/// Client::run() under the eyes of signals and the deadline of -W. The first SIGINT or SIGTERM finishes what is under
/// way; the second ends the process at once. Stops the client while it is connecting.
boost::asio::awaitable<Result<>> run_supervised(client::Client& client, const Program& program, Waiting waiting = {});

}  // namespace mqtts
