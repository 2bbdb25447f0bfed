// SPDX-License-Identifier: Apache-2.0
// Makes a Failure of what the server refused: the exit status class and the sentence from Reason Code and properties.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "session/in_flight.hpp"
#include "wire/packet.hpp"

namespace mqtts::client {

/// Returns "not authorized (the server's Reason String)", escaped.
[[nodiscard]] std::string explain(wire::ReasonCode code, wire::PropertiesView properties);

/// Explains a refusal in CONNACK. `server`: host:port. `certificate_advice`: a hint for a server that does not know who
/// we are; may be empty.
[[nodiscard]] Failure connection_refused(std::string_view server, wire::ReasonCode code,
                                         wire::PropertiesView properties, std::string_view certificate_advice);
/// Explains a DISCONNECT from the server.
[[nodiscard]] Failure disconnected(std::string_view server, wire::ReasonCode code, wire::PropertiesView properties);
/// Explains that the server broke the protocol in a packet of this type; PacketType::reserved: in bytes that are not a
/// packet.
[[nodiscard]] Failure protocol_broken(std::string_view server, Errc error, wire::PacketType packet);
/// Explains that a limit of the server forbids a message.
[[nodiscard]] Failure cannot_publish(std::string_view topic_name, Errc error);
/// Explains that the limits of a connection forbid messages that were sent on the last one, or before CONNACK.
[[nodiscard]] Failure cannot_send_again(const session::InFlight::GivenUp& given_up);
[[nodiscard]] Failure sent_too_early(const session::InFlight::GivenUp& given_up);
/// Explains that the server closes the connection on this message each time.
[[nodiscard]] Failure publish_closed_on(std::string_view topic_name);
/// Explains that it closes the connection on the subscription to this Topic Filter.
[[nodiscard]] Failure subscription_closed_on(std::string_view topic_filter);
/// Explains that PUBACK or PUBREC refused a message, or that PUBCOMP does not know it any more.
[[nodiscard]] Failure publish_refused(std::string_view topic_name, wire::ReasonCode code,
                                      wire::PropertiesView properties);
/// Explains the refusal of one Topic Filter, the one for Reason Code `index`: "'a/#': not authorized (why)".
[[nodiscard]] std::string topic_refused(std::string_view topic_filter, const wire::SubscriptionAnswer& answer,
                                        std::size_t index);
/// Combines all refusals of topic_refused(); at least one.
[[nodiscard]] Failure subscriptions_refused(const std::vector<std::string>& to_subscribe,
                                            const std::vector<std::string>& to_unsubscribe);
/// Explains that SUBACK or UNSUBACK does not answer the `count` Topic Filters of the request.
[[nodiscard]] Failure answer_does_not_fit(std::string_view server, const wire::SubscriptionAnswer& answer,
                                          std::size_t count);

struct ForbiddenTopic {
    std::string_view topic_filter;
    Errc error{};
};
/// Explains that the limits of CONNACK forbid these; at least one.
[[nodiscard]] Failure subscriptions_forbidden(const std::vector<ForbiddenTopic>& topics);
/// Explains that two Topic Filters overlap, and nothing says which of them a message is for: this version of MQTT has
/// no Subscription Identifiers, or else CONNACK says that the broker has none.
[[nodiscard]] Failure subscriptions_indistinct(std::string_view one, std::string_view other,
                                               wire::ProtocolVersion version);

}  // namespace mqtts::client
