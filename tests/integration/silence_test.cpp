// --expect-none and --idle: that nothing came is told only of a broker that is there, all the time and at the end.
#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "integration/programs.hpp"
#include "support/fault_proxy.hpp"
#include "support/scripted_broker.hpp"

namespace {

using namespace mqtts::test;
using namespace std::chrono_literals;
using mqtts::wire::Connack;
using mqtts::wire::Pingresp;
using mqtts::wire::ProtocolVersion;
using mqtts::wire::Publish;
using mqtts::wire::Qos;
using mqtts::wire::SubscriptionAnswer;
using Clock = std::chrono::steady_clock;

Words expect_none(const Words& options) {
    Words words = mqtts_sub({"-d", "-t", "quiet", "--expect-none"});
    words.insert(words.end(), options.begin(), options.end());
    return words;
}

/// Until it knows that it is subscribed. Precondition: the option -d.
void wait_until_subscribed(Process& subscriber) {
    subscriber.wait_for_error("received SUBACK");
}

/// A broker, and a link to it that the test can break.
struct Setup {
    Mosquitto broker;
    FaultProxy link{broker.port(), [](int) { return Fault{}; }};

    [[nodiscard]] Words arguments(const Words& command_line) const {
        Words words = broker.arguments(command_line);
        words.insert(words.end(), {"-p", std::to_string(link.port())});
        return words;
    }
};

const std::vector<Words> ways_to_end = {{"-W", "2"}, {"--idle", "0.5"}};

}  // namespace

TEST_CASE("silence of a broker that does not answer a ping is 10, whoever fell silent") {
    for (const bool is_link : {false, true}) {
        for (const Words& options : {Words{"--expect-none", "-W", "3"},
                                     {"--idle", "1"},
                                     {"--expect-none", "--idle", "1"},
                                     {"--expect-none"}}) {
            CAPTURE(is_link);
            CAPTURE(options);
            Setup setup;
            Words words = mqtts_sub({"-d", "-t", "quiet", "-q", "1", "--linger", "0.5"});
            words.insert(words.end(), options.begin(), options.end());
            Process subscriber({.arguments = setup.arguments(words)});
            wait_until_subscribed(subscriber);
            if (is_link)
                setup.link.hold();
            else
                setup.broker.stall();
            if (options.size() == 1) subscriber.signal(SIGTERM);
            const Outcome outcome = subscriber.wait();
            if (!is_link) setup.broker.resume();
            CHECK(outcome.status == 10);
            CHECK(contains(outcome.error, "did not answer a ping within 0.5 s"));
        }
    }
}

TEST_CASE("-W is exceeded by the wait for that answer, by 2 s at most") {
    Mosquitto broker;
    const auto start = Clock::now();
    Process subscriber({.arguments = mqtts_sub(broker, {"-d", "-t", "quiet", "--expect-none", "-W", "2"})});
    wait_until_subscribed(subscriber);
    broker.stall();
    const Outcome outcome = subscriber.wait();
    broker.resume();
    CHECK(outcome.status == 10);
    const std::string server = "localhost:" + std::to_string(broker.port());
    CHECK(contains(outcome.error, "mqtts-sub: timed out after 2 s while waiting for messages from " + server + "; " +
                                      server + " did not answer a ping within 2 s\n"));
    CHECK(Clock::now() - start >= 4s);
    CHECK(Clock::now() - start < 5500ms);  // and no goodbye of 2 s behind it
}

TEST_CASE("without a connection at the end there is no proof: 10") {
    for (const bool by_signal : {false, true}) {
        ScriptedBroker broker;
        Words options = by_signal ? Words{} : Words{"-W", "2"};
        Process subscriber({.arguments = broker.arguments(expect_none(options))});
        broker.accept_subscriber();
        broker.drop();  // and nobody answers the next one
        subscriber.wait_for_error("trying again");
        if (by_signal) subscriber.signal(SIGTERM);
        const Outcome outcome = subscriber.wait();
        CHECK(outcome.status == 10);
        CHECK(contains(outcome.error, "no connection to "));
    }
}

TEST_CASE("a ping proves that the broker is there; what comes before its answer counts") {
    for (const Words& options : ways_to_end) {
        for (const bool late_message : {false, true}) {
            ScriptedBroker broker;
            Process subscriber({.arguments = broker.arguments(expect_none(options))});
            broker.accept_subscriber();
            CHECK(broker.receive() == "PINGREQ");
            if (late_message) broker.send(Publish{.topic_name = "quiet", .payload = "late"});
            broker.send(Pingresp{});
            CHECK(broker.receive().starts_with("DISCONNECT"));
            broker.close();
            const Outcome outcome = subscriber.wait();
            CHECK(outcome.status == (late_message ? 11 : 0));
            CHECK(outcome.output == (late_message ? "late\n" : ""));
        }
    }
}

TEST_CASE("--idle: a message that comes before the answer to the ping is printed, and it goes on") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a", "--idle", "0.5"}))});
    broker.accept_subscriber();
    CHECK(broker.receive() == "PINGREQ");
    const auto last = Clock::now();
    broker.send(Publish{.topic_name = "a", .payload = "late"});
    broker.send(Pingresp{});
    CHECK(broker.receive() == "PINGREQ");
    CHECK(Clock::now() - last >= 500ms);
    broker.send(Pingresp{});
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    const Outcome outcome = subscriber.wait();
    CHECK(outcome.status == 0);
    CHECK(outcome.output == "late\n");
}

TEST_CASE("lost and back with its session: a success that names the gap, at QoS 1 and 2 only") {
    for (const char* qos : {"1", "0"}) {
        for (const Words& options : {Words{"-W", "4"}, {"--idle", "0.5"}}) {
            CAPTURE(qos);
            CAPTURE(options);
            Setup setup;
            Words words = expect_none(options);
            words.insert(words.end(), {"-q", qos});
            Process subscriber({.arguments = setup.arguments(words)});
            wait_until_subscribed(subscriber);
            setup.link.hold();
            setup.link.cut();
            const Outcome outcome = subscriber.wait();
            CAPTURE(outcome.error);
            CHECK(contains(outcome.error, "the connection was lost for "));
            if (qos == std::string("1")) {
                CHECK(outcome.status == 0);
                CHECK(contains(outcome.error, "the broker kept the session"));
            } else {
                CHECK(outcome.status == 11);
                CHECK(contains(outcome.error, "messages may have been missed: "));
                CHECK(contains(outcome.error, "give -q 1"));
            }
        }
    }
}

TEST_CASE("back without its session: messages may have been missed, 11") {
    Mosquitto broker;
    Process subscriber(
        {.arguments = mqtts_sub(broker, {"-d", "-t", "quiet", "-q", "2", "--expect-none", "--idle", "0.5"})});
    wait_until_subscribed(subscriber);
    broker.crash_and_restart();
    const Outcome outcome = subscriber.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 11);
    CHECK(contains(outcome.error, "messages may have been missed: the connection was lost for "));
    CHECK(contains(outcome.error, "the broker did not keep the session"));
}

TEST_CASE("what was granted decides, not what was asked for, and the same with MQTT 3.1.1 and a session of its own") {
    struct Case {
        ProtocolVersion version;
        std::string_view granted;
        int status;
    };
    for (const auto& [version, granted, status] : {Case{ProtocolVersion::v5, std::string_view("\0", 1), 11},
                                                   {ProtocolVersion::v5, "\x01", 0},
                                                   {ProtocolVersion::v311, std::string_view("\0", 1), 11},
                                                   {ProtocolVersion::v311, "\x01", 0}}) {
        ScriptedBroker broker;
        Words options{"-q", "2", "--idle", "0.3"};
        if (version == ProtocolVersion::v311) options.insert(options.end(), {"-V", "311", "-c", "-i", "quiet"});
        Process subscriber({.arguments = broker.arguments(expect_none(options))});
        broker.accept(version);
        REQUIRE(broker.receive().starts_with("CONNECT "));
        broker.send(Connack{});
        REQUIRE(broker.receive().starts_with("SUBSCRIBE 1 "));
        broker.send(SubscriptionAnswer{.reason_codes = granted, .packet_identifier = 1});
        subscriber.wait_for_error("received SUBACK");
        broker.drop();
        broker.accept(version);
        REQUIRE(broker.receive().starts_with("CONNECT "));
        broker.send(Connack{.session_present = true});
        CHECK(broker.receive() == "PINGREQ");
        broker.send(Pingresp{});
        CHECK(broker.receive().starts_with("DISCONNECT"));
        broker.close();
        CHECK(subscriber.wait().status == status);
    }
}

TEST_CASE("what the session kept is an unexpected message like any other") {
    Setup setup;
    Process subscriber({.arguments = setup.arguments(expect_none({"-q", "1", "-W", "20"}))});
    wait_until_subscribed(subscriber);
    setup.link.hold();
    REQUIRE(run({.arguments = mqtts_pub(setup.broker, {"-t", "quiet", "-q", "1", "-m", "noise"})}).status == 0);
    setup.link.cut();
    const Outcome outcome = subscriber.wait();
    CHECK(outcome.status == 11);
    CHECK(outcome.output == "noise\n");
}

TEST_CASE("--idle starts again when the connection is back, and does not end without one") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a", "--idle", "1"}))});
    broker.accept_subscriber();
    broker.drop();
    broker.accept();
    REQUIRE(broker.receive().starts_with("CONNECT "));
    std::this_thread::sleep_for(1200ms);  // longer than --idle
    broker.send(Connack{});
    REQUIRE(broker.receive().starts_with("SUBSCRIBE 2 "));
    const auto back = Clock::now();
    broker.send(SubscriptionAnswer{.reason_codes = std::string_view("\0", 1), .packet_identifier = 2});
    CHECK(broker.receive() == "PINGREQ");
    CHECK(Clock::now() - back >= 1s);
    broker.send(Pingresp{});
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    CHECK(subscriber.wait().status == 0);
}

TEST_CASE("what ends with success has its answer from the broker: -E and a command wait for it") {
    struct Wait {
        Words options;
        const char* unanswered;
    };
    for (const auto& [options, unanswered] :
         {Wait{{"-E"}, "SUBSCRIBE"}, {{"--exit-when-retained-done"}, "PINGREQ"}, {{"--", "true"}, "PINGREQ"}}) {
        CAPTURE(options);
        ScriptedBroker broker;
        Words words = broker.arguments(mqtts_sub({"-t", "a", "-W", "2"}));
        words.insert(words.end(), options.begin(), options.end());
        Process subscriber({.arguments = words});
        if (unanswered == std::string("SUBSCRIBE"))
            broker.accept_client();
        else
            broker.accept_subscriber();
        CHECK(broker.receive().starts_with(unanswered));
        CHECK(broker.receive().starts_with("DISCONNECT"));  // when the time was up
        broker.close();
        CHECK(subscriber.wait().status == 27);
    }
}

TEST_CASE("-C and --until end with what was written, whether the broker hears of it or not") {
    for (const Words& options : {Words{"-C", "1"}, {"--until", "x"}}) {
        for (const Qos qos : {Qos::at_least_once, Qos::exactly_once}) {
            ScriptedBroker broker;
            Words words = mqtts_sub({"-t", "a", "-q", "2", "--linger", "0.3"});
            words.insert(words.end(), options.begin(), options.end());
            Process subscriber({.arguments = broker.arguments(words)});
            broker.accept_subscriber();
            broker.send(Publish{.topic_name = "a", .payload = "x", .packet_identifier = 7, .qos = qos});
            CHECK(broker.receive() == (qos == Qos::at_least_once ? "PUBACK 7" : "PUBREC 7"));
            CHECK(broker.receive().starts_with("DISCONNECT"));
            broker.close();
            const Outcome outcome = subscriber.wait();
            CHECK(outcome.status == 0);
            CHECK(outcome.output == "x\n");
        }
    }
}

TEST_CASE("a command that ends well does not hide that messages may have been missed: --expect-none is 11") {
    Setup setup;
    Words words = setup.arguments(expect_none({}));
    const std::string ended = setup.broker.directory().path() + "/ended";
    words.insert(words.end(), {"--", "sh", "-c", "until [ -e \"$0\" ]; do sleep 0.05; done", ended});
    Process subscriber({.arguments = words});
    wait_until_subscribed(subscriber);
    setup.link.hold();
    setup.link.cut();
    subscriber.wait_for_errors("received SUBACK", 2);
    setup.broker.directory().write("ended", "");
    const Outcome outcome = subscriber.wait();
    CHECK(outcome.status == 11);
    CHECK(contains(outcome.error, "messages may have been missed: "));
}
