// SPDX-License-Identifier: Apache-2.0
// What the server refused, as a Failure: exit status class and sentence from Reason Code and properties.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "wire/packet.hpp"

namespace mqtts::client {

/// "not authorized (the server's Reason String)", escaped.
[[nodiscard]] std::string explain(wire::ReasonCode code, wire::PropertiesView properties);

/// CONNACK refused. `server`: host:port. `certificate_advice`: what may help where it does not know who we are; empty:
/// nothing.
[[nodiscard]] Failure connection_refused(std::string_view server, wire::ReasonCode code,
                                         wire::PropertiesView properties, std::string_view certificate_advice);
/// DISCONNECT from the server.
[[nodiscard]] Failure disconnected(std::string_view server, wire::ReasonCode code, wire::PropertiesView properties);
/// The server broke the protocol, in a packet of this type; PacketType::reserved: it was none.
[[nodiscard]] Failure protocol_broken(std::string_view server, Errc error, wire::PacketType packet);
/// The server closes the connection on this message each time.
[[nodiscard]] Failure publish_closed_on(std::string_view topic_name);
/// And on the subscription to this Topic Filter.
[[nodiscard]] Failure subscription_closed_on(std::string_view topic_filter);
/// PUBACK or PUBREC refused a message.
[[nodiscard]] Failure publish_refused(std::string_view topic_name, wire::ReasonCode code,
                                      wire::PropertiesView properties);
/// SUBACK or UNSUBACK refused the Topic Filter that its Reason Code `index` is about: "'a/#': not authorized (why)".
[[nodiscard]] std::string topic_refused(std::string_view topic_filter, const wire::SubscriptionAnswer& answer,
                                        std::size_t index);
/// All that were refused, as topic_refused() has them; at least one.
[[nodiscard]] Failure subscriptions_refused(const std::vector<std::string>& to_subscribe,
                                            const std::vector<std::string>& to_unsubscribe);
/// SUBACK or UNSUBACK does not answer the `count` Topic Filters of the request.
[[nodiscard]] Failure answer_does_not_fit(std::string_view server, const wire::SubscriptionAnswer& answer,
                                          std::size_t count);

struct ForbiddenTopic {
    std::string_view topic_filter;
    Errc error{};
};
/// The limits of CONNACK forbid these; at least one.
[[nodiscard]] Failure subscriptions_forbidden(const std::vector<ForbiddenTopic>& topics);

}  // namespace mqtts::client
