// What the server refused, as a Failure: exit status class and sentence from Reason Code and properties.
#pragma once

#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "wire/packet.hpp"

namespace mqtts::client {

/// "not authorized (the server's Reason String)", escaped.
[[nodiscard]] std::string explain(wire::ReasonCode code, wire::PropertiesView properties);

/// CONNACK refused. `server`: host:port.
[[nodiscard]] Failure connection_refused(std::string_view server, wire::ReasonCode code,
                                         wire::PropertiesView properties);
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
/// SUBACK or UNSUBACK refused some of these filters; precondition: one Reason Code each, at least one a failure.
[[nodiscard]] Failure subscriptions_refused(const std::vector<std::string_view>& topic_filters,
                                            const wire::SubscriptionAnswer& answer);

}  // namespace mqtts::client
