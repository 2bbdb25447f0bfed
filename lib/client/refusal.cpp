// SPDX-License-Identifier: Apache-2.0
#include "client/refusal.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/joined.hpp"
#include "client/statistics.hpp"
#include "text/escape.hpp"

namespace mqtts::client {

using wire::ReasonCode;

namespace {

Errc connection_error(ReasonCode code) noexcept {
    switch (code) {
        case ReasonCode::unsupported_protocol_version:
            return Errc::unsupported_version;
        case ReasonCode::client_identifier_not_valid:
            return Errc::client_identifier_refused;
        case ReasonCode::bad_user_name_or_password:
            return Errc::bad_credentials;
        case ReasonCode::bad_authentication_method:
            return Errc::authentication_unsupported;
        case ReasonCode::not_authorized:
        case ReasonCode::banned:
            return Errc::not_authorized;
        case ReasonCode::server_unavailable:
        case ReasonCode::server_busy:
        case ReasonCode::server_shutting_down:
        case ReasonCode::connection_rate_exceeded:
            return Errc::server_unavailable;
        case ReasonCode::session_taken_over:
            return Errc::session_taken_over;
        case ReasonCode::keep_alive_timeout:
            return Errc::keep_alive_timeout;
        default:
            return Errc::refused;
    }
}

std::string_view hint_for(Errc error) noexcept {
    switch (error) {
        case Errc::unsupported_version:
            return "try another version with -V";
        case Errc::bad_credentials:
            return "check --username and --pw";
        case Errc::authentication_unsupported:
            return "check --auth-method: the broker may not know this method, or may want another one";
        case Errc::client_identifier_refused:
            return "give another client identifier with --id";
        case Errc::session_taken_over:
            return "give each client its own client identifier with --id";
        default:
            return "";
    }
}

/// Returns the hint for the error, with the other server that this one may name.
std::string hint_for(Errc error, wire::PropertiesView properties) {
    std::string hint(hint_for(error));
    if (const auto server = properties.find(wire::PropertyIdentifier::server_reference))
        hint = or_else(std::move(hint), fmt::format("connect to {} instead", escape(server->text)));
    return hint;
}

}  // namespace

std::string explain(ReasonCode code, wire::PropertiesView properties) {
    std::string text(sentence(code));
    if (const auto reason = properties.find(wire::PropertyIdentifier::reason_string)) {
        text += fmt::format(" ({})", escape(reason->text));
    }
    return text;
}

Failure connection_refused(std::string_view server, ReasonCode code, wire::PropertiesView properties,
                           std::string_view certificate_advice) {
    const Errc error = connection_error(code);
    // Many servers call a wrong password "not authorized".
    const Errc cause = code == ReasonCode::not_authorized ? Errc::bad_credentials : error;
    std::string hint = hint_for(cause, properties);
    if (cause == Errc::bad_credentials) hint = or_else(std::move(hint), certificate_advice);
    return {error, fmt::format("{} refused the connection: {}", server, explain(code, properties)), std::move(hint)};
}

Failure disconnected(std::string_view server, ReasonCode code, wire::PropertiesView properties) {
    if (code == ReasonCode::success) return {Errc::disconnected, fmt::format("{} ended the connection", server)};
    const Errc error = connection_error(code);
    const bool is_taken_over = error == Errc::session_taken_over;
    return {error == Errc::refused ? Errc::disconnected : error,
            fmt::format("{} ended the connection: {}{}", server, explain(code, properties),
                        is_taken_over ? "; another client connected with the same client identifier" : ""),
            hint_for(error, properties)};
}

namespace {

constexpr std::string_view closes =
    "it closes the connection on it each time; perhaps it is not allowed, too large, or its QoS too high";

}  // namespace

Failure cannot_publish(std::string_view topic_name, Errc error) {
    return {error, fmt::format("cannot publish to '{}': {}", escape_beginning(topic_name), describe(error).sentence)};
}

Failure cannot_send_again(const session::InFlight::GivenUp& given_up) {
    return {given_up.reason, fmt::format("cannot send {} again: {}", count_of(given_up.messages, "message"),
                                         describe(given_up.reason).sentence)};
}

Failure sent_too_early(const session::InFlight::GivenUp& given_up) {
    return {given_up.reason, fmt::format("{} sent before CONNACK, perhaps delivered: {}",
                                         count_of(given_up.messages, "message"), describe(given_up.reason).sentence)};
}

Failure publish_closed_on(std::string_view topic_name) {
    return {Errc::publish_refused,
            fmt::format("the broker refused a message for '{}': {}", escape_beginning(topic_name), closes)};
}

Failure subscription_closed_on(std::string_view topic_filter) {
    return {Errc::subscription_refused,
            fmt::format("the broker refused the subscription to '{}': {}", escape_beginning(topic_filter), closes)};
}

Failure protocol_broken(std::string_view server, Errc error, wire::PacketType packet) {
    if (error == Errc::authentication_unsupported)
        return {error, fmt::format("{} asks for an answer in AUTH, which -D connect cannot give", server),
                "give --auth-method instead of -D connect authentication-method"};
    if (error == Errc::qos_2_answered_as_1)
        return {error, fmt::format("{} acknowledged a QoS 2 message as if it were QoS 1", server), "publish with -q 1"};
    std::string text = fmt::format("{} broke the protocol in {}", server,
                                   packet == wire::PacketType::reserved ? "a packet" : wire::name(packet));
    if (error != Errc::protocol_error) text += fmt::format(": {}", describe(error).sentence);
    return {error, std::move(text)};
}

Failure publish_refused(std::string_view topic_name, ReasonCode code, wire::PropertiesView properties) {
    if (code == ReasonCode::no_matching_subscribers)
        return {Errc::publish_refused,
                fmt::format("nobody received a message for '{}': {}", escape(topic_name), explain(code, properties))};
    if (code == ReasonCode::packet_identifier_not_found)
        return {Errc::unacknowledged, fmt::format("it is unknown whether the broker has a message for '{}': {}",
                                                  escape(topic_name), explain(code, properties))};
    return {Errc::publish_refused,
            fmt::format("the broker refused a message for '{}': {}", escape(topic_name), explain(code, properties)),
            code == ReasonCode::not_authorized ? "ask for the right to publish to this topic" : ""};
}

std::string topic_refused(std::string_view topic_filter, const wire::SubscriptionAnswer& answer, std::size_t index) {
    const auto reason = answer.properties.find(wire::PropertyIdentifier::reason_string);
    return fmt::format("'{}': {}{}", escape(topic_filter), sentence(answer.reason(index)),
                       reason ? fmt::format(" ({})", escape(reason->text)) : "");
}

Failure subscriptions_refused(const std::vector<std::string>& to_subscribe,
                              const std::vector<std::string>& to_unsubscribe) {
    std::string text = "the broker refused ";
    if (!to_subscribe.empty()) text += fmt::format("the subscription to {}", joined(to_subscribe));
    if (!to_subscribe.empty() && !to_unsubscribe.empty()) text += ", and ";
    if (!to_unsubscribe.empty()) text += fmt::format("to unsubscribe from {}", joined(to_unsubscribe));
    return {Errc::subscription_refused, text};
}

Failure answer_does_not_fit(std::string_view server, const wire::SubscriptionAnswer& answer, std::size_t count) {
    return {Errc::protocol_error,
            fmt::format("{} broke the protocol in {}: {} for {}", server, wire::name(answer.type),
                        count_of(answer.reason_codes.size(), "reason code"), count_of(count, "topic filter"))};
}

Failure subscriptions_forbidden(const std::vector<ForbiddenTopic>& topics) {
    std::string text;
    for (const auto& [topic_filter, error] : topics) {
        const std::string_view why = error == Errc::packet_too_large_for_server
                                         ? "its packet is larger than the broker accepts"
                                         : describe(error).sentence;
        text += fmt::format("{}'{}': {}", text.empty() ? "" : ", ", escape(topic_filter), why);
    }
    return {topics.front().error, "cannot subscribe to " + text};
}

Failure subscriptions_indistinct(std::string_view one, std::string_view other, wire::ProtocolVersion version) {
    const std::string_view why = version == wire::ProtocolVersion::v5
                                     ? "the broker does not support subscription identifiers"
                                     : "the broker does not speak MQTT 5, which has subscription identifiers";
    return {Errc::bad_option,
            fmt::format("a message may match '{}' and '{}', and nothing in it tells which command it is for: {}",
                        escape(one), escape(other), why),
            "give --on and -t filters that do not overlap",
            {"--on"}};
}

}  // namespace mqtts::client
