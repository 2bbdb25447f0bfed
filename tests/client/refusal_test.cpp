// SPDX-License-Identifier: Apache-2.0
// The sentences and exit statuses of what a server refuses.
#include "client/refusal.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

using namespace mqtts;
using namespace std::string_literals;
using wire::PropertyIdentifier;
using wire::ReasonCode;

namespace {

std::string told(const Failure& failure) {
    return fmt::format("{} {}", exit_status(failure.code), one_line(failure));
}

std::string refused_with(ReasonCode code) {
    return told(client::connection_refused("h:1", code, {}, {}));
}

std::string ended_with(ReasonCode code) {
    return told(client::disconnected("h:1", code, {}));
}

}  // namespace

TEST_CASE("a refused connection names the reason and the cure") {
    CHECK(client::connection_refused("h:1", ReasonCode::bad_user_name_or_password, {}, {}).code ==
          Errc::bad_credentials);
    CHECK(refused_with(ReasonCode::bad_user_name_or_password).ends_with("; check --username and --pw"));
    CHECK(
        refused_with(ReasonCode::client_identifier_not_valid).ends_with("; give another client identifier with --id"));
    CHECK(refused_with(ReasonCode::unsupported_protocol_version).ends_with("; try another version with -V"));
    CHECK(refused_with(ReasonCode::quota_exceeded).find("--") == std::string::npos);
}

TEST_CASE("not authorized may well be a wrong password, and is an error of its own") {
    const Failure failure = client::connection_refused("h:1", ReasonCode::not_authorized, {}, {});
    CHECK(failure.code == Errc::not_authorized);
    CHECK(failure.cause == "h:1 refused the connection: not authorized");
    CHECK(failure.hint == "check --username and --pw");
}

TEST_CASE("where a broker does not know who we are, our certificate may be the cure as well") {
    for (const ReasonCode code : {ReasonCode::bad_user_name_or_password, ReasonCode::not_authorized})
        CHECK(client::connection_refused("h:1", code, {}, "give a certificate").hint ==
              "check --username and --pw, or give a certificate");
    CHECK(client::connection_refused("h:1", ReasonCode::quota_exceeded, {}, "give a certificate").hint.empty());
}

TEST_CASE("a server that is busy or goes down can be tried again") {
    for (const ReasonCode code : {ReasonCode::server_unavailable, ReasonCode::server_busy,
                                  ReasonCode::server_shutting_down, ReasonCode::connection_rate_exceeded}) {
        CHECK(client::connection_refused("h:1", code, {}, {}).code == Errc::server_unavailable);
        CHECK(client::disconnected("h:1", code, {}).code == Errc::server_unavailable);
    }
}

TEST_CASE("the server's own words and its other address are told, escaped") {
    wire::PropertyWriter properties;
    properties.add(PropertyIdentifier::reason_string, "go\naway");
    properties.add(PropertyIdentifier::server_reference, "other.example");
    const std::string text = client::explain(ReasonCode::use_another_server, properties.view());
    CHECK(text.find("(go\\") != std::string::npos);
    CHECK(text.find('\n') == std::string::npos);
    for (const ReasonCode code : {ReasonCode::use_another_server, ReasonCode::server_moved}) {
        CHECK(client::connection_refused("h:1", code, properties.view(), {}).hint ==
              "connect to other.example instead");
        CHECK(client::disconnected("h:1", code, properties.view()).hint == "connect to other.example instead");
    }
    CHECK(client::connection_refused("h:1", ReasonCode::not_authorized, properties.view(), {}).hint ==
          "check --username and --pw, or connect to other.example instead");
}

TEST_CASE("a DISCONNECT without a reason is told as the end of the connection") {
    CHECK(client::disconnected("h:1", ReasonCode::success, {}).code == Errc::disconnected);
    CHECK(client::disconnected("h:1", ReasonCode::success, {}).cause == "h:1 ended the connection");
}

TEST_CASE("a DISCONNECT with a reason has the error of that reason, or is just the end") {
    CHECK(client::disconnected("h:1", ReasonCode::session_taken_over, {}).code == Errc::session_taken_over);
    CHECK(ended_with(ReasonCode::session_taken_over)
              .ends_with("; another client connected with the same client identifier; give each client its own client "
                         "identifier with --id"));
    CHECK(client::disconnected("h:1", ReasonCode::keep_alive_timeout, {}).code == Errc::keep_alive_timeout);
    CHECK(client::disconnected("h:1", ReasonCode::quota_exceeded, {}).code == Errc::disconnected);
    CHECK(client::disconnected("h:1", ReasonCode::not_authorized, {}).code == Errc::not_authorized);
}

TEST_CASE("what is wrong with a packet is said with its name") {
    CHECK(client::protocol_broken("h:1", Errc::malformed_packet, wire::PacketType::suback)
              .cause.starts_with("h:1 broke the protocol in SUBACK: "));
    CHECK(client::protocol_broken("h:1", Errc::malformed_packet, wire::PacketType::reserved)
              .cause.starts_with("h:1 broke the protocol in a packet: "));
}

TEST_CASE("a method of authentication, and QoS 2 answered as QoS 1, have cures of their own") {
    CHECK(client::protocol_broken("h:1", Errc::authentication_unsupported, wire::PacketType::auth).hint ==
          "give --auth-method instead of -D connect authentication-method");
    CHECK(client::protocol_broken("h:1", Errc::qos_2_answered_as_1, wire::PacketType::puback).hint ==
          "publish with -q 1");
}

TEST_CASE("a refused message is named by its topic, one that nobody wanted as well") {
    CHECK(client::publish_refused("a\x01", ReasonCode::not_authorized, {}).cause ==
          "the broker refused a message for 'a\\x01': not authorized");
    CHECK(client::publish_refused("a", ReasonCode::not_authorized, {}).hint ==
          "ask for the right to publish to this topic");
    CHECK(client::publish_refused("a", ReasonCode::quota_exceeded, {}).hint.empty());
    CHECK(client::publish_refused("a", ReasonCode::no_matching_subscribers, {})
              .cause.starts_with("nobody received a message for 'a': "));
    CHECK(client::publish_refused("a", ReasonCode::not_authorized, {}).code == Errc::publish_refused);
}

TEST_CASE("what a server closes the connection on is refused, whatever it is") {
    CHECK(client::publish_closed_on("a").code == Errc::publish_refused);
    CHECK(client::publish_closed_on("a").cause.starts_with("the broker refused a message for 'a': it closes"));
    CHECK(client::subscription_closed_on("a/#").code == Errc::subscription_refused);
    CHECK(client::subscription_closed_on("a/#").cause.starts_with(
        "the broker refused the subscription to 'a/#': it closes"));
}

TEST_CASE("a refused Topic Filter is told with its own reason") {
    const wire::SubscriptionAnswer answer{.reason_codes = "\x01\x87", .type = wire::PacketType::suback};
    CHECK(client::topic_refused("b", answer, 1) == "'b': not authorized");
}

TEST_CASE("those that were to be subscribed to and those that were not are told apart") {
    CHECK(client::subscriptions_refused({"'a': no"}, {}).cause == "the broker refused the subscription to 'a': no");
    CHECK(client::subscriptions_refused({}, {"'u': no"}).cause == "the broker refused to unsubscribe from 'u': no");
    CHECK(client::subscriptions_refused({"'a': no"}, {"'u': no"}).cause ==
          "the broker refused the subscription to 'a': no, and to unsubscribe from 'u': no");
}

TEST_CASE("an answer to more or fewer Topic Filters than were asked about breaks the protocol") {
    const wire::SubscriptionAnswer answer{.reason_codes = "\x01\x01", .type = wire::PacketType::suback};
    CHECK(told(client::answer_does_not_fit("h:1", answer, 3))
              .ends_with(" in SUBACK: 2 reason codes for 3 topic filters"));
    CHECK(client::answer_does_not_fit("h:1", answer, 3).code == Errc::protocol_error);
}

TEST_CASE("the limits of CONNACK forbid each Topic Filter for its own reason") {
    const Failure failure = client::subscriptions_forbidden(
        {{"a/#", Errc::wildcards_not_supported}, {"long", Errc::packet_too_large_for_server}});
    CHECK(failure.code == Errc::wildcards_not_supported);
    CHECK(failure.cause.starts_with("cannot subscribe to 'a/#': "));
    CHECK(failure.cause.ends_with(", 'long': its packet is larger than the broker accepts"));
}
