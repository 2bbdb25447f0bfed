// SPDX-License-Identifier: Apache-2.0
// A session that continues where an earlier process was: with its numbers, and its progress written down.
#include <doctest/doctest.h>

#include "session/script.hpp"

using namespace mqtts;
using namespace mqtts::wire;
using session::Awaiting;
using test::Script;
using enum Qos;

namespace {

session::Settings outliving() {
    session::Settings settings;
    settings.client_identifier = "sensor";
    settings.clean_start = false;
    settings.session_expiry_interval = 3600;
    settings.end_session_at_disconnect = true;
    settings.outlives_process = true;
    return settings;
}

Errc publish_again(Script& s, std::string_view payload, Qos qos) {
    return s.session.publish({.topic_name = "a", .payload = payload, .qos = qos, .dup = true});
}

/// "41 received, 42 finished": what has become of the messages since the last call.
std::string progress(Script& s) {
    std::string text;
    for (const auto& one : s.session.progress())
        text +=
            (text.empty() ? "" : ", ") + std::to_string(one.sequence) + (one.is_finished ? " finished" : " received");
    s.session.progress().clear();
    return text;
}

/// A message of an earlier process for which PUBREC has come.
Publish received(std::string_view payload) {
    return {.topic_name = "a", .payload = payload, .qos = exactly_once, .dup = true};
}

}  // namespace

TEST_CASE("a message of an earlier process is sent again with its Packet Identifier and DUP [MQTT-4.4.0-1]") {
    Script s(outliving());
    s.connect(true);
    s.session.skip_to(40);
    CHECK(publish_again(s, "40", exactly_once) == Errc::ok);
    s.session.skip_to(42);  // 41 is acknowledged
    s.session.release(received("42"));
    CHECK(publish_again(s, "43", at_least_once) == Errc::ok);
    CHECK(s.publish("a", "44", exactly_once) == Errc::ok);
    CHECK(s.sent() ==
          "PUBLISH 41 qos2 dup a \"40\"; PUBREL 43; PUBLISH 44 qos1 dup a \"43\"; PUBLISH 45 qos2 a \"44\"");
    CHECK(s.session.unfinished() == 4);
    for (const char* answer : {"PUBREC 41", "PUBCOMP 43", "PUBACK 44", "PUBREC 45", "PUBCOMP 41", "PUBCOMP 45"})
        s.server(answer);
    CHECK(s.events().empty());
    CHECK(s.session.all_acknowledged());
}

TEST_CASE("what an earlier process has finished awaits nothing: its acknowledgement is an error") {
    Script s(outliving());
    s.connect(true);
    s.session.skip_to(40);
    CHECK(publish_again(s, "40", at_least_once) == Errc::ok);
    s.session.skip_to(42);
    CHECK(publish_again(s, "42", at_least_once) == Errc::ok);
    s.server("PUBACK 42");
    CHECK(s.events().find("protocol") != std::string::npos);
}

TEST_CASE("Packet Identifiers go round [MQTT-2.2.1-3]: 65535 is followed by 1") {
    Script s(outliving());
    s.connect(true);
    s.session.skip_to(65534);
    CHECK(publish_again(s, "x", at_least_once) == Errc::ok);
    CHECK(publish_again(s, "y", at_least_once) == Errc::ok);
    CHECK(s.sent() == "PUBLISH 65535 qos1 dup a \"x\"; PUBLISH 1 qos1 dup a \"y\"");
}

TEST_CASE("restored messages survive a lost connection like any others") {
    Script s(outliving());
    s.connect(true);
    s.session.skip_to(7);
    CHECK(publish_again(s, "7", exactly_once) == Errc::ok);
    s.session.release(received("8"));
    s.lose_connection();
    s.connect(true);
    CHECK(s.sent() == "PUBLISH 8 qos2 dup a \"7\"; PUBREL 9");
    s.lose_connection();
    s.connect(false);  // the server lost the session: what it had received may be lost with it
    CHECK(s.sent() == "PUBLISH 8 qos2 a \"7\"; PUBLISH 9 qos2 a \"8\"");
}

TEST_CASE("a received message of which nothing is left is released while the server has the session, and then lost") {
    Script s(outliving());
    s.connect(true);
    s.session.skip_to(41);
    s.session.release();
    CHECK(s.publish("a", "42", exactly_once) == Errc::ok);
    CHECK(s.sent() == "PUBREL 42; PUBLISH 43 qos2 a \"42\"");
    CHECK(s.session.oldest().topic_name == "");
    CHECK(s.session.oldest().qos == exactly_once);
    s.lose_connection();
    s.connect(true);
    CHECK(s.sent() == "PUBREL 42; PUBLISH 43 qos2 dup a \"42\"");
    CHECK(s.session.unfinished() == 2);
    s.lose_connection();
    s.connect(false);
    CHECK(s.sent() == "PUBLISH 43 qos2 a \"42\"");
    CHECK(s.session.unfinished() == 1);
    for (const char* answer : {"PUBREC 43", "PUBCOMP 43"})
        s.server(answer);
    CHECK(s.events().empty());
    CHECK(s.session.all_acknowledged());
}

TEST_CASE("progress tells each message that is received or finished, in whatever way") {
    Script s(outliving());
    s.session.track_progress();
    s.connect();
    s.session.skip_to(100);
    CHECK(s.publish("a", "100", at_least_once) == Errc::ok);
    CHECK(s.publish("a", "101", exactly_once) == Errc::ok);
    CHECK(s.publish("a", "102", exactly_once) == Errc::ok);
    CHECK(s.publish("a", "103", at_least_once) == Errc::ok);
    s.server("PUBREC 102");
    s.server("PUBACK 101");
    s.server("PUBREC 103 0x87");
    s.events();
    CHECK(progress(s) == "101 received, 100 finished, 102 finished");
    s.server("PUBCOMP 102");
    s.server("PUBACK 104 0x87");
    s.events();
    CHECK(progress(s) == "101 finished, 103 finished");
    CHECK(s.publish("a", "104", exactly_once) == Errc::ok);
    s.server("PUBREC 105");
    s.events();
    s.lose_connection();
    s.connect(false);
    CHECK(progress(s) == "104 received");
    s.server("PUBREC 105");
    s.server("PUBCOMP 105");
    s.events();
    CHECK(progress(s) == "104 received, 104 finished");
    CHECK(s.publish("a", "105", at_least_once) == Errc::ok);
    s.lose_connection();
    PropertyWriter small;
    small.add(PropertyIdentifier::maximum_packet_size, 5);
    s.connect(true, small);
    CHECK(progress(s) == "105 finished");
}

TEST_CASE("a session with unacknowledged messages is not ended by DISCONNECT, an empty one is [MQTT-3.14.2.2.2]") {
    Script empty(outliving());
    empty.connect();
    empty.session.disconnect();
    Script full(outliving());
    full.connect();
    CHECK(full.publish("a", "1", at_least_once) == Errc::ok);
    full.sent();
    full.session.disconnect();
    CHECK(empty.sent() != full.sent());
}
