// SPDX-License-Identifier: Apache-2.0
// mqtts-pub against a broker that stops reading, and against signals.
#include <doctest/doctest.h>

#include "integration/programs.hpp"

namespace {

using namespace mqtts::test;
using namespace std::chrono_literals;

/// A publisher of lines that is connected: its first line has gone through the broker.
struct Connected {
    Connected(Mosquitto& broker, const std::string& topic, const Words& options)
        : publisher({.arguments = mqtts_pub(broker, options), .input = Pipe{}}) {
        Process subscriber({.arguments = mqtts_sub(broker, {"-t", topic, "-C", "1"})});
        wait_for_subscription(broker, topic);
        publisher.write("first\n");
        subscriber.wait_for_output("first\n");
    }
    Process publisher;
};

}  // namespace

TEST_CASE("a broker that stops reading stops the producer, and memory stays flat") {
    for (const char* qos : {"0", "1", "2"}) {
        CAPTURE(qos);
        Mosquitto broker({.configuration = roomy});
        Connected connected(broker, "first", {"-t", "first", "-q", qos, "-l"});
        Process& publisher = connected.publisher;
        broker.stall();

        const std::size_t before = publisher.resident_memory();
        const std::string line = std::string(99, 'x') + '\n';
        std::string chunk;
        while (chunk.size() < 60'000)
            chunk += line;
        const std::size_t taken = publisher.write_until_blocked(chunk, 256 * mebibyte, 1s);
        CHECK(taken < 32 * mebibyte);
        CHECK(publisher.resident_memory() < before + 64 * mebibyte);

        broker.resume();
        publisher.close_input();
        const Outcome outcome = publisher.wait();
        CAPTURE(outcome.error);
        CHECK(outcome.status == 0);
    }
}

TEST_CASE("one line goes out at once, without waiting for more") {
    Mosquitto broker;
    Connected connected(broker, "line", {"-t", "line", "-q", "1", "-l"});
    connected.publisher.close_input();
    CHECK(connected.publisher.wait().status == 0);
}

TEST_CASE("interrupted with work undone it ends with 130") {
    Mosquitto broker;
    Connected connected(broker, "interrupted", {"-t", "interrupted", "-q", "1", "-l", "--linger", "0.5"});
    broker.stall();
    connected.publisher.write("never acknowledged\n");
    connected.publisher.signal(SIGINT);
    const Outcome outcome = connected.publisher.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 128 + SIGINT);
}

TEST_CASE("a broker that goes away for good, with messages unacknowledged, is status 10") {
    std::optional<Mosquitto> broker(std::in_place);
    Connected connected(*broker, "gone", {"-t", "gone", "-q", "1", "-l", "--reconnect", "1"});
    Process& publisher = connected.publisher;
    broker->stall();
    publisher.write("never acknowledged\n");
    broker.reset();
    publisher.close_input();
    const Outcome outcome = publisher.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 10);
}

TEST_CASE("at an orderly end the broker sees DISCONNECT") {
    Mosquitto broker;
    for (const char* qos : {"0", "1", "2"}) {
        const std::string name = std::string("orderly-") + qos;
        CHECK(run({.arguments = mqtts_pub(broker, {"-i", name, "-t", "a", "-q", qos, "-m", "x"})}).status == 0);
        broker.wait_for_log("Client " + name + " disconnected.\n");
    }
}
