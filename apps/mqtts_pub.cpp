// mqtts-pub: publishes a message, a file, or each line of standard input; ends when all of it is acknowledged.
#include <boost/asio/this_coro.hpp>
#include <optional>

#include "client/publish_stream.hpp"
#include "program.hpp"

using namespace mqtts;

namespace {

using cli::Source;

/// Standard input or a file, where there is one to read.
Result<std::optional<stream::Input>> open_input(const boost::asio::any_io_executor& executor,
                                                const cli::PublishSettings& settings) {
    if (settings.source == Source::message || settings.source == Source::null) return std::optional<stream::Input>();
    Result<stream::Input> input =
        stream::Input::open(executor, settings.source == Source::file ? settings.text : std::string());
    if (!input) return input.error();
    return std::optional(std::move(*input));
}

boost::asio::awaitable<Result<>> publish(const Program& program) {
    const auto executor = co_await boost::asio::this_coro::executor;
    const cli::PublishSettings& settings = program.settings.publish;

    auto input = open_input(executor, settings);
    if (!input) co_return input.error();
    stream::Framer framer(settings.source == Source::lines ? stream::Framing::line : stream::Framing::whole,
                          settings.maximum_message_size);
    if (settings.source == Source::message) framer.input().append(settings.text);

    client::Client client(executor, client_settings(program.settings), program.tls, nullptr, program.log);
    client::PublishStream stream(
        client, {.topic_name = settings.topic_name, .properties = {}, .qos = settings.qos, .retain = settings.retain},
        std::move(framer), std::move(*input));
    auto [winner, result] = co_await client::race(run_supervised(client, program), stream.run());
    if (result && !stream.result()) co_return stream.result();
    co_return std::move(result);
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(cli::Command::publish, argc, argv, publish);
}
