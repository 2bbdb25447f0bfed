// SPDX-License-Identifier: Apache-2.0
// mqtts-pub: publishes a message, a file, or each line of standard input, and ends when all of it is acknowledged; or
// asks, and prints the answer.
#include <fmt/format.h>

#include <boost/asio/this_coro.hpp>

#include "cli/unique.hpp"
#include "client/spooled_stream.hpp"
#include "output/answer.hpp"
#include "output/printer.hpp"
#include "program/diagnosis.hpp"
#include "program/latency.hpp"
#include "program/program.hpp"
#include "program/publish_source.hpp"
#include "store/spool.hpp"
#include "text/escape.hpp"

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
    client::Settings settings = program.settings.client;
    Diagnosis diagnosis(program);
    settings.observer = diagnosis.observer();
    client::Client client(executor, std::move(settings), program.tls, nullptr, program.log);
    auto publisher = make_publisher(executor, program.settings.publish, client, program.log);
    if (!publisher) co_return publisher.error();
    auto [winner, result] = co_await async::race(run_supervised(client, program), (*publisher)->run(),
                                                 diagnosis.show_progress(client, **publisher));
    diagnosis.conclude(client);
    co_return both(std::move(result), (*publisher)->result());
}

/// Opens the spool for the session that it belongs to: its own, or that of the Client Identifier given with -i.
Result<store::Spool> open_spool(const std::string& directory, std::string& client_identifier) {
    Result<store::Spool> spool = store::Spool::open(directory, store::Durability::machine);
    if (!spool) return spool;
    const std::string& own = spool->client_identifier();
    if (client_identifier.empty()) client_identifier = own.empty() ? cli::random_client_identifier() : own;
    if (client_identifier == own) return spool;
    if (spool->size() != 0)
        return Failure(Errc::store_failed,
                       fmt::format("{} holds messages of the client identifier {}: deliver them first, "
                                   "without -i",
                                   escape(directory), escape(own)));
    if (auto named = spool->set_client_identifier(client_identifier); !named) return named.error();
    return spool;
}

/// By way of a spool.
boost::asio::awaitable<Result<>> publish_spooled(const Program& program) {
    const auto executor = co_await boost::asio::this_coro::executor;
    const std::string& directory = program.settings.publish.spool;
    client::Settings settings = program.settings.client;
    auto spool = open_spool(directory, settings.session.client_identifier);
    if (!spool) co_return spool.error();
    Diagnosis diagnosis(program);
    settings.observer = diagnosis.observer();
    client::Client client(executor, std::move(settings), program.tls, nullptr, program.log);
    client::SpooledStream spooled(executor, client, *spool, directory, program.log);
    auto publisher = make_publisher(executor, program.settings.publish, spooled, program.log);
    if (!publisher) co_return publisher.error();
    auto [winner, result] = co_await async::race(run_supervised(client, program), (*publisher)->run(), spooled.drain(),
                                                 diagnosis.show_progress(client, **publisher));
    diagnosis.conclude(client);
    co_return spooled.conclude(both(std::move(result), (*publisher)->result()));
}

/// Publishes a request and prints its answer.
boost::asio::awaitable<Result<>> request(const Program& program) {
    const auto executor = co_await boost::asio::this_coro::executor;
    const cli::PublishSettings& publish = program.settings.publish;
    const cli::RequestSettings& asked = *publish.request;
    Result<stream::Output> output = stream::Output::open_stdout(executor);
    if (!output) co_return output.error();
    output::Printer printer(asked.print, std::move(*output), program.log);
    output::Answer answer(printer, asked.correlation_data);

    Diagnosis diagnosis(program);
    client::Settings settings = program.settings.client;
    settings.observer = diagnosis.observer();
    client::Client client(executor, std::move(settings), program.tls, &answer, program.log);
    auto publisher = make_publisher(executor, publish, client, program.log);
    if (!publisher) co_return publisher.error();
    (*publisher)->leave_open();
    auto [winner, ended] = co_await async::race(run_supervised(client, program), (*publisher)->run());
    diagnosis.conclude(client);
    Result<> result = both(std::move(ended), (*publisher)->result());
    if (result && asked.latency)
        co_return print(fmt::format("Latency: {}\n", latency_text(answer.time() - (*publisher)->published_at())));
    co_return result;
}

boost::asio::awaitable<Result<>> publish_or_request(const Program& program) {
    const cli::PublishSettings& settings = program.settings.publish;
    if (settings.request) return request(program);
    return settings.spool.empty() ? publish(program) : publish_spooled(program);
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(cli::Command::publish, argc, argv, publish_or_request);
}
