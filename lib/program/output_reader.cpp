// SPDX-License-Identifier: Apache-2.0
#include "program/output_reader.hpp"

#include "async/race.hpp"

namespace mqtts::program {

bool is_over_without_reader(const client::Settings& client, const cli::SubscribeSettings& settings) {
    return !client.end_when_subscribed && !client.remove_retained_except && client.unsubscriptions.empty() &&
           !settings.print.expect_none && settings.child_command.empty();
}

Awaitable<Result<>> watch_reader(client::Client& client, bool is_over, std::function<Awaitable<Result<>>()> left) {
    if (!is_over) co_return co_await async::until();
    if (Result<> subscribed = co_await client.wait_until_present(); !subscribed) co_return subscribed;
    const Result<> gone = co_await left();
    if (async::was_cancelled(gone)) co_return gone;
    client.stop(gone);
    co_return co_await async::until();
}

bool ended_by_reader(const Result<>& result, bool reader_left, const client::Statistics& statistics) {
    return !result && result.error().code == Errc::output_failed && reader_left && statistics.in_flight == 0 &&
           statistics.refused == 0;
}

}  // namespace mqtts::program
