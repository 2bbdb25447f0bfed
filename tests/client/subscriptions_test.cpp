// SPDX-License-Identifier: Apache-2.0
// Subscriptions with a real session and the bytes of a server: no process, no network.
#include "client/subscriptions.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <variant>

#include "base/joined.hpp"
#include "session/script.hpp"

using namespace mqtts;
using namespace std::string_literals;
using client::Subscriptions;
using test::Script;
using wire::PropertyIdentifier;
using wire::PropertyWriter;
using wire::ProtocolVersion;
using wire::Qos;

namespace {

using Topics = std::vector<session::SubscriptionSettings>;

Topics topics(int count) {
    Topics all;
    for (int i = 1; i <= count; ++i)
        all.push_back({.topic_filter = fmt::format("t{}", i), .qos = Qos::at_least_once});
    return all;
}

/// The server's answer to a request, and what becomes of it: "granted", "", or the failure.
std::string answer(Script& script, Subscriptions& subscriptions, wire::PacketIdentifier identifier,
                   std::string_view codes, wire::PacketType type = wire::PacketType::suback,
                   std::string_view reason = "") {
    PropertyWriter properties;
    if (!reason.empty()) properties.add(PropertyIdentifier::reason_string, reason);
    script.server(wire::SubscriptionAnswer{
        .reason_codes = codes, .properties = properties.view(), .type = type, .packet_identifier = identifier});
    const session::Event* event = script.session.next_event();
    REQUIRE(event != nullptr);
    const auto* answered = std::get_if<session::SubscriptionsAnswered>(event);
    REQUIRE(answered != nullptr);
    const Result<> taken = subscriptions.take(script.session, answered->answer, "h:8883");
    if (!taken) return fmt::format("{} {}", exit_status(taken.error().code), one_line(taken.error()));
    return subscriptions.granted() ? "granted" : "";
}

bool unasked(const Subscriptions& subscriptions, std::string_view topic_name, bool retain = false) {
    const wire::Publish message{.topic_name = topic_name, .retain = retain};
    return Subscriptions::may_be_unasked(message) && subscriptions.is_unasked(message);
}

}  // namespace

TEST_CASE("at most eight topic filters travel in one packet, and all answers make it granted") {
    Script script;
    script.connect();
    Subscriptions subscriptions(topics(17), {"u1", "u2"});
    REQUIRE(subscriptions.request(script.session, session::Kept::no).has_value());
    CHECK(script.sent() ==
          "SUBSCRIBE 1 t1 qos1, t2 qos1, t3 qos1, t4 qos1, t5 qos1, t6 qos1, t7 qos1, t8 qos1; "
          "SUBSCRIBE 2 t9 qos1, t10 qos1, t11 qos1, t12 qos1, t13 qos1, t14 qos1, t15 qos1, t16 qos1; "
          "SUBSCRIBE 3 t17 qos1; UNSUBSCRIBE 4 u1; UNSUBSCRIBE 5 u2");
    const std::string eight(8, '\1');
    CHECK(answer(script, subscriptions, 2, eight) == "");
    CHECK(subscriptions.awaited_answer() == "SUBACK");
    CHECK(answer(script, subscriptions, 1, eight) == "");
    CHECK(answer(script, subscriptions, 3, "\1") == "");
    CHECK(subscriptions.awaited_answer() == "UNSUBACK");
    CHECK(answer(script, subscriptions, 5, "\x11", wire::PacketType::unsuback) == "");
    CHECK(answer(script, subscriptions, 4, "\0"s, wire::PacketType::unsuback) == "granted");
    CHECK(subscriptions.awaited_answer() == "");
}

TEST_CASE("one refused topic filter does not hide the others, and the failure comes with the last answer") {
    Script script;
    script.connect();
    Subscriptions subscriptions(topics(10), {"u1", "u2"});
    REQUIRE(subscriptions.request(script.session, session::Kept::no).has_value());
    CHECK(answer(script, subscriptions, 1, "\1\x87\1\1\1\1\1\x80"s, wire::PacketType::suback, "not you") == "");
    CHECK(answer(script, subscriptions, 3, "\x87", wire::PacketType::unsuback) == "");
    CHECK(answer(script, subscriptions, 4, "\0"s, wire::PacketType::unsuback) == "");
    CHECK(answer(script, subscriptions, 2, "\1\x97") ==
          "8 the broker refused the subscription to 't2': not authorized (not you), 't8': unspecified error (not you), "
          "'t10': quota exceeded, and to unsubscribe from 'u1': not authorized");
    CHECK_FALSE(subscriptions.granted());
}

TEST_CASE("an answer to what was not asked breaks the protocol") {
    Script script;
    script.connect();
    Subscriptions subscriptions(topics(1), {});
    const auto take = [&](wire::PacketIdentifier identifier, wire::PacketType type) {
        const Result<> taken = subscriptions.take(
            script.session, {.reason_codes = "\1", .type = type, .packet_identifier = identifier}, "h:8883");
        return taken ? "" : fmt::format("{} {}", exit_status(taken.error().code), one_line(taken.error()));
    };
    CHECK(take(1, wire::PacketType::suback) == "9 h:8883 broke the protocol in SUBACK");
    REQUIRE(subscriptions.request(script.session, session::Kept::no).has_value());
    CHECK(take(2, wire::PacketType::unsuback) == "9 h:8883 broke the protocol in UNSUBACK");
    CHECK(subscriptions.awaited_answer() == "SUBACK");
    CHECK(answer(script, subscriptions, 1, "\1") == "granted");
}

TEST_CASE("whatever code is one refuses, in MQTT 3.1.1 as well") {
    for (const ProtocolVersion version : {ProtocolVersion::v5, ProtocolVersion::v311, ProtocolVersion::v31}) {
        for (const char code : {'\x80', '\x87', '\x8F', '\x95', '\xFF'}) {
            CAPTURE(static_cast<int>(code));
            Script script({.version = version});
            script.connect();
            Subscriptions subscriptions(topics(1), {});
            REQUIRE(subscriptions.request(script.session, session::Kept::no).has_value());
            CHECK(answer(script, subscriptions, 1, {&code, 1})
                      .starts_with("8 the broker refused the subscription to 't1': "));
        }
    }
}

TEST_CASE("an identifier that the server uses itself is left for the next one, again and again, but not forever") {
    Script script({.clean_start = false});
    script.connect(true);
    Subscriptions subscriptions(topics(2), {});
    REQUIRE(subscriptions.request(script.session, session::Kept::yes).has_value());
    CHECK(script.sent() == "SUBSCRIBE 1 t1 qos1, t2 qos1");
    CHECK(answer(script, subscriptions, 1, "\x91\x91") == "");
    CHECK(script.sent() == "SUBSCRIBE 2 t1 qos1, t2 qos1");
    CHECK(answer(script, subscriptions, 2, "\x91\x91") == "");
    CHECK(script.sent() == "SUBSCRIBE 4 t1 qos1, t2 qos1");
    CHECK(answer(script, subscriptions, 4, "\1\1") == "granted");

    Subscriptions never(topics(1), {});
    REQUIRE(never.request(script.session, session::Kept::yes).has_value());
    std::string ended;
    int attempts = 0;
    for (; ended.empty() && attempts < 100; ++attempts) {
        const std::string sent = script.sent();
        REQUIRE(sent.starts_with("SUBSCRIBE "));
        ended = answer(script, never, static_cast<wire::PacketIdentifier>(std::stoi(sent.substr(10))), "\x91");
    }
    CHECK(attempts == 15);
    CHECK(ended == "8 the broker refused the subscription to 't1': packet identifier in use");
}

TEST_CASE("an answer of the wrong length breaks the protocol") {
    Script script;
    script.connect();
    Subscriptions subscriptions(topics(2), {});
    REQUIRE(subscriptions.request(script.session, session::Kept::no).has_value());
    CHECK(answer(script, subscriptions, 1, "\1") ==
          "9 h:8883 broke the protocol in SUBACK: 1 reason code for 2 topic filters");
}

TEST_CASE("what CONNACK forbids is a refusal before anything is sent, with the topic filter") {
    struct Case {
        PropertyIdentifier limit;
        std::uint32_t number;
        const char* what;
    };
    for (const auto& [limit, number, what] :
         {Case{PropertyIdentifier::wildcard_subscription_available, 0,
               "8 cannot subscribe to 'a/+': the broker does not support wildcards in topic filters, '$share/g/b/#': "
               "the "
               "broker does not support wildcards in topic filters"},
          Case{PropertyIdentifier::shared_subscription_available, 0,
               "8 cannot subscribe to '$share/g/b/#': the broker does not support shared subscriptions"},
          Case{PropertyIdentifier::subscription_identifier_available, 0,
               "8 cannot subscribe to 'a/+': the broker does not support subscription identifiers, '$share/g/b/#': the "
               "broker does not support subscription identifiers, 'plain': the broker does not support subscription "
               "identifiers"},
          Case{PropertyIdentifier::maximum_packet_size, 20,
               "8 cannot subscribe to '$share/g/b/#': its packet is larger than the broker accepts"}}) {
        session::Settings settings;
        settings.subscribe_properties.add(PropertyIdentifier::subscription_identifier, 7);
        Script script(settings);
        PropertyWriter limits;
        limits.add(limit, number);
        script.connect(false, limits);
        Subscriptions subscriptions(Topics{{.topic_filter = "a/+"}, {.topic_filter = "$share/g/b/#"}, {"plain"}}, {});
        const Result<> asked = subscriptions.request(script.session, session::Kept::no);
        REQUIRE_FALSE(asked.has_value());
        CHECK(fmt::format("{} {}", exit_status(asked.error().code), one_line(asked.error())) == what);
        CHECK(script.sent() == "");
    }
}

TEST_CASE("before CONNACK only a plain subscription is certain to be allowed") {
    Script plain;
    CHECK_FALSE(Subscriptions(Topics{{"a/b"}}, {"#"}).may_be_forbidden(plain.session));
    CHECK(Subscriptions(Topics{{"a"}, {"a/+"}}, {}).may_be_forbidden(plain.session));
    CHECK(Subscriptions(Topics{{"$share/g/a"}}, {}).may_be_forbidden(plain.session));
    session::Settings settings;
    settings.subscribe_properties.add(PropertyIdentifier::subscription_identifier, 7);
    CHECK(Subscriptions(Topics{{"a"}}, {}).may_be_forbidden(Script(settings).session));
    const Topics identified{{.topic_filter = "a", .subscription_identifier = 1}};
    CHECK(Subscriptions(identified, {}).may_be_forbidden(plain.session));
}

TEST_CASE("a Maximum Packet Size takes fewer topic filters in a packet, and Maximum QoS none") {
    Script script;
    PropertyWriter limits;
    limits.add(PropertyIdentifier::maximum_packet_size, 17);
    limits.add(PropertyIdentifier::maximum_qos, 0);
    script.connect(false, limits);
    Subscriptions subscriptions(topics(4), {"u1", "u2"});
    REQUIRE(subscriptions.request(script.session, session::Kept::no).has_value());
    CHECK(script.sent() ==
          "SUBSCRIBE 1 t1 qos1, t2 qos1; SUBSCRIBE 2 t3 qos1, t4 qos1; UNSUBSCRIBE 3 u1; UNSUBSCRIBE 4 u2");
}

TEST_CASE("a lower QoS than asked for is granted and remembered") {
    Script script;
    script.connect();
    Subscriptions subscriptions(
        Topics{
            {.topic_filter = "a", .qos = Qos::exactly_once}, {"b"}, {.topic_filter = "c", .qos = Qos::at_least_once}},
        {});
    REQUIRE(subscriptions.request(script.session, session::Kept::no).has_value());
    CHECK(answer(script, subscriptions, 1, "\1\2\0"s) == "granted");
    const auto lesser = subscriptions.lesser_grants();
    REQUIRE(lesser.size() == 2);
    CHECK(lesser[0].topic_filter == "a");
    CHECK(lesser[0].granted == Qos::at_least_once);
    CHECK(lesser[1].topic_filter == "c");
    CHECK(lesser[1].asked == Qos::at_least_once);
}

TEST_CASE("a new session is subscribed anew, a kept one is not once it was granted") {
    Script script({.session_expiry_interval = 60});
    script.connect();
    Subscriptions subscriptions(topics(9), {});
    REQUIRE(subscriptions.request(script.session, session::Kept::no).has_value());
    script.sent();
    CHECK(answer(script, subscriptions, 1, std::string(8, '\1')) == "");
    script.lose_connection();  // the answer to the second is still missing
    script.connect(true);
    REQUIRE(subscriptions.request(script.session, session::Kept::yes).has_value());
    CHECK(script.sent().starts_with("SUBSCRIBE 3 t1 qos1"));
    CHECK(answer(script, subscriptions, 3, std::string(8, '\1')) == "");
    CHECK(answer(script, subscriptions, 4, "\1") == "granted");
    script.lose_connection();
    script.connect(true);
    REQUIRE(subscriptions.request(script.session, session::Kept::yes).has_value());
    CHECK(script.sent() == "");
    CHECK(subscriptions.granted());
    script.lose_connection();
    script.connect(false);
    REQUIRE(subscriptions.request(script.session, session::Kept::no).has_value());
    CHECK_FALSE(subscriptions.granted());
    CHECK(script.sent().starts_with("SUBSCRIBE 5 t1 qos1"));
}

TEST_CASE("careful: one topic filter in a packet, each after the answer to the one before") {
    Script script;
    script.connect();
    Subscriptions subscriptions(topics(3), {"u"});
    subscriptions.set_careful(true);
    CHECK(joined(subscriptions.first_unanswered()) == "");
    REQUIRE(subscriptions.request(script.session, session::Kept::no).has_value());
    CHECK(script.sent() == "SUBSCRIBE 1 t1 qos1");
    CHECK(joined(subscriptions.first_unanswered()) == "t1");
    CHECK(answer(script, subscriptions, 1, "\1") == "");
    CHECK(script.sent() == "SUBSCRIBE 2 t2 qos1");
    CHECK(answer(script, subscriptions, 2, "\x91") == "");
    CHECK(script.sent() == "SUBSCRIBE 3 t2 qos1");
    CHECK(answer(script, subscriptions, 3, "\1") == "");
    CHECK(script.sent() == "SUBSCRIBE 4 t3 qos1");
    CHECK(joined(subscriptions.first_unanswered()) == "t3");
    CHECK(answer(script, subscriptions, 4, "\1") == "");
    CHECK(script.sent() == "UNSUBSCRIBE 5 u");
    CHECK(answer(script, subscriptions, 5, "\0"s, wire::PacketType::unsuback) == "granted");
}

TEST_CASE("a topic filter refused by closing is left out, and the others are subscribed to") {
    Script script;
    script.connect();
    Subscriptions subscriptions(topics(3), {});
    REQUIRE(subscriptions.request(script.session, session::Kept::no).has_value());
    CHECK(joined(subscriptions.first_unanswered()) == "t1, t2, t3");
    script.lose_connection();
    CHECK(joined(subscriptions.first_unanswered()) == "t1, t2, t3");
    CHECK(subscriptions.refuse("t2"));
    CHECK_FALSE(subscriptions.granted());
    script.connect();
    REQUIRE(subscriptions.request(script.session, session::Kept::no).has_value());
    CHECK(script.sent() == "SUBSCRIBE 2 t1 qos1, t3 qos1");
    CHECK(answer(script, subscriptions, 2, "\1\1") == "granted");
    script.lose_connection();
    CHECK(subscriptions.refuse("t1"));
    CHECK_FALSE(subscriptions.refuse("t3"));
    CHECK_FALSE(subscriptions.empty());
    script.connect();
    REQUIRE(subscriptions.request(script.session, session::Kept::no).has_value());
    CHECK(script.sent() == "");
    CHECK_FALSE(subscriptions.granted());
}

TEST_CASE("in a new session what no topic filter asks for is known as such") {
    Script script;
    script.connect();
    Subscriptions all(Topics{{"#"}}, {});
    REQUIRE(all.request(script.session, session::Kept::no).has_value());
    CHECK(unasked(all, "$JS/API"));
    CHECK_FALSE(unasked(all, "a", true));
    Subscriptions some(Topics{{"a/+"}, {"b"}}, {"c"});
    REQUIRE(some.request(script.session, session::Kept::no).has_value());
    CHECK(unasked(some, "c", true));
    CHECK(unasked(some, "a", true));
    CHECK_FALSE(unasked(some, "a/x", true));
    CHECK_FALSE(unasked(some, "c"));  // rewritten, perhaps
}

TEST_CASE("what may be for us counts: of a filter with a dollar, or of an earlier subscription") {
    Script script({.clean_start = false});
    script.connect();
    for (const char* filter : {"$queue/t", "$SYS/#", "$share/g/t"}) {
        CAPTURE(filter);
        Subscriptions special(Topics{{filter}, {"#"}}, {});
        REQUIRE(special.request(script.session, session::Kept::no).has_value());
        CHECK_FALSE(unasked(special, "$SYS/x"));
        CHECK_FALSE(unasked(special, "t", true));
    }
    Subscriptions resumed(Topics{{"a"}}, {});
    REQUIRE(resumed.request(script.session, session::Kept::yes).has_value());
    CHECK_FALSE(unasked(resumed, "$SYS/x"));
    CHECK_FALSE(unasked(resumed, "b", true));
    REQUIRE(resumed.request(script.session, session::Kept::no).has_value());  // the server has lost it
    CHECK(unasked(resumed, "$SYS/x"));
    CHECK(unasked(resumed, "b", true));
    Subscriptions own(Topics{{"a"}}, {});
    REQUIRE(own.request(script.session, session::Kept::no).has_value());
    REQUIRE(own.request(script.session, session::Kept::yes).has_value());  // of this run
    CHECK(unasked(own, "b", true));
}

TEST_CASE("what the server has perhaps kept is asked for again, but not for its retained messages once more") {
    using enum wire::RetainHandling;
    Script script;
    script.connect();
    Topics some = topics(3);
    some[1].retain_handling = never;
    Subscriptions subscriptions(some, {});
    REQUIRE(subscriptions.request(script.session, session::Kept::perhaps).has_value());
    CHECK(script.sent() == "SUBSCRIBE 1 t1 qos1, t2 qos1 retain-handling=2, t3 qos1");  // nothing was granted so far
    CHECK(answer(script, subscriptions, 1, "\1\1\1") == "granted");
    REQUIRE(subscriptions.request(script.session, session::Kept::perhaps).has_value());
    CHECK(script.sent() ==
          "SUBSCRIBE 2 t1 qos1 retain-handling=1, t2 qos1 retain-handling=2, t3 qos1 retain-handling=1");
    CHECK(answer(script, subscriptions, 2, "\1\1\1") == "granted");
    REQUIRE(subscriptions.request(script.session, session::Kept::yes).has_value());
    CHECK(script.sent().empty());
}
