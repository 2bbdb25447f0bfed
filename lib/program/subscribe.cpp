// SPDX-License-Identifier: Apache-2.0
#include "program/subscribe.hpp"

#include <unistd.h>

#include <boost/asio/this_coro.hpp>
#include <optional>
#include <utility>

#include "async/race.hpp"
#include "os/os.hpp"
#include "output/printer.hpp"
#include "program/ending.hpp"
#include "program/handle_messages.hpp"
#include "program/output_reader.hpp"
#include "program/reports.hpp"
#include "program/state_file.hpp"
#include "program/supervise.hpp"
#include "stream/output.hpp"

namespace mqtts::program {

namespace {

/// Never ends by itself: it is cancelled with the client's run.
Awaitable<Result<>> report_rate(client::Client& client, output::Printer& printer) {
    const Result<> reported = co_await printer.report_rate();
    if (async::was_cancelled(reported)) co_return reported;
    client.stop(reported);
    co_return co_await async::until();
}

/// Opens standard output: on the disk with --ack fsync, and behind a line that a killed process left unfinished
/// (--state has cut it off).
Result<stream::Output> open_output(const boost::asio::any_io_executor& executor,
                                   const cli::SubscribeSettings& settings) {
    Result<stream::Output> output = stream::Output::open_stdout(executor);
    if (!output) return output;
    if (settings.sync && !output->is_file())
        return Failure(Errc::bad_option, "--ack fsync needs a file as standard output",
                       "redirect standard output to a file", {"--ack"});
    if (settings.sync) output->sync_when_flushed();
    if (format::is_line_wise(settings.print.format) && output->continues_line())
        output->pending().buffer().append("\n");
    return output;
}

/// Subscribes, and prints or handles the messages.
Awaitable<Result<>> subscribe_somehow(const Program& program) {
    const auto executor = co_await boost::asio::this_coro::executor;
    const cli::SubscribeSettings& wanted = program.settings.subscribe;
    if (!wanted.commands.rules.empty()) co_return co_await handle_messages(program);
    client::Settings settings = program.settings.client;
    if (wanted.sync) os::sync_name_of(STDOUT_FILENO);  // the shell may have made the file a moment ago
    std::optional<StateFile> state;
    if (!wanted.state.empty()) {
        const auto durability = wanted.sync ? store::Durability::machine : store::Durability::process;
        auto opened =
            StateFile::open(wanted.state, durability, settings.session.client_identifier, STDOUT_FILENO, program.log);
        if (!opened) co_return opened.error();
        settings.receipts = &state.emplace(std::move(*opened));
    }
    Result<stream::Output> output = open_output(executor, wanted);
    if (!output) co_return output.error();
    output::Printer printer(wanted.print, std::move(*output), program.log);
    Reports reports(program.settings.diagnosis, program.log);
    settings.observer = reports.observer();
    client::Client client(executor, settings, program.tls, &printer, program.log);
    Ending ending(executor, program, client, printer.expectation());
    client.on_subscribed([&] { return ending.subscribed(); });
    Result<> result =
        (co_await async::race(supervise(client, program, {.waiting_for = [&] { return ending.waiting_for(); }}),
                              report_rate(client, printer), ending.watch(),
                              watch_reader(client, is_over_without_reader(settings, wanted),
                                           [&] { return printer.wait_for_reader_to_leave(); })))
            .result;
    const client::Statistics statistics = client.statistics();  // also of --remove-retained
    if (ended_by_reader(result, printer.reader_left(), statistics)) result = {};
    reports.conclude(statistics);
    co_return co_await ending.conclude(std::move(result));
}

}  // namespace

int subscribe(Run& run) {
    return run_connected(run, subscribe_somehow);
}

}  // namespace mqtts::program
