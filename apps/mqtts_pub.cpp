// mqtts-pub: publishes a message, a file, or each line of standard input, and ends when all of it is acknowledged; or
// asks, and prints the answer.
#include <fmt/format.h>

#include <boost/asio/this_coro.hpp>
#include <optional>

#include "client/publish_stream.hpp"
#include "program.hpp"
#include "request.hpp"
#include "stream/answer.hpp"
#include "stream/printer.hpp"

using namespace mqtts;

namespace {

using cli::Source;

/// Standard input or a file, where there is one to read.
Result<std::optional<stream::Input>> open_input(const boost::asio::any_io_executor& executor,
                                                const cli::PublishSettings& settings) {
    if (settings.source == Source::message || settings.source == Source::null) return std::optional<stream::Input>();
    Result<stream::Input> input = settings.source == Source::file ? stream::Input::open(executor, settings.text)
                                                                  : stream::Input::standard_input(executor);
    if (!input) return input.error();
    return std::optional(std::move(*input));
}

/// The messages that the options name, on their way to a client.
Result<client::PublishStream> make_stream(const boost::asio::any_io_executor& executor,
                                          const cli::PublishSettings& settings, client::Client& client) {
    auto input = open_input(executor, settings);
    if (!input) return input.error();
    const bool lines = settings.source == Source::lines;
    stream::Framer framer(lines ? stream::Framing::line : stream::Framing::whole, settings.maximum_message_size);
    if (settings.source == Source::message) framer.input().append(settings.text);
    client::PublishStream stream(client,
                                 {.topic_name = settings.topic_name,
                                  .properties = settings.properties,
                                  .qos = settings.qos,
                                  .retain = settings.retain,
                                  .may_be_empty = settings.source != Source::whole_stdin},
                                 std::move(framer), std::move(*input));
    if (!lines) stream.repeat({.times = settings.repeat, .delay = settings.repeat_delay});
    return stream;
}

boost::asio::awaitable<Result<>> publish(const Program& program) {
    const auto executor = co_await boost::asio::this_coro::executor;
    client::Client client(executor, client_settings(program.settings), program.tls, nullptr, program.log);
    auto stream = make_stream(executor, program.settings.publish, client);
    if (!stream) co_return stream.error();
    auto [winner, result] = co_await client::race(run_supervised(client, program), stream->run());
    if (result && !stream->result()) co_return stream->result();
    co_return std::move(result);
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
    auto stream = make_stream(executor, settings.publish, client);
    if (!stream) co_return stream.error();
    stream->leave_open();
    auto [winner, result] = co_await client::race(run_supervised(client, program), stream->run());
    if (result && !stream->result()) co_return stream->result();
    if (result && settings.publish.latency)
        co_return print(fmt::format("Latency: {}\n", latency_text(answer.time() - stream->published_at())));
    co_return std::move(result);
}

boost::asio::awaitable<Result<>> publish_or_request(const Program& program) {
    return program.settings.publish.response_topic ? request(program) : publish(program);
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(cli::Command::publish, argc, argv, publish_or_request);
}
