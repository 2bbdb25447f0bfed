// SPDX-License-Identifier: Apache-2.0
// -W and --ack-timeout say what was waited for, and where.
#include <doctest/doctest.h>

#include "integration/conversation.hpp"
#include "integration/programs.hpp"
#include "support/enough_time.hpp"
#include "support/listener.hpp"

namespace {

using namespace mqtts::test;
using mqtts::wire::Connack;
using mqtts::wire::PacketType;
using mqtts::wire::SubscriptionAnswer;

std::string name_of(std::uint16_t port) {
    return "localhost:" + std::to_string(port);
}

/// The packets of the program, one after the other, that the broker hears and answers, except the last one: where that
/// is empty, it answers all of them.
using Steps = std::vector<std::string>;

bool takes(ScriptedBroker& broker, const Steps& steps) {
    broker.accept();
    for (const std::string& step : steps) {
        if (step.empty()) return true;
        if (!hears(broker, step)) return false;
        if (&step == &steps.back()) return true;
        if (step == "CONNECT") broker.send(Connack{});
        if (step == "SUBSCRIBE") broker.send(SubscriptionAnswer{.reason_codes = "\1", .packet_identifier = 1});
    }
    return false;
}

struct Row {
    Words command_line;
    Steps steps;
    std::string waited_for;                 // behind "timed out after 0.5 s while "; the broker is THERE
    std::string known_by = "sent CONNECT";  // in the log of a program that has come so far
    Words child = {};
};

void check(const Row& row) {
    CAPTURE(row.waited_for);
    const std::string first = "0.5";
    with_enough_time(std::stod(first), [&](const std::string& seconds) {
        ScriptedBroker broker;
        Words words = row.command_line;
        words.insert(words.end(), {"-d", "-W", seconds});
        words = broker.arguments(words);
        words.insert(words.end(), row.child.begin(), row.child.end());
        const auto outcome = converse(broker, {.arguments = words, .input = Pipe{}}, [&] {
            const bool far_enough = takes(broker, row.steps);
            if (far_enough) see_off(broker);
            return far_enough;
        });
        if (!outcome || !contains(outcome->error, row.known_by)) return false;
        std::string expected = ": timed out after " + seconds + " s while " + row.waited_for;
        if (const std::size_t at = expected.find("THERE"); at != std::string::npos)
            expected.replace(at, 5, name_of(broker.port()));
        // Time may have been up on the way from one step to the next, but not each time.
        if (seconds == first && !contains(outcome->error, expected)) return false;
        CAPTURE(outcome->error);
        CHECK(outcome->status == 27);
        CHECK_MESSAGE(contains(outcome->error, expected), expected);
        return true;
    });
}

/// What becomes of a publisher whose message is not acknowledged, so that it asks with a ping, which `answer` answers.
Outcome acknowledged_late(const std::function<void(ScriptedBroker&)>& answer) {
    ScriptedBroker broker;
    Process publisher(
        {.arguments = broker.arguments(mqtts_pub({"-t", "a", "-q", "1", "-m", "x", "--ack-timeout", "0.5"}))});
    broker.accept_client();
    CHECK(broker.receive() == "PUBLISH 1 qos1 a \"x\"");
    CHECK(broker.receive() == "PINGREQ");
    answer(broker);
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    return publisher.wait();
}

}  // namespace

TEST_CASE("-W names the packet that has not come, and the broker") {
    const Words one = mqtts_pub({"-t", "a", "-q", "1", "-r", "-m", "x"});
    const Words subscribe = mqtts_sub({"-t", "a"});
    const std::vector<Row> rows{
        {one, {"CONNECT"}, "waiting for CONNACK from THERE"},  // after a second with what it may mean
        {subscribe, {"CONNECT"}, "waiting for CONNACK from THERE"},
        {subscribe, {"CONNECT", "SUBSCRIBE"}, "waiting for SUBACK from THERE\n"},
        {mqtts_sub({"-U", "a"}), {"CONNECT", "UNSUBSCRIBE"}, "waiting for UNSUBACK from THERE\n"},
        {subscribe, {"CONNECT", "SUBSCRIBE", ""}, "waiting for messages from THERE\n", "received SUBACK"},
        {one, {"CONNECT", "PUBLISH"}, "waiting for THERE to acknowledge 1 message; 1 message not ack"},
        {mqtts_pub({"-t", "a", "-m", "x"}),
         {"CONNECT", "PUBLISH", "PINGREQ"},
         "waiting for PINGRESP from THERE; 1 message "},
        {mqtts_pub({"-t", "a", "-m", "x", "-e", "b"}),
         {"CONNECT", "SUBSCRIBE", "PUBLISH"},
         "waiting for the response on 'b' from THERE"},
    };
    side_by_side(rows, check);
}

TEST_CASE("-W names the command, the input and the expectation that are waited for") {
    const std::vector<Row> rows{
        {mqtts_sub({"-t", "a"}),
         {"CONNECT", "SUBSCRIBE", ""},
         "waiting for 'sleep' to end\n",
         "received SUBACK",
         {"--", "sleep", "10000"}},
        {mqtts_pub({"-t", "a", "-q", "1", "-l"}), {"CONNECT", ""}, "waiting for input\n", "received CONNACK"},
    };
    side_by_side(rows, check);
}

TEST_CASE("when the time is up between two lines, what has left is not called unacknowledged") {
    const Mosquitto broker;
    for (const char* qos : {"0", "1"}) {
        const std::string last = qos == std::string("0") ? "sent PUBLISH" : "received PUBACK";
        with_enough_time(0.5, [&](const std::string& seconds) {
            Process publisher(
                {.arguments = mqtts_pub(broker, {"-t", "a", "-q", qos, "-l", "-d", "-W", seconds}), .input = Pipe{}});
            publisher.write("one\n");
            const Outcome outcome = publisher.wait();
            if (!contains(outcome.error, last)) return false;
            CHECK(outcome.status == 27);
            CHECK(outcome.error.ends_with("\nmqtts-pub: timed out after " + seconds + " s while waiting for input\n"));
            return true;
        });
    }
}

TEST_CASE("what left, but was not read at the end by a broker that takes no more, is called unacknowledged") {
    const std::string large(20'000, 'x');
    std::string more_than_fits;
    for (int i = 0; i < 1'000; ++i)
        more_than_fits += large + '\n';
    struct Case {
        std::string lines;
        std::string rate;
    };
    for (const Case& one : {Case{"one\ntwo\n", "0.01"}, Case{more_than_fits, "1000000"}}) {
        with_enough_time(0.5, [&](const std::string& seconds) {
            ScriptedBroker broker;
            const Words words = broker.arguments(mqtts_pub({"-t", "a", "-l", "--rate", one.rate, "-W", seconds}));
            const auto outcome = converse(broker, {.arguments = words, .input = Text{one.lines}}, [&] {
                broker.accept();
                if (!hears(broker, "CONNECT")) return false;
                broker.send(Connack{});
                return hears(broker, "PUBLISH");
            });
            if (!outcome) return false;
            CAPTURE(outcome->error);
            CHECK(outcome->status == 27);
            CHECK(contains(outcome->error, " not acknowledged"));
            return true;
        });
    }
}

TEST_CASE("-W names the step of the connection: TLS with a server that says nothing") {
    with_enough_time(0.5, [](const std::string& seconds) {
        const Listener silent;
        const Words there{"-h", "localhost", "-p", std::to_string(silent.port()), "-t", "a", "-W", seconds};
        const Outcome outcome = run({.arguments = mqtts_sub(there)});
        if (!contains(outcome.error, "TLS handshake")) return false;
        CHECK(outcome.status == 27);
        CHECK(outcome.error == "mqtts-sub: timed out after " + seconds +
                                   " s while waiting for the TLS handshake with " + name_of(silent.port()) + "\n");
        return true;
    });
}

TEST_CASE("-W after a lost connection says that another one was waited for") {
    with_enough_time(0.5, [](const std::string& seconds) {
        const Words nowhere{"-h", "localhost", "-p", "1", "-t", "a", "-W", seconds, "--retry-connect"};
        const Outcome outcome = run({.arguments = mqtts_sub(nowhere)});
        if (!contains(outcome.error, "trying again")) return false;
        CHECK(outcome.status == 27);
        CHECK(contains(outcome.error, "timed out after " + seconds + " s while waiting to reconnect to localhost:1"));
        return true;
    });
}

TEST_CASE("a broker that answers pings but never acknowledges is given up: 10") {
    const Outcome outcome = acknowledged_late([](ScriptedBroker& broker) { broker.send(mqtts::wire::Pingresp{}); });
    CHECK(outcome.status == 10);
    CHECK(contains(outcome.error, "answers pings, but has acknowledged nothing for 0.5 s"));
}

TEST_CASE("a broker that is only slow to acknowledge is not given up") {
    const Outcome outcome = acknowledged_late([](ScriptedBroker& broker) {
        broker.send(mqtts::wire::Acknowledgement{.type = PacketType::puback, .packet_identifier = 1});
    });
    CHECK(outcome.status == 0);
}
