// SPDX-License-Identifier: Apache-2.0
// Brokers that grant less than is asked for, refuse, or send what nobody asked for: the exit status never lies about
// it, and one sentence says so.
#include <doctest/doctest.h>

#include "integration/programs.hpp"
#include "support/scripted_broker.hpp"

namespace {

using namespace mqtts::test;
using namespace std::string_literals;
using mqtts::wire::Connack;
using mqtts::wire::PropertyIdentifier;
using mqtts::wire::PropertyWriter;
using mqtts::wire::ProtocolVersion;
using mqtts::wire::Publish;
using mqtts::wire::Qos;
using mqtts::wire::SubscriptionAnswer;

/// Takes CONNECT and accepts it with these limits.
void accept_with(ScriptedBroker& broker, const PropertyWriter& limits, ProtocolVersion version = ProtocolVersion::v5) {
    broker.accept(version);
    REQUIRE(broker.receive().starts_with("CONNECT"));
    broker.send(Connack{.properties = limits.view()});
}

PropertyWriter limit(PropertyIdentifier identifier, std::uint32_t number) {
    PropertyWriter limits;
    limits.add(identifier, number);
    return limits;
}

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

/// Subscribes with these options to one topic filter, is granted this code, gets a message, and ends.
Outcome granted(const Words& options, std::string_view code, ProtocolVersion version = ProtocolVersion::v5,
                const std::string& output_file = "") {
    ScriptedBroker broker;
    Words words = mqtts_sub({"-t", "meter", "-C", "1"});
    words.insert(words.end(), options.begin(), options.end());
    Process subscriber({.arguments = broker.arguments(words), .output_file = output_file});
    accept_with(broker, {}, version);
    REQUIRE(broker.receive().starts_with("SUBSCRIBE 1"));
    mqtts::Buffer both;  // in one write: a client that is not content leaves behind the first
    encode(both, SubscriptionAnswer{.reason_codes = code, .packet_identifier = 1}, version);
    encode(both, Publish{.topic_name = "meter", .payload = "1"}, version);
    broker.send_bytes(both.readable());
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    return subscriber.wait();
}

/// What becomes of a publisher whose broker has this limit; it must send no PUBLISH.
Outcome forbidden(const Words& options, const PropertyWriter& limits) {
    ScriptedBroker broker;
    Process publisher({.arguments = broker.arguments(mqtts_pub(options)), .input = Pipe{}});
    publisher.write("one\ntwo\n");
    publisher.close_input();
    accept_with(broker, limits);
    const std::string next = broker.receive();
    CHECK_MESSAGE(next.starts_with("DISCONNECT"), next);
    broker.close();
    return publisher.wait();
}

}  // namespace

TEST_CASE("a subscription refused with whatever code is status 8 in every version") {
    for (const ProtocolVersion version : {ProtocolVersion::v5, ProtocolVersion::v311}) {
        for (const char* code : {"\x80", "\x87", "\x8F"}) {
            const Outcome outcome = granted({"-V", version == ProtocolVersion::v5 ? "5" : "311"}, code, version);
            CHECK(outcome.status == 8);
            CHECK(contains(outcome.error, "the broker refused the subscription to 'meter': "));
        }
    }
}

TEST_CASE("a lower QoS than -q asks for is one warning, and an error where --state promises QoS 2") {
    const Outcome warned = granted({"-q", "2"}, "\1");
    CHECK(warned.status == 0);
    CHECK(warned.error == "mqtts-sub: the broker granted QoS 1 for 'meter', not 2: messages may arrive twice\n");
    CHECK(contains(granted({"-q", "1"}, "\0"s).error, "QoS 0 for 'meter', not 1: messages may be lost"));
    CHECK(contains(granted({"-V", "311", "-q", "2"}, "\1", ProtocolVersion::v311).error, "messages may arrive twice"));
    CHECK(granted({"-q", "1"}, "\1").error == "");
    CHECK(granted({}, "\1").error == "");  // more than was asked for

    const TemporaryDirectory directory;
    const Words state{"-q", "2", "--state", directory.path() + "/state"};
    const Outcome failed = granted(state, "\1", ProtocolVersion::v5, directory.path() + "/meter.log");
    CHECK(failed.status == 8);
    CHECK(failed.error == "mqtts-sub: the broker granted QoS 1 for 'meter', not 2: messages may arrive twice\n");
    CHECK(read_file(directory.path() + "/meter.log") == "");
}

TEST_CASE("what was typed and is granted less in CONNACK is one warning, what was not is told with -d only") {
    struct Case {
        Words options;
        PropertyWriter limits;
        const char* warning;
    };
    using enum PropertyIdentifier;
    const Case cases[] = {
        {{"-c", "-i", "me"},
         limit(session_expiry_interval, 60),
         "the broker keeps the session for 60 s after the connection ends; -c asks to keep it forever"},
        {{"-c", "-i", "me"},
         limit(session_expiry_interval, 0),
         "the broker does not keep the session when the connection ends; -c asks to keep it forever"},
        {{"-i", "me", "-x", "100"},
         limit(session_expiry_interval, 10),
         "the broker keeps the session for 10 s after the connection ends; -x asks for 100 s"},
        {{"-i", "me", "-x", "100"}, limit(session_expiry_interval, 200), ""},
        {{"-M", "50", "--remove-retained"},
         limit(receive_maximum, 20),
         "--remove-retained has no effect: -E exits before any message arrives\n"
         "mqtts-sub: the broker accepts 20 unacknowledged messages at a time, not the 50 of -M"},
        {{"-M", "10", "--remove-retained"},
         limit(receive_maximum, 20),
         "--remove-retained has no effect: -E exits before any message arrives"},
        {{}, limit(server_keep_alive, 7), ""},
        {{"-q", "1"}, limit(session_expiry_interval, 7), ""},  // it is only to outlive a lost connection
    };
    for (const auto& [options, limits, warning] : cases) {
        CAPTURE(options);
        ScriptedBroker broker;
        Words words = mqtts_sub({"-t", "a", "-E", "--reconnect", "60"});
        words.insert(words.end(), options.begin(), options.end());
        Process subscriber({.arguments = broker.arguments(words)});
        accept_with(broker, limits);
        REQUIRE(broker.receive().starts_with("SUBSCRIBE 1"));
        broker.send(SubscriptionAnswer{.reason_codes = "\2", .packet_identifier = 1});
        CHECK(broker.receive().starts_with("DISCONNECT"));
        broker.close();
        const Outcome outcome = subscriber.wait();
        CHECK(outcome.status == 0);
        CHECK(outcome.error == (*warning != '\0' ? "mqtts-sub: "s + warning + '\n' : ""s));
    }
}

TEST_CASE("before MQTT 5 --retain-as-published and --retain-handling get one warning, and the run goes on") {
    for (const auto& [options, named] :
         {std::pair{Words{"--retain-as-published"}, "--retain-as-published is without effect: "},
          {Words{"--retain-handling", "new"}, "--retain-handling is without effect: "},
          {Words{"--retain-as-published", "--retain-handling", "never"},
           "--retain-as-published and --retain-handling are without effect: "},
          {Words{"--subscribe", "meter", "retain-handling=new"}, "--retain-handling is without effect: "}}) {
        CAPTURE(options);
        Words words{"-V", "311"};
        words.insert(words.end(), options.begin(), options.end());
        const Outcome outcome =
            granted(words, options.front() == "--subscribe" ? "\0\0"s : "\0"s, ProtocolVersion::v311);
        CHECK(outcome.status == 0);
        CHECK(outcome.output == "1\n");
        CHECK(contains(outcome.error, std::string("mqtts-sub: ") + named));
        CHECK(contains(outcome.error, " uses MQTT 3.1.1, and only MQTT 5 supports this\n"));
        CHECK(count_of(outcome.error, "\n") == 1);
    }
    CHECK(granted({"-V", "311", "--retain-handling", "always"}, "\0"s, ProtocolVersion::v311).error == "");
    CHECK(granted({"-V", "311", "--retain-handling", "new", "-R"}, "\0"s, ProtocolVersion::v311).error ==
          "mqtts-sub: --retain-handling has no effect: -R skips all retained messages\n");
    CHECK(granted({"--retain-as-published", "--retain-handling", "new"}, "\0"s).error == "");
}

TEST_CASE("a broker that falls back to MQTT 3.1.1 gets the same warning") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a", "-E", "--retain-as-published"}))});
    broker.accept();
    REQUIRE(broker.receive().starts_with("CONNECT"));
    broker.send_bytes("\x20\x02\0\1"s);
    broker.close();
    accept_with(broker, {}, ProtocolVersion::v311);
    REQUIRE(broker.receive().starts_with("SUBSCRIBE "));
    broker.send(SubscriptionAnswer{.reason_codes = std::string_view("\0", 1),
                                   .packet_identifier = static_cast<std::uint16_t>(broker.last_packet()[3])});
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    const Outcome outcome = subscriber.wait();
    CHECK(outcome.status == 0);
    CHECK(count_of(outcome.error, "--retain-as-published is without effect") == 1);
}

TEST_CASE("what the limits of CONNACK forbid to subscribe to is status 8, and nothing is asked") {
    using enum PropertyIdentifier;
    for (const auto& [options, limits, what] :
         {std::tuple{Words{"-t", "a/#"}, limit(wildcard_subscription_available, 0),
                     "cannot subscribe to 'a/#': the broker does not support wildcards in topic filters"},
          {Words{"-t", "b", "-t", "$share/g/a"}, limit(shared_subscription_available, 0),
           "cannot subscribe to '$share/g/a': the broker does not support shared subscriptions"},
          {Words{"-t", "a", "-D", "subscribe", "subscription-identifier", "3"},
           limit(subscription_identifier_available, 0),
           "cannot subscribe to 'a': the broker does not support subscription identifiers"},
          {Words{"-t", "b", "-t", std::string(100, 'a')}, limit(maximum_packet_size, 50),
           "': its packet is larger than the broker accepts"}}) {
        CAPTURE(options);
        ScriptedBroker broker;
        Words words = mqtts_sub({"-c", "-i", "me", "-q", "2"});
        words.insert(words.end(), options.begin(), options.end());
        Process subscriber({.arguments = broker.arguments(words)});
        accept_with(broker, limits);
        CHECK(broker.receive().starts_with("DISCONNECT"));
        broker.close();
        const Outcome outcome = subscriber.wait();
        CHECK(outcome.status == 8);
        CHECK(contains(outcome.error, what));
    }
}

TEST_CASE("what the limits of CONNACK forbid to publish is status 8, for one message and for a stream") {
    using enum PropertyIdentifier;
    for (const auto& [options, limits, what] :
         {std::tuple{Words{"-q", "2"}, limit(maximum_qos, 1), "the broker does not support this QoS"},
          {Words{"-q", "1", "-r"}, limit(maximum_qos, 0), "the broker does not support this QoS"},
          {Words{"-r"}, limit(retain_available, 0), "the broker does not support retained messages"},
          {Words{"-q", "2", "-D", "publish", "topic-alias", "9"}, limit(topic_alias_maximum, 8),
           "the broker does not allow this Topic Alias"},
          {Words{"-q", "2", "-D", "publish", "content-type", std::string(100, 'c')}, limit(maximum_packet_size, 60),
           "the message is larger than the broker accepts"}}) {
        for (const Words& source : {Words{"-m", "x"}, {"-l"}, {"-s"}}) {
            Words words{"-t", "a/b"};
            words.insert(words.end(), options.begin(), options.end());
            words.insert(words.end(), source.begin(), source.end());
            std::string line;
            for (const std::string& word : words)
                line += word + ' ';
            CAPTURE(line);
            const Outcome outcome = forbidden(words, limits);
            CHECK(outcome.status == 8);
            CHECK(contains(outcome.error, what));
            CHECK(contains(outcome.error, source.front() == "-l" ? "standard input: line 1: " : "'a/b'"));
        }
    }
}

TEST_CASE("what nobody asked for is printed and does not count, and a warning names the first of it") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "#", "-q", "1", "-C", "2", "-v"}))});
    accept_with(broker, {});
    REQUIRE(broker.receive().starts_with("SUBSCRIBE 1"));
    broker.send(SubscriptionAnswer{.reason_codes = "\1", .packet_identifier = 1});
    const Publish foreign{
        .topic_name = "$MQTT/msgs/t", .payload = "1", .packet_identifier = 5, .qos = Qos::at_least_once};
    broker.send(Publish{.topic_name = "t", .payload = "1", .packet_identifier = 4, .qos = Qos::at_least_once});
    CHECK(broker.receive() == "PUBACK 4");
    broker.send(foreign);
    CHECK(broker.receive() == "PUBACK 5");
    broker.send(foreign);
    CHECK(broker.receive() == "PUBACK 5");
    broker.send(Publish{.topic_name = "t", .payload = "2", .packet_identifier = 4, .qos = Qos::at_least_once});
    CHECK(broker.receive() == "PUBACK 4");
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    const Outcome outcome = subscriber.wait();
    CHECK(outcome.status == 0);
    CHECK(outcome.output == "t 1\n$MQTT/msgs/t 1\n$MQTT/msgs/t 1\nt 2\n");
    CHECK(outcome.error ==
          "mqtts-sub: received a message for '$MQTT/msgs/t', which matches no topic filter; such messages are printed "
          "but "
          "not counted\n");
}

TEST_CASE("neither --until nor --remove-retained nor a request is met by what nobody asked for") {
    const Publish foreign{.topic_name = "old/topic", .payload = "up", .retain = true};
    {
        ScriptedBroker broker;
        Process subscriber({.arguments = broker.arguments(
                                mqtts_sub({"-t", "a", "--until", "up", "--remove-retained", "-T", "old/#"}))});
        accept_with(broker, {});
        REQUIRE(broker.receive().starts_with("SUBSCRIBE 1"));
        broker.send(foreign);  // unasked, behind CONNACK
        broker.send(SubscriptionAnswer{.reason_codes = std::string_view("\0", 1), .packet_identifier = 1});
        broker.send(Publish{.topic_name = "a", .payload = "up"});
        CHECK(broker.receive().starts_with("DISCONNECT"));
        broker.close();
        const Outcome outcome = subscriber.wait();
        CHECK(outcome.status == 0);
        CHECK(outcome.output == "up\n");
        CHECK(outcome.error == "");  // -T: it is not printed
    }
    ScriptedBroker broker;
    Process request({.arguments = broker.arguments(mqtts_pub({"-t", "ask", "-e", "answer", "-q", "1", "-m", "x"}))});
    accept_with(broker, {});
    REQUIRE(broker.receive().starts_with("SUBSCRIBE 1"));
    broker.send(SubscriptionAnswer{.reason_codes = std::string_view("\0", 1), .packet_identifier = 1});
    CHECK(broker.receive().starts_with("PUBLISH 2"));
    broker.send(mqtts::wire::Acknowledgement{.type = mqtts::wire::PacketType::puback, .packet_identifier = 2});
    broker.send(foreign);
    broker.send(Publish{.topic_name = "answer", .payload = "42"});
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    const Outcome outcome = request.wait();
    CHECK(outcome.status == 0);
    CHECK(outcome.output == "42\n");
}

TEST_CASE("messages of a subscription that an earlier run has left do count") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-c", "-i", "me", "-t", "a", "-C", "2", "-q", "1"}))});
    broker.accept();
    REQUIRE(broker.receive().starts_with("CONNECT"));
    broker.send(Connack{.session_present = true});
    REQUIRE(broker.receive().starts_with("SUBSCRIBE 1"));
    broker.send(SubscriptionAnswer{.reason_codes = "\1", .packet_identifier = 1});
    broker.send(Publish{.topic_name = "$SYS/x", .payload = "1"});
    broker.send(Publish{.topic_name = "b", .payload = "2", .retain = true});
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    const Outcome outcome = subscriber.wait();
    CHECK(outcome.status == 0);
    CHECK(outcome.output == "1\n2\n");
    CHECK(outcome.error == "");
}

TEST_CASE("ten topic filters travel in two packets, and both refusals are told") {
    ScriptedBroker broker;
    Words words = mqtts_sub({"-q", "1"});
    for (int i = 0; i < 10; ++i)
        words.insert(words.end(), {"-t", "t" + std::to_string(i)});
    Process subscriber({.arguments = broker.arguments(words)});
    accept_with(broker, {});
    REQUIRE(broker.receive().starts_with("SUBSCRIBE 1"));
    REQUIRE(broker.receive().starts_with("SUBSCRIBE 2"));
    broker.send(SubscriptionAnswer{.reason_codes = "\x87\1\1\1\1\1\1\1", .packet_identifier = 1});
    broker.send(SubscriptionAnswer{.reason_codes = "\1\x8F", .packet_identifier = 2});
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    const Outcome outcome = subscriber.wait();
    CHECK(outcome.status == 8);
    CHECK(contains(outcome.error, "refused the subscription to 't0': not authorized, 't9': topic filter invalid\n"));
}
