// SPDX-License-Identifier: Apache-2.0
// What the server sends, and what it means to the work: a message, or the answer about subscriptions.
#include <fmt/format.h>

#include <utility>

#include "client/client.hpp"
#include "text/escape.hpp"

namespace mqtts::client {

Result<> Client::take(const wire::Publish& message) {
    totals_.received_one(message.payload.size());
    if (Subscriptions::may_be_unasked(message) && subscriptions_.is_unasked(message)) {
        const bool shown = sink_->show_unasked(message);
        if (shown && !std::exchange(told_of_unasked_, true))
            log_.warning(
                fmt::format("a message came to '{}', which no topic filter asks for: such messages are printed "
                            "and do not count",
                            escape(message.topic_name)),
                {.event = "unasked_message", .host = link_->server()});
        return {};
    }
    if (looks_at_messages_) look(message);
    if (sink_->deliver(message) == output::Wanted::more) return {};
    enough_ = true;
    session_.stop_receiving();
    return {};
}

Result<> Client::take(const wire::SubscriptionAnswer& answer) {
    if (Result<> taken = subscriptions_.take(session_, answer, link_->server()); !taken) return taken;
    if (!subscribed()) return {};
    if (Result<> enough = grants_.subscribed(subscriptions_.lesser_grants()); !enough) return enough;
    if (settings_.end_when_subscribed) enough_ = true;
    return announce();
}

}  // namespace mqtts::client
