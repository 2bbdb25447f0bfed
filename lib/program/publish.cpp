// SPDX-License-Identifier: Apache-2.0
#include "program/publish.hpp"

#include <boost/asio/this_coro.hpp>

#include "async/race.hpp"
#include "client/spooled_stream.hpp"
#include "program/open_spool.hpp"
#include "program/progress.hpp"
#include "program/publish_shared.hpp"
#include "program/publish_source.hpp"
#include "program/reports.hpp"
#include "program/request.hpp"
#include "program/supervise.hpp"
#include "program/verdict.hpp"

namespace mqtts::program {

namespace {

/// Publishes straight to the server.
Awaitable<Result<>> publish_at_once(const Program& program) {
    const auto executor = co_await boost::asio::this_coro::executor;
    client::Settings settings = program.settings.client;
    Reports reports(program.settings.diagnosis, program.log);
    settings.observer = reports.observer();
    client::Client client(executor, settings, program.tls, nullptr, program.log);
    auto publisher = make_publisher(executor, program.settings.publish, client, program.log);
    if (!publisher) co_return publisher.error();
    auto [winner, result] = co_await async::race(supervise(client, program), (*publisher)->run(),
                                                 show_progress(program, client, **publisher));
    client::Statistics statistics = client.statistics();
    statistics.lateness = (*publisher)->lateness();
    reports.conclude(statistics);
    co_return both(std::move(result), (*publisher)->result());
}

/// Publishes through a spool.
Awaitable<Result<>> publish_spooled(const Program& program) {
    const auto executor = co_await boost::asio::this_coro::executor;
    const std::string& directory = program.settings.publish.spool;
    client::Settings settings = program.settings.client;
    auto spool = open_spool(directory, settings.session.client_identifier);
    if (!spool) co_return spool.error();
    Reports reports(program.settings.diagnosis, program.log);
    settings.observer = reports.observer();
    client::Client client(executor, settings, program.tls, nullptr, program.log);
    client::SpooledStream spooled(executor, client, *spool, directory, program.log);
    auto publisher = make_publisher(executor, program.settings.publish, spooled, program.log);
    if (!publisher) co_return publisher.error();
    auto [winner, result] = co_await async::race(supervise(client, program), (*publisher)->run(), spooled.drain(),
                                                 show_progress(program, client, **publisher));
    reports.conclude(client.statistics());
    co_return spooled.conclude(both(std::move(result), (*publisher)->result()));
}

/// Publishes as the options say.
Awaitable<Result<>> publish_somehow(const Program& program) {
    const cli::PublishSettings& settings = program.settings.publish;
    if (settings.request) return request(program);
    if (program.share) return publish_shared(program);
    return settings.spool.empty() ? publish_at_once(program) : publish_spooled(program);
}

}  // namespace

int publish(Run& run) {
    return run_connected(run, publish_somehow);
}

}  // namespace mqtts::program
