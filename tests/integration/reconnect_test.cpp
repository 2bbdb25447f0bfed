// SPDX-License-Identifier: Apache-2.0
// Connections that break: what was promised holds over as many of them as it takes.
#include <doctest/doctest.h>

#include <cstdlib>
#include <numeric>
#include <random>

#include "integration/losses.hpp"
#include "support/enough_time.hpp"

namespace {

using namespace mqtts::test;
/// MQTTS_SOAK=1 asks for more of the same.
bool soak() {
    return std::getenv("MQTTS_SOAK") != nullptr;
}

std::vector<unsigned> seeds() {
    std::vector<unsigned> seeds(soak() ? 10 : 2);
    std::iota(seeds.begin(), seeds.end(), 1);
    return seeds;
}

/// Cuts the first connections after some thousand bytes; those that follow hold.
std::function<Fault(int)> cuts(unsigned seed, int count) {
    return [random = std::minstd_rand(seed), count](int connection) mutable {
        if (connection >= count) return Fault{};
        std::uniform_int_distribution<std::uint64_t> bytes(6'000, 60'000);
        Fault fault{.upstream = bytes(random), .reset = random() % 2 == 0};
        if (random() % 2 == 0) std::swap(fault.upstream, fault.downstream);
        return fault;
    };
}

/// At QoS 2 not further ahead of the subscriber than mosquitto 2.0 can bear, see stream_test.cpp.
void feed(Process& publisher, const std::string& lines, Process& subscriber) {
    constexpr std::size_t step = 10'000;  // bytes
    for (std::size_t position = 0; position < lines.size(); position += step) {
        publisher.write(std::string_view(lines).substr(position, step));
        if (position > 2 * step) subscriber.wait_for_output_size(position - 2 * step);
    }
    publisher.close_input();
}

void stream_through_cuts(const char* qos, unsigned seed) {
    CAPTURE(seed);
    const std::string lines = numbers(soak() ? 100'000 : 20'000) + "0\n";  // 0: the last one
    Mosquitto broker({.configuration = lossless});
    FaultProxy upstream(broker.port(), cuts(seed, 4));
    FaultProxy downstream(broker.port(), cuts(seed + 1000, 4));
    Process subscriber({.arguments = through(downstream, mqtts_sub(broker, {"-q", qos, "-t", "a", "--until", "^0$"}))});
    wait_for_subscription(broker, "a");
    Process publisher(
        {.arguments = through(upstream, mqtts_pub(broker, {"-q", qos, "-t", "a", "-l"})), .input = Pipe{}});
    feed(publisher, lines, subscriber);
    const Outcome published = publisher.wait();
    const Outcome received = subscriber.wait();
    CAPTURE(published.error);
    CAPTURE(received.error);
    CHECK(published.status == 0);
    CHECK(received.status == 0);
    CHECK(upstream.faults() == 4);
    CHECK(downstream.faults() == 4);
    CHECK(count(published.error, "mqtts-pub: reconnected to ") == 4);
    CHECK(count(published.error, "; trying again\n") >= 4);
    if (qos[0] == '2') {
        CHECK((received.output == lines));
    } else {
        CHECK((without_repetition(received.output) + "0\n" == lines));
    }
}

}  // namespace

TEST_CASE("a stream of QoS 1 through connections that are cut loses nothing and keeps its order") {
    side_by_side(seeds(), [](unsigned seed) { stream_through_cuts("1", seed); });
}

TEST_CASE("a stream of QoS 2 through connections that are cut arrives exactly once, in order") {
    side_by_side(seeds(), [](unsigned seed) { stream_through_cuts("2", seed); });
}

TEST_CASE("bytes one by one, in TLS records cut anywhere, are the same stream") {
    Mosquitto broker({.configuration = lossless});
    FaultProxy proxy(broker.port(), [](int) { return Fault{.piece = 1}; });
    Process subscriber({.arguments = through(proxy, mqtts_sub(broker, {"-q", "2", "-t", "a", "-C", "100"}))});
    wait_for_subscription(broker, "a");
    CHECK(
        run({.arguments = through(proxy, mqtts_pub(broker, {"-q", "2", "-t", "a", "-l"})), .input = Text{numbers(100)}})
            .status == 0);
    CHECK(subscriber.wait().output == numbers(100));
}

TEST_CASE("QoS 0 goes on after a loss, and what may be lost is counted and is status 10") {
    Mosquitto broker;
    FaultProxy proxy(broker.port(),
                     [](int connection) { return connection == 0 ? Fault{.upstream = 20'000} : Fault{}; });
    Process publisher({.arguments = through(proxy, mqtts_pub(broker, {"-t", "a", "-l"})), .input = Pipe{}});
    publisher.write(numbers(5'000));
    publisher.wait_for_error("mqtts-pub: reconnected to ");
    publisher.write("more\n");
    publisher.close_input();
    const Outcome outcome = publisher.wait();
    CHECK(outcome.status == 10);
    CHECK(count(outcome.error, " perhaps lost with a connection") == 1);
}

namespace {

/// The first connection is cut in the middle of the only message, each later one in its handshake: there the message
/// cannot be what the broker refuses, which is another end, however often the time allows to try.
struct Cuts {
    Mosquitto broker;
    FaultProxy proxy{broker.port(), [](int connection) {
                         return connection == 0 ? Fault{.upstream = 6'000} : Fault{.upstream = 100};
                     }};

    [[nodiscard]] Outcome publish(const std::string& reconnect) const {
        const Outcome outcome =
            run({.arguments = through(proxy, mqtts_pub(broker, {"-q", "1", "-t", "a", "-s", "--reconnect", reconnect})),
                 .input = Text{std::string(20'000, 'x')}});
        CAPTURE(outcome.error);
        CHECK(outcome.status == 10);
        CHECK(count(outcome.error, "1 message not acknowledged") == 1);
        return outcome;
    }
};

}  // namespace

TEST_CASE("--reconnect never ends with the first loss, a number of seconds soon after the last one") {
    const Cuts never;
    static_cast<void>(never.publish("never"));
    CHECK(never.proxy.connections() == 1);
    with_enough_time(1, [](const std::string& seconds) {
        const Cuts some;
        static_cast<void>(some.publish(seconds));
        return some.proxy.connections() > 1;
    });
}

TEST_CASE("the first connection is tried once; with --retry-connect until it is there") {
    const std::uint16_t port = free_port();
    const Words words = mqtts_pub({"-h", "127.0.0.1", "-p", std::to_string(port), "-t", "a", "-m", "x"});
    const Outcome once = run({.arguments = words});
    CHECK(once.status == 4);
    CHECK(count(once.error, "; trying again\n") == 0);
    const auto check_retried = [&](const std::function<Words(const std::string& seconds)>& bound, int status) {
        with_enough_time(0.7, [&](const std::string& seconds) {
            Words bounded = words;
            for (const std::string& word : bound(seconds))
                bounded.push_back(word);
            const Outcome outcome = run({.arguments = bounded});
            if (!contains(outcome.error, "; trying again\n")) return false;
            CAPTURE(outcome.error);
            CHECK(outcome.status == status);
            CHECK(count(outcome.error, "; trying again\n") == 1);
            return true;
        });
    };
    check_retried([](const std::string& seconds) { return Words{"--retry-connect=" + seconds}; }, 4);
    check_retried([](const std::string& seconds) { return Words{"--retry-connect", "-W", seconds}; }, 27);
}

TEST_CASE("a broker killed and started again is found again by both programs, and what it acknowledges is counted") {
    Mosquitto broker({.configuration = lossless});
    Process subscriber({.arguments = mqtts_sub(broker, {"-q", "1", "-t", "a", "--until", "^end$"})});
    wait_for_subscription(broker, "a");
    Process publisher({.arguments = mqtts_pub(broker, {"-q", "1", "-t", "a", "-l"}), .input = Pipe{}});
    publisher.write(numbers(5'000));
    subscriber.wait_for_output_size(1'000);
    broker.crash_and_restart();
    subscriber.wait_for_error("; the broker did not keep the session, so messages published meanwhile are lost\n");
    wait_for_subscription(broker, "a");
    publisher.write("end\n");
    publisher.close_input();
    const Outcome published = publisher.wait();
    CAPTURE(published.error);
    CHECK(published.status == 0);
    const Outcome received = subscriber.wait();
    CHECK(received.status == 0);
    CHECK(received.output.ends_with("\nend\n"));
}

TEST_CASE("SIGINT while waiting for another connection ends at once") {
    std::optional<Mosquitto> broker(std::in_place);
    Process publisher(
        {.arguments = mqtts_pub(*broker, {"-q", "1", "-t", "a", "-l", "--reconnect", "forever"}), .input = Pipe{}});
    Process subscriber({.arguments = mqtts_sub(*broker, {"-q", "1", "-t", "a"})});
    wait_for_subscription(*broker, "a");
    publisher.write("x\n");
    subscriber.wait_for_output("x\n");
    broker.reset();
    for (Process* program : {&publisher, &subscriber})
        program->wait_for_error("; trying again\n");
    publisher.signal(SIGINT);
    subscriber.signal(SIGINT);
    CHECK(publisher.wait().status == 128 + SIGINT);
    CHECK(subscriber.wait().status == 0);
}
