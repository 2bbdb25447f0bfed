// SPDX-License-Identifier: Apache-2.0
#include "program/first_message.hpp"

#include "async/race.hpp"
#include "client/refusal.hpp"

namespace mqtts::program {

namespace {

void publish(client::Client& client, const wire::Publish& message, Result<>& unpublished) {
    Errc error = Errc::ok;
    static_cast<void>(client.publish(message, 0, error));  // there is room
    client.expect_no_more(true);
    if (error != Errc::ok) {
        unpublished = client::cannot_publish(message.topic_name, error);
        client.finish();
    }
    client.flush();
}

}  // namespace

Awaitable<Result<>> publish_first_message(client::Client& client, wire::Publish message, Result<>& unpublished) {
    co_await client.wait_to_publish();
    if (!client.finishing()) publish(client, message, unpublished);
    while (!client.finishing()) {
        const client::Statistics statistics = client.statistics();
        if (statistics.acknowledged != 0) co_return Result<>();
        if (statistics.refused != 0) break;
        if (statistics.in_flight == 0) {  // QoS 0, and lost with its connection: no other one can find it again
            client.stop(Result<>());
            break;
        }
        client.confirm();
        if (Result<> changed = co_await client.wait_for_change(); !changed) co_return changed;
    }
    client.finish();
    co_return co_await async::until();
}

}  // namespace mqtts::program
