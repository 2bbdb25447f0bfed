// SPDX-License-Identifier: Apache-2.0
#include "program/handle_messages.hpp"

#include <fmt/format.h>

#include <boost/asio/this_coro.hpp>
#include <csignal>
#include <optional>
#include <utility>
#include <vector>

#include "async/race.hpp"
#include "command/runner.hpp"
#include "program/ending.hpp"
#include "program/output_reader.hpp"
#include "program/replies.hpp"
#include "program/reports.hpp"
#include "program/state_file.hpp"
#include "program/supervise.hpp"
#include "stream/output.hpp"

namespace mqtts::program {

namespace {

/// Ends the client when a command has failed and that ends the run, or nobody takes the output. Never ends by itself:
/// it is cancelled with the client's run.
Awaitable<Result<>> run_commands(client::Client& client, command::Runner& runner, std::chrono::milliseconds linger) {
    const Result<> ended = co_await runner.run(linger);
    if (async::was_cancelled(ended)) co_return ended;
    client.stop(ended);
    co_return co_await async::until();
}

/// Supervises the client. Then commands that still run may end within `linger`, unless the time is up already; those
/// that are left get SIGTERM.
Awaitable<Result<>> supervise_commands(client::Client& client, const Program& program, command::Runner& runner,
                                       const Ending& ending) {
    std::optional<int> interruption;
    const auto waiting_for = [&] {
        const std::string commands = runner.waiting_for();
        return commands.empty() ? ending.waiting_for() : commands;
    };
    const Besides besides{.waiting_for = waiting_for,
                          .interrupted =
                              [&](int signal) {
                                  interruption = signal;
                                  runner.drain();
                              },
                          .killed = [&] { runner.signal(SIGTERM); }};
    Result<> result = co_await supervise(client, program, besides);
    const bool is_out_of_time = !result && result.error().code == Errc::timed_out;
    const bool has_time = !interruption && !is_out_of_time;  // with a signal, the client has taken it
    const bool is_undone = interruption && !runner.is_idle();
    using std::chrono::milliseconds;
    co_await runner.finish(has_time ? program.settings.client.patience.linger : milliseconds(0));
    if (result && is_undone)
        co_return Failure(interrupted_by(*interruption), fmt::format("terminated by signal {}", *interruption));
    co_return result;
}

/// Tells whether a command has failed because the reader of standard output has left, which both have.
Awaitable<bool> failed_without_reader(command::Runner& runner) {
    const auto& failure = runner.failure();
    if (!failure || failure->code != command_failed_with(exit_status(interrupted_by(SIGPIPE)))) co_return false;
    co_await async::race(runner.wait_for_reader_to_leave(), async::until(Ending::Clock::now()));
    co_return runner.reader_left();
}

/// Fails a run in which a command has failed: also if the client ended at the same moment, and if the run went on.
Result<> judge_failures(Result<> ended, const command::Runner& runner) {
    if (!ended) return ended;
    if (runner.failure()) return *runner.failure();
    if (runner.failures() == 0) return ended;
    return Failure(Errc::not_matched, fmt::format("{} failed", client::count_of(runner.failures(), "command")));
}

}  // namespace

Awaitable<Result<>> handle_messages(const Program& program) {
    const auto executor = co_await boost::asio::this_coro::executor;
    const cli::SubscribeSettings& wanted = program.settings.subscribe;
    client::Settings settings = program.settings.client;
    std::optional<StateFile> state;
    if (!wanted.state.empty()) {
        auto opened = StateFile::open(wanted.state, store::Durability::process, settings.session.client_identifier,
                                      std::nullopt, program.log);
        if (!opened) co_return opened.error();
        settings.receipts = &state.emplace(std::move(*opened));
    }
    Result<stream::Output> output = stream::Output::open_stdout(executor);
    if (!output) co_return output.error();
    Reports reports(program.settings.diagnosis, program.log);
    settings.observer = reports.observer();
    Replies replies(executor);
    command::Runner runner(executor, wanted.commands, wanted.print, std::move(*output), program.log, &replies);
    client::Client client(executor, settings, program.tls, &runner, program.log);
    if (wanted.commands.reply) replies.attach(client, runner);
    Ending ending(executor, program, client, runner.expectation());
    ending.handles_until([&] { return runner.is_idle() ? runner.last_end() : Ending::Clock::now(); });
    client.on_subscribed([&] { return ending.subscribed(); });
    const auto linger = settings.patience.linger;
    Result<> result = (co_await async::race(supervise_commands(client, program, runner, ending),
                                            run_commands(client, runner, linger), ending.watch(), replies.run(),
                                            watch_reader(client, is_over_without_reader(settings, wanted),
                                                         [&] { return runner.wait_for_reader_to_leave(); })))
                          .result;
    const client::Statistics statistics = client.statistics();
    reports.conclude(statistics);
    const bool is_unread = co_await failed_without_reader(runner);
    if (is_unread || ended_by_reader(result, runner.reader_left(), statistics))
        co_return co_await ending.conclude(Result<>());
    co_return co_await ending.conclude(judge_failures(std::move(result), runner));
}

}  // namespace mqtts::program
