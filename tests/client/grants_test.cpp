// SPDX-License-Identifier: Apache-2.0
// What is said when the server grants less than was asked for.
#include "client/grants.hpp"

#include <doctest/doctest.h>

#include "session/script.hpp"
#include "support/captured_log.hpp"

using namespace mqtts;
using client::Demands;
using client::LesserGrant;
using test::CapturedLog;
using test::Script;
using wire::PropertyIdentifier;
using wire::PropertyWriter;
using wire::Qos;

namespace {

/// What is told of a connection whose CONNACK has these properties.
std::string told_of(const Demands& demands, const session::Settings& settings, const PropertyWriter& connack = {}) {
    CapturedLog captured(Log::Level::debug);
    client::Grants grants(demands, captured.log);
    Script script(settings);
    script.connect(false, connack);
    grants.connected(script.session, "h:1");
    return captured.told();
}

PropertyWriter number_property(PropertyIdentifier identifier, std::uint32_t number) {
    PropertyWriter properties;
    properties.add(identifier, number);
    return properties;
}

std::string told_of_subscriptions(const Demands& demands, const std::vector<LesserGrant>& lesser) {
    CapturedLog captured(Log::Level::debug);
    client::Grants grants(demands, captured.log);
    const Result<> result = grants.subscribed(lesser);
    return result ? captured.told() : "failed: " + result.error().cause;
}

}  // namespace

TEST_CASE("a server that grants all of it is not mentioned") {
    CHECK(told_of({.session = "-x", .window = true}, {.session_expiry_interval = 60, .send_window = 10}) == "");
    CHECK(told_of_subscriptions({.qos = true}, {}) == "");
}

TEST_CASE("a session that is kept for a shorter time is a warning only if an option wants it") {
    const auto shorter = number_property(PropertyIdentifier::session_expiry_interval, 5);
    CHECK(told_of({.session = "-x"}, {.session_expiry_interval = 60}, shorter) ==
          "warning: the broker keeps the session for 5 s after the connection ends; -x asks for 60 s");
    CHECK(told_of({}, {.session_expiry_interval = 60}, shorter) ==
          "debug: the broker keeps the session for 5 s after the connection ends; it was asked for 60 s");
}

TEST_CASE("a session that is not kept at all is said so, and one that never expires has no number") {
    CHECK(told_of({.session = "-c"}, {.session_expiry_interval = session::never_expires},
                  number_property(PropertyIdentifier::session_expiry_interval, 0)) ==
          "warning: the broker does not keep the session when the connection ends; -c asks to keep it forever");
}

TEST_CASE("a window that is smaller than the one of -M") {
    const auto smaller = number_property(PropertyIdentifier::receive_maximum, 3);
    CHECK(told_of({.window = true}, {.send_window = 10}, smaller) ==
          "warning: the broker accepts 3 unacknowledged messages at a time, not the 10 of -M");
    CHECK(told_of({}, {.send_window = 10}, smaller).starts_with("debug: "));
    CHECK(told_of({.window = true}, {.send_window = 3}, smaller) == "");
}

TEST_CASE("the server's Keep Alive is for -d") {
    CHECK(told_of({}, {}, number_property(PropertyIdentifier::server_keep_alive, 7)) ==
          "debug: the broker sets the Keep Alive to 7 s");
}

TEST_CASE("before MQTT 5 only options without effect are told") {
    CHECK(told_of({.session = "-x", .only_in_v5 = "--retain-handling is"},
                  {.version = wire::ProtocolVersion::v311, .session_expiry_interval = 60}) ==
          "warning: --retain-handling is without effect: the connection to h:1 uses MQTT 3.1.1, and only MQTT 5 "
          "supports this");
    CHECK(told_of({.session = "-x"}, {.version = wire::ProtocolVersion::v31}) == "");
}

TEST_CASE("a lower QoS is told once for all Topic Filters, with its consequence") {
    CHECK(told_of_subscriptions({.qos = true}, {{"a", Qos::at_least_once, Qos::at_most_once}}) ==
          "warning: the broker granted QoS 0 for 'a', not 1: messages may be lost");
    CHECK(told_of_subscriptions({}, {{"a", Qos::exactly_once, Qos::at_least_once},
                                     {"b", Qos::exactly_once, Qos::at_least_once},
                                     {"c", Qos::exactly_once, Qos::at_least_once}}) ==
          "debug: the broker granted QoS 1 for 'a', not 2: messages may arrive twice; it granted a lower QoS for "
          "2 other topic filters, too");
}

TEST_CASE("where exactly once was promised a lower QoS is a failure, if QoS 2 was asked for") {
    CHECK(told_of_subscriptions({.qos = true, .exactly_once = true}, {{"a", Qos::at_least_once, Qos::at_most_once},
                                                                      {"b", Qos::exactly_once, Qos::at_least_once}}) ==
          "failed: the broker granted QoS 1 for 'b', not 2: messages may arrive twice");
    CHECK(told_of_subscriptions({.qos = true, .exactly_once = true}, {{"a", Qos::at_least_once, Qos::at_most_once}})
              .starts_with("warning: "));
}

TEST_CASE("each warning is given once, however many connections there are") {
    CapturedLog captured;
    client::Grants grants({.window = true}, captured.log);
    Script script({.send_window = 10});
    for (int i = 0; i < 3; ++i) {
        script.connect(false, number_property(PropertyIdentifier::receive_maximum, 3));
        grants.connected(script.session, "h:1");
        script.lose_connection();
    }
    CHECK(captured.told() == "warning: the broker accepts 3 unacknowledged messages at a time, not the 10 of -M");
}
