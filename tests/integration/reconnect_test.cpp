// Connections that break: what was promised holds over as many of them as it takes.
#include <doctest/doctest.h>

#include <cstdlib>
#include <random>

#include "integration/losses.hpp"

namespace {

using namespace mqtts::test;
using namespace std::chrono_literals;

struct Scale {
    int lines;
    int seeds;
};

/// MQTTS_SOAK=1 asks for more of the same.
Scale scale() {
    return std::getenv("MQTTS_SOAK") != nullptr ? Scale{100'000, 10} : Scale{20'000, 2};
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
    const std::string lines = numbers(scale().lines) + "0\n";  // 0: the last one
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
    CHECK(count(published.error, "mqtts-pub: connected to ") == 4);
    CHECK(count(published.error, "; trying again\n") >= 4);
    if (qos[0] == '2') {
        CHECK((received.output == lines));
    } else {
        CHECK((without_repetition(received.output) + "0\n" == lines));
    }
}

}  // namespace

TEST_CASE("a stream of QoS 1 through connections that are cut loses nothing and keeps its order") {
    for (int seed = 1; seed <= scale().seeds; ++seed)
        stream_through_cuts("1", static_cast<unsigned>(seed));
}

TEST_CASE("a stream of QoS 2 through connections that are cut arrives exactly once, in order") {
    for (int seed = 1; seed <= scale().seeds; ++seed)
        stream_through_cuts("2", static_cast<unsigned>(seed));
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
    publisher.wait_for_error("mqtts-pub: connected to ");
    publisher.write("more\n");
    publisher.close_input();
    const Outcome outcome = publisher.wait();
    CHECK(outcome.status == 10);
    CHECK(count(outcome.error, "of QoS 0 perhaps lost with a connection") == 1);
}

TEST_CASE("--reconnect never ends with the first loss, a number of seconds soon after the last one") {
    for (const char* patience : {"never", "1"}) {
        Mosquitto broker;
        FaultProxy proxy(broker.port(), [](int) { return Fault{.upstream = 6'000}; });
        const Outcome outcome =
            run({.arguments = through(proxy, mqtts_pub(broker, {"-q", "1", "-t", "a", "-s", "--reconnect", patience})),
                 .input = Text{std::string(20'000, 'x')}});
        CAPTURE(outcome.error);
        CHECK(outcome.status == 10);
        CHECK(count(outcome.error, "1 message left without acknowledgement") == 1);
        CHECK((proxy.connections() == 1) == (std::string_view(patience) == "never"));
    }
}

TEST_CASE("the first connection is tried once; with --retry-connect until it is there") {
    const std::uint16_t port = free_port();
    const Words options = {"-h", "127.0.0.1", "-p", std::to_string(port), "-t", "a", "-m", "x"};
    CHECK(run({.arguments = mqtts_pub(options)}).status == 4);
    for (const char* bound : {"--retry-connect=0.7", "--retry-connect"}) {
        Words words = options;
        words.insert(words.end(), {bound, "-W", "2"});
        const Outcome outcome = run({.arguments = mqtts_pub(words)});
        CAPTURE(outcome.error);
        CHECK(outcome.status == (std::string_view(bound) == "--retry-connect" ? 27 : 4));
        CHECK(count(outcome.error, "; trying again\n") == 1);
    }
}

TEST_CASE("a broker killed and started again is found again by both programs, and what it acknowledges is counted") {
    Mosquitto broker({.configuration = lossless});
    Process subscriber({.arguments = mqtts_sub(broker, {"-q", "1", "-t", "a", "--until", "^end$"})});
    wait_for_subscription(broker, "a");
    Process publisher({.arguments = mqtts_pub(broker, {"-q", "1", "-t", "a", "-l"}), .input = Pipe{}});
    publisher.write(numbers(5'000));
    subscriber.wait_for_output_size(1'000);
    broker.crash_and_restart();
    subscriber.wait_for_error("again, without its session: what was published meanwhile is missed\n");
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
    CHECK(publisher.wait(5s).status == 128 + SIGINT);
    CHECK(subscriber.wait(5s).status == 0);
}
