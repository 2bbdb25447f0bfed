// SPDX-License-Identifier: Apache-2.0
#include "program/request.hpp"

#include <fmt/format.h>

#include <boost/asio/this_coro.hpp>
#include <utility>

#include "async/race.hpp"
#include "os/standard_descriptors.hpp"
#include "output/answer.hpp"
#include "output/printer.hpp"
#include "program/latency.hpp"
#include "program/publish_source.hpp"
#include "program/reports.hpp"
#include "program/supervise.hpp"
#include "program/verdict.hpp"
#include "stream/output.hpp"

namespace mqtts::program {

Awaitable<Result<>> request(const Program& program) {
    const auto executor = co_await boost::asio::this_coro::executor;
    const cli::PublishSettings& publish = program.settings.publish;
    const cli::RequestSettings& asked = *publish.request;
    Result<stream::Output> output = stream::Output::open_stdout(executor);
    if (!output) co_return output.error();
    output::Printer printer(asked.print, std::move(*output), program.log);
    output::Answer answer(printer, asked.correlation_data);

    Reports reports(program.settings.diagnosis, program.log);
    client::Settings settings = program.settings.client;
    settings.observer = reports.observer();
    client::Client client(executor, settings, program.tls, &answer, program.log);
    auto publisher = make_publisher(executor, publish, client, program.log);
    if (!publisher) co_return publisher.error();
    (*publisher)->leave_open();
    auto [winner, ended] = co_await async::race(supervise(client, program), (*publisher)->run());
    reports.conclude(client.statistics());
    Result<> result = both(std::move(ended), (*publisher)->result());
    if (result && asked.latency)
        co_return os::print(fmt::format("Latency: {}\n", latency_text(answer.time() - (*publisher)->published_at())));
    co_return result;
}

}  // namespace mqtts::program
