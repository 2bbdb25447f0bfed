// mqtts-pub: publishes a message, a file, or each line of standard input, and ends when all of it is acknowledged; or
// asks, and prints the answer.
#include <fmt/format.h>

#include <boost/asio/this_coro.hpp>

#include "program.hpp"
#include "publish_source.hpp"
#include "request.hpp"
#include "stream/answer.hpp"
#include "stream/printer.hpp"

using namespace mqtts;

namespace {

/// How both ended, the connection and the input; each may have a reason of its own.
Result<> both(Result<> client, const Result<>& stream) {
    if (client) return stream;
    if (stream) return client;
    return Failure(client.error().code, fmt::format("{}; {}", client.error().what, stream.error().what));
}

boost::asio::awaitable<Result<>> publish(const Program& program) {
    const auto executor = co_await boost::asio::this_coro::executor;
    client::Settings settings = client_settings(program.settings);
    settings.record_name = record_name(program.settings.publish);
    client::Client client(executor, std::move(settings), program.tls, nullptr, program.log);
    auto stream = make_stream(executor, program.settings.publish, client, program.log);
    if (!stream) co_return stream.error();
    auto [winner, result] = co_await client::race(run_supervised(client, program), stream->run());
    co_return both(std::move(result), stream->result());
}

/// Publishes a request and prints its answer.
boost::asio::awaitable<Result<>> request(const Program& program) {
    const auto executor = co_await boost::asio::this_coro::executor;
    cli::Settings settings = program.settings;
    const std::string correlation_data = prepare_request(settings);
    Result<stream::Output> output = stream::Output::open_stdout(executor);
    if (!output) co_return output.error();
    stream::Printer printer(settings.subscribe.print, std::move(*output), program.log);
    stream::Answer answer(printer, correlation_data);

    client::Client client(executor, client_settings(settings), program.tls, &answer, program.log);
    auto stream = make_stream(executor, settings.publish, client, program.log);
    if (!stream) co_return stream.error();
    stream->leave_open();
    auto [winner, ended] = co_await client::race(run_supervised(client, program), stream->run());
    Result<> result = both(std::move(ended), stream->result());
    if (result && settings.publish.latency)
        co_return print(fmt::format("Latency: {}\n", latency_text(answer.time() - stream->published_at())));
    co_return result;
}

boost::asio::awaitable<Result<>> publish_or_request(const Program& program) {
    return program.settings.publish.response_topic ? request(program) : publish(program);
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(cli::Command::publish, argc, argv, publish_or_request);
}
