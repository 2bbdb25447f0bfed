// SPDX-License-Identifier: Apache-2.0
// A broker that is killed and started again under a stream: what it acknowledged and kept arrives, in order.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

#include "integration/losses.hpp"
#include "support/enough_time.hpp"

namespace {

using namespace mqtts::test;

/// More than there are Packet Identifiers, so that they are used again.
constexpr int line_count = 100'000;
constexpr std::size_t kills = 10;

/// A program waits longer and longer between connections that do not last. The subscriber's last when they have brought
/// a message and are five seconds old: after so many kills one of them gets that time, or the waits would add up.
constexpr std::size_t kills_in_a_row = 3;
constexpr std::chrono::milliseconds lasting{5'200};

/// MQTTS_SOAK=1 asks for more of the same.
unsigned crash_runs() {
    return std::getenv("MQTTS_SOAK") != nullptr ? 10 : 1;
}

/// mosquitto 2.0 has more in flight to a subscriber than it should, see stream_test.cpp. When it starts, it keeps the
/// state of no more than this many for each session: of others it forgets that the subscriber has acknowledged them,
/// sends them again, and what was to come once comes twice.
const std::string conserving = lossless + "max_inflight_messages 2000\nset_tcp_nodelay true\n";

/// Where in the stream the broker is killed, in order.
std::vector<std::size_t> positions(unsigned seed, std::size_t size) {
    std::mt19937 random(seed);
    std::vector<std::size_t> result(kills);
    for (std::size_t& position : result)
        position = random() % size;
    std::ranges::sort(result);
    return result;
}

/// Where two texts part, for whoever has to find out why.
std::string difference(const std::string& received, const std::string& sent) {
    if (received == sent) return "";
    const auto [here, there] = std::ranges::mismatch(received, sent);
    constexpr std::ptrdiff_t context = 60;
    const std::ptrdiff_t at = here - received.begin();
    const auto around = static_cast<std::size_t>(std::max<std::ptrdiff_t>(at - context, 0));
    return "at byte " + std::to_string(at) + ": received " + received.substr(around, 2 * context) + ", sent " +
           sent.substr(around, 2 * context);
}

/// Kills the broker while both programs have messages on their way. mosquitto keeps what it knows in memory until it
/// is told to save, and acknowledges all the same: what the programs may rely on is what they saw before it saved. So
/// they see nothing any more from then on until it is dead.
void crash(Mosquitto& broker, FaultProxy& proxy) {
    proxy.hold();
    broker.save();
    broker.crash_and_restart();
    proxy.cut();
}

void stream_through_crashes(const std::string& qos, unsigned seed) {
    CAPTURE(qos);
    CAPTURE(seed);
    const std::string lines = numbers(line_count) + "0\n";  // 0: the last one
    Mosquitto broker({.persistence = true, .configuration = conserving});
    FaultProxy proxy(broker.port(), [](int) { return Fault{}; });
    Process subscriber({.arguments = through(proxy, mqtts_sub(broker, {"-q", qos, "-t", "a"}))});
    wait_for_subscription(broker, "a");
    Process publisher({.arguments = through(proxy, mqtts_pub(broker, {"-q", qos, "-t", "a", "-l"})), .input = Pipe{}});
    std::size_t written = 0;
    // At QoS 2 a few hundred messages at a time are what mosquitto 2.0 can bear, see above.
    const auto feed_up_to = [&](std::size_t end) {
        constexpr std::size_t step = 1'000;  // bytes
        while (written < end) {
            if (written > 0) subscriber.wait_for_output_size(lines.rfind('\n', written - 1) + 1);
            const std::size_t part = std::min(step, end - written);
            publisher.write(std::string_view(lines).substr(written, part));
            written += part;
        }
    };
    feed_up_to(lines.find("9\n"));
    subscriber.wait_for_output("8\n");
    std::size_t connections = 0;
    std::chrono::steady_clock::time_point connected;
    const auto wait_for_connections = [&] {
        ++connections;
        for (Process* program : {&subscriber, &publisher})
            program->wait_for_errors(": reconnected to ", connections);
        connected = std::chrono::steady_clock::now();
    };
    // mosquitto 2.0 does not save a session that began with Clean Start; one that was resumed it does.
    proxy.hold();
    proxy.cut();
    wait_for_connections();
    const std::vector<std::size_t> where = positions(seed, lines.size());
    for (std::size_t kill = 0; kill < kills; ++kill) {
        feed_up_to(where[kill]);
        if (kill != 0 && kill % kills_in_a_row == 0) std::this_thread::sleep_until(connected + lasting);
        crash(broker, proxy);
        wait_for_connections();
    }
    feed_up_to(lines.size());
    publisher.close_input();
    const Outcome published = publisher.wait();
    subscriber.wait_for_output("\n0\n");
    subscriber.signal(SIGINT);
    const Outcome received = subscriber.wait();
    CAPTURE(published.error);
    CAPTURE(received.error);
    CHECK(published.status == 0);
    CHECK(received.status == 0);
    CHECK(count(received.error, "the broker did not keep the session") == 0);
    if (qos == "2") {
        CHECK(difference(received.output, lines) == "");
    } else {
        CHECK(difference(without_repetition(received.output) + "0\n", lines) == "");
    }
}

}  // namespace

TEST_CASE("a broker killed ten times under a stream loses no line, at QoS 2 each arrives exactly once, in order") {
    for (unsigned seed = 1; seed <= crash_runs(); ++seed)
        side_by_side(Words{"1", "2"}, [&](const std::string& qos) { stream_through_crashes(qos, seed); });
}
