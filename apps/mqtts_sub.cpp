// mqtts-sub: subscribes, and prints what comes; acknowledges it once it is written.
#include <boost/asio/this_coro.hpp>

#include "diagnosis.hpp"
#include "ending.hpp"
#include "program.hpp"
#include "stream/output.hpp"
#include "stream/printer.hpp"

using namespace mqtts;

namespace {

/// Never ends by itself: it is cancelled with the client's run.
boost::asio::awaitable<Result<>> report_rate(client::Client& client, stream::Printer& printer) {
    client.stop(co_await printer.report_rate());
    co_return co_await client::until();
}

boost::asio::awaitable<Result<>> subscribe(const Program& program) {
    const auto executor = co_await boost::asio::this_coro::executor;
    Result<stream::Output> output = stream::Output::open_stdout(executor);
    if (!output) co_return output.error();
    stream::Printer printer(program.settings.subscribe.print, std::move(*output), program.log);
    Diagnosis diagnosis(program);
    client::Settings settings = client_settings(program.settings);
    settings.observer = diagnosis.observer();
    client::Client client(executor, std::move(settings), program.tls, &printer, program.log);
    Ending ending(executor, program, client, printer.expectation());
    client.on_subscribed([&] { return ending.subscribed(); });
    Result<> result =
        (co_await client::race(run_supervised(client, program), report_rate(client, printer), ending.watch())).result;
    if (printer.reader_left()) result = {};
    diagnosis.conclude(client);
    co_return co_await ending.conclude(std::move(result));
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(cli::Command::subscribe, argc, argv, subscribe);
}
