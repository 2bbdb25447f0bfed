// SPDX-License-Identifier: Apache-2.0
// --expect-none and --idle: that nothing came is told only of a broker that is there, all the time and at the end.
#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "integration/conversation.hpp"
#include "integration/losses.hpp"
#include "support/enough_time.hpp"

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
    return with(mqtts_sub({"-d", "-t", "quiet", "--expect-none"}), options);
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
        return through(link, broker.arguments(command_line));
    }
};

/// The options that make the time a subscriber has; the number of seconds comes behind.
const std::vector<Words> ways_to_end = {{"-W"}, {"--idle"}};

}  // namespace

TEST_CASE("silence of a broker that does not answer a ping is 10, whoever fell silent") {
    side_by_side(Words{"broker", "link"}, [](const std::string& silent) {
        CAPTURE(silent);
        const bool is_link = silent == "link";
        Setup setup;
        Process subscriber({.arguments = setup.arguments(expect_none({"-q", "1", "--linger", "0.5"}))});
        wait_until_subscribed(subscriber);
        if (is_link)
            setup.link.hold();
        else
            setup.broker.stall();
        subscriber.signal(SIGTERM);
        const Outcome outcome = subscriber.wait();
        if (!is_link) setup.broker.resume();
        CHECK(outcome.status == 10);
        CHECK(contains(outcome.error, "did not answer a ping within 0.5 s"));
    });
}

TEST_CASE("such silence is 10 whatever ends the run") {
    const std::vector<Words> rows{{"--expect-none", "-W"}, {"--idle"}, {"--expect-none", "--idle"}};
    side_by_side(rows, [](const Words& options) {
        CAPTURE(options);
        with_enough_time(0.5, [&](const std::string& seconds) {
            ScriptedBroker broker;
            const Words words = mqtts_sub({"-t", "quiet", "-q", "1", "--linger", "0.5"});
            const auto outcome =
                converse(broker, {.arguments = broker.arguments(with(with(words, options), {seconds}))}, [&] {
                    if (!hears_subscriber(broker) || !hears(broker, "PINGREQ")) return false;
                    see_off(broker);
                    return true;
                });
            if (!outcome) return false;
            CHECK(outcome->status == 10);
            CHECK(contains(outcome->error, "did not answer a ping within 0.5 s"));
            return true;
        });
    });
}

TEST_CASE("-W is exceeded by the wait for that answer, by 2 s at most") {
    with_enough_time(0.5, [](const std::string& seconds) {
        const std::chrono::duration<double> limit(std::stod(seconds));
        ScriptedBroker broker;
        const auto start = Clock::now();
        const auto outcome =
            converse(broker, {.arguments = broker.arguments(expect_none({"-W", seconds, "--linger", "600"}))}, [&] {
                if (!hears_subscriber(broker) || !hears(broker, "PINGREQ")) return false;
                see_off(broker);
                return true;
            });
        const auto took = Clock::now() - start;
        // With a goodbye behind it, it would be 4 s; this may be the machine.
        if (!outcome || took >= limit + 3500ms) return false;
        CHECK(took >= limit + 2s);
        CHECK(outcome->status == 10);
        const std::string server = "localhost:" + std::to_string(broker.port());
        CHECK(contains(outcome->error, "mqtts-sub: timed out after " + seconds + " s while waiting for messages from " +
                                           server + "; " + server + " did not answer a ping within 2 s\n"));
        return true;
    });
}

TEST_CASE("without a connection at the end there is no proof: 10") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(expect_none({}))});
    broker.accept_subscriber();
    broker.drop();  // and nobody answers the next one
    subscriber.wait_for_error("trying again");
    subscriber.signal(SIGTERM);
    const Outcome outcome = subscriber.wait();
    CHECK(outcome.status == 10);
    CHECK(contains(outcome.error, "no connection to "));
}

TEST_CASE("nor is there when the time is up") {
    with_enough_time(0.5, [](const std::string& seconds) {
        ScriptedBroker broker;
        const Words words = broker.arguments(expect_none({"-W", seconds}));
        const auto outcome = converse(broker, {.arguments = words}, [&] {
            if (!hears_subscriber(broker)) return false;
            broker.drop();
            return true;
        });
        if (!outcome || !contains(outcome->error, "trying again")) return false;
        CHECK(outcome->status == 10);
        CHECK(contains(outcome->error, "no connection to "));
        return true;
    });
}

TEST_CASE("a ping proves that the broker is there; what comes before its answer counts") {
    for (const bool late_message : {false, true}) {
        side_by_side(ways_to_end, [&](const Words& options) {
            CAPTURE(options);
            with_enough_time(0.5, [&](const std::string& seconds) {
                ScriptedBroker broker;
                const Words words = broker.arguments(expect_none(with(options, {seconds})));
                const auto outcome = converse(broker, {.arguments = words}, [&] {
                    if (!hears_subscriber(broker) || !hears(broker, "PINGREQ")) return false;
                    if (late_message) broker.send(Publish{.topic_name = "quiet", .payload = "late"});
                    broker.send(Pingresp{});
                    const bool leaves = hears(broker, "DISCONNECT");
                    broker.close();
                    return leaves;
                });
                if (!outcome) return false;
                CHECK(outcome->status == (late_message ? 11 : 0));
                CHECK(outcome->output == (late_message ? "late\n" : ""));
                return true;
            });
        });
    }
}

TEST_CASE("--idle: a message that comes before the answer to the ping is printed, and it goes on") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a", "--idle", "0.3"}))});
    broker.accept_subscriber();
    CHECK(broker.receive() == "PINGREQ");
    const auto last = Clock::now();
    broker.send(Publish{.topic_name = "a", .payload = "late"});
    broker.send(Pingresp{});
    CHECK(broker.receive() == "PINGREQ");
    CHECK(Clock::now() - last >= 300ms);
    broker.send(Pingresp{});
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    const Outcome outcome = subscriber.wait();
    CHECK(outcome.status == 0);
    CHECK(outcome.output == "late\n");
}

TEST_CASE("lost and back with its session: a success that names the gap, at QoS 1 and 2 only") {
    struct Row {
        std::string qos;
        Words options;
    };
    const std::vector<Row> rows{{"1", {"-W"}}, {"1", {"--idle"}}, {"0", {"-W"}}, {"0", {"--idle"}}};
    side_by_side(rows, [](const Row& row) {
        CAPTURE(row.qos);
        CAPTURE(row.options);
        with_enough_time(row.options == Words{"-W"} ? 2 : 0.5, [&](const std::string& seconds) {
            Setup setup;
            const Words words = expect_none(with({"-q", row.qos}, with(row.options, {seconds})));
            Process subscriber({.arguments = setup.arguments(words)});
            if (!subscriber.writes_error("received SUBACK", Process::patience)) return false;
            setup.link.hold();
            setup.link.cut();
            const Outcome outcome = subscriber.wait();
            CAPTURE(outcome.error);
            // It was not back by then, or its ping took too long.
            if (count(outcome.error, "received CONNACK") < 2 || outcome.status == 10) return false;
            CHECK(contains(outcome.error, "the connection was lost for "));
            if (row.qos == "1") {
                CHECK(outcome.status == 0);
                CHECK(contains(outcome.error, "the broker kept the session"));
            } else {
                CHECK(outcome.status == 11);
                CHECK(contains(outcome.error, "messages may have been missed: "));
                CHECK(contains(outcome.error, "subscribe with -q 1"));
            }
            return true;
        });
    });
}

TEST_CASE("back without its session: messages may have been missed, 11") {
    with_enough_time(0.5, [](const std::string& seconds) {
        Mosquitto broker;
        Process subscriber(
            {.arguments = mqtts_sub(broker, {"-d", "-t", "quiet", "-q", "2", "--expect-none", "--idle", seconds})});
        wait_until_subscribed(subscriber);
        broker.crash_and_restart();
        const Outcome outcome = subscriber.wait();
        CAPTURE(outcome.error);
        if (!contains(outcome.error, "trying again")) return false;  // it had left
        CHECK(outcome.status == 11);
        CHECK(contains(outcome.error, "messages may have been missed: the connection was lost for "));
        CHECK(contains(outcome.error, "the broker did not keep the session"));
        return true;
    });
}

TEST_CASE("what was granted decides, not what was asked for, and the same with MQTT 3.1.1 and a session of its own") {
    struct Case {
        ProtocolVersion version;
        std::string_view granted;
        int status;
    };
    const std::vector<Case> cases{{ProtocolVersion::v5, std::string_view("\0", 1), 11},
                                  {ProtocolVersion::v5, "\x01", 0},
                                  {ProtocolVersion::v311, std::string_view("\0", 1), 11},
                                  {ProtocolVersion::v311, "\x01", 0}};
    side_by_side(cases, [](const Case& one) {
        const auto& [version, granted, status] = one;
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
    });
}

TEST_CASE("what the session kept is an unexpected message like any other") {
    Setup setup;
    Process subscriber({.arguments = setup.arguments(expect_none({"-q", "1"}))});
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
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a", "--idle", "0.3"}))});
    broker.accept_subscriber();
    broker.drop();
    broker.accept();
    REQUIRE(broker.receive().starts_with("CONNECT "));
    std::this_thread::sleep_for(400ms);  // longer than --idle
    broker.send(Connack{});
    REQUIRE(broker.receive().starts_with("SUBSCRIBE 2 "));
    const auto back = Clock::now();
    broker.send(SubscriptionAnswer{.reason_codes = std::string_view("\0", 1), .packet_identifier = 2});
    CHECK(broker.receive() == "PINGREQ");
    CHECK(Clock::now() - back >= 300ms);
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
    const std::vector<Wait> waits{
        {{"-E"}, "SUBSCRIBE"}, {{"--exit-when-retained-done"}, "PINGREQ"}, {{"--", "true"}, "PINGREQ"}};
    side_by_side(waits, [](const Wait& wait) {
        CAPTURE(wait.options);
        with_enough_time(0.5, [&](const std::string& seconds) {
            ScriptedBroker broker;
            const Words words = with(broker.arguments(mqtts_sub({"-t", "a", "-W", seconds})), wait.options);
            const auto outcome = converse(broker, {.arguments = words}, [&] {
                if (std::string(wait.unanswered) == "SUBSCRIBE")
                    broker.accept_client();
                else if (!hears_subscriber(broker))
                    return false;
                if (!hears(broker, wait.unanswered)) return false;
                const bool leaves = hears(broker, "DISCONNECT");  // when the time is up
                broker.close();
                return leaves;
            });
            if (!outcome) return false;
            CHECK(outcome->status == 27);
            return true;
        });
    });
}

TEST_CASE("-C and --until end with what was written, whether the broker hears of it or not") {
    side_by_side(std::vector<Words>{{"-C", "1"}, {"--until", "x"}}, [](const Words& options) {
        for (const Qos qos : {Qos::at_least_once, Qos::exactly_once}) {
            ScriptedBroker broker;
            const Words words = with(mqtts_sub({"-t", "a", "-q", "2", "--linger", "0.3"}), options);
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
    });
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
