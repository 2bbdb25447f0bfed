// SPDX-License-Identifier: Apache-2.0
// What the client waits for, and from whom: for the sentence of a deadline.
#include <fmt/format.h>

#include "client/client.hpp"
#include "text/escape.hpp"

namespace mqtts::client {

std::string Client::waiting_for() {
    const std::string server = escape(link_->server());
    if (session_.connected()) return waiting_while_connected(server);
    const bool between = !link_->is_open() && !link_->is_opening();
    if (between) return fmt::format("waiting to connect to {} again", server);
    const std::string_view phase = link_->phase();
    if (phase.ends_with(" name") || phase.ends_with(" CONNACK")) return fmt::format("{} of {}", phase, server);
    return fmt::format("{}, for {}", phase, server);
}

std::string Client::waiting_while_connected(const std::string& server) {
    if (delivering_) return "writing to standard output";
    if (const std::string_view answer = subscriptions_.awaited_answer(); !answer.empty())
        return fmt::format("waiting for {} of {}", answer, server);
    if (const auto left = session_.unfinished())
        return fmt::format("waiting for the acknowledgement of {} by {}", count_of(left, "message"), server);
    if (!session_.output().empty()) return fmt::format("sending to {}", server);
    if (session_.keep_alive().unconfirmed() != 0 && session_.keep_alive().awaiting_pingresp())
        return fmt::format("waiting for PINGRESP of {}", server);
    if (sink_ != nullptr) return fmt::format("waiting for {} from {}", settings_.awaited, server);
    return "waiting for input";
}

}  // namespace mqtts::client
