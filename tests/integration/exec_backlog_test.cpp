// SPDX-License-Identifier: Apache-2.0
// mqtts-sub --exec: a backlog behind commands that take their time costs neither the connection nor memory.
#include <doctest/doctest.h>

#include "integration/commands.hpp"
#include "integration/losses.hpp"
#include "support/enough_time.hpp"

namespace {

using namespace mqtts::test;

struct Way {
    const char* version;
    const char* qos;
};

const std::vector<Way> all_ways = {{"5", "0"}, {"5", "1"}, {"5", "2"}, {"311", "0"}, {"311", "1"}, {"311", "2"}};

/// Messages of this size to "jobs/1", "jobs/2" and so on.
std::string backlog(int count, std::size_t size) {
    std::string lines;
    for (int number = 1; number <= count; ++number)
        lines += "jobs/" + std::to_string(number) + '=' + std::string(size, 'x') + '\n';
    return lines;
}

void publish_backlog(const Mosquitto& broker, const Way& way, const std::string& lines) {
    publish_lines(broker, lines, {"-q", way.qos, "--topic-delimiter", "="});
}

/// A command that takes longer than the broker waits for a sign of life (7.5 s), and short ones behind it. There is
/// more than the kernel's buffers take, so that the answer to a ping is behind what is not read yet.
void outlast_keep_alive(const Way& way) {
    CAPTURE(way.version);
    CAPTURE(way.qos);
    constexpr int count = 40;
    Mosquitto broker({.configuration = lossless});
    FaultProxy proxy(broker.port(), [](int) { return Fault{}; });
    const std::string command = "[ $MQTT_LEVEL_2 != 1 ] || sleep 9; echo $MQTT_LEVEL_2";
    const Words words = mqtts_sub(broker, {"-V", way.version, "-q", way.qos, "-t", "jobs/+", "-k", "5", "-C",
                                           std::to_string(count), "--exec", command});
    Process subscriber({.arguments = through(proxy, words)});
    wait_for_subscription(broker, "jobs/+");
    publish_backlog(broker, way, backlog(count, 256 * std::size_t{1024}));
    const Outcome outcome = subscriber.wait();
    CHECK(outcome.status == 0);
    CHECK(outcome.error == "");
    CHECK(outcome.output == numbers(count));
    CHECK(proxy.connections() == 1);
}

#if defined(__OPTIMIZE__)
constexpr bool optimized = true;
#else
constexpr bool optimized = false;
#endif

/// Of mqtts-sub with a backlog of 20,000. Only what packages contain is held against the figure that we promise.
std::size_t memory_limit() {
    const bool as_in_packages = optimized && std::string_view(MQTTS_SANITIZE).empty();
    return (as_in_packages ? 14 : 96) * mebibyte;
}

void check_memory(const Way& way, const char* jobs) {
    CAPTURE(way.version);
    CAPTURE(way.qos);
    CAPTURE(jobs);
    constexpr std::size_t handled = 100;
    Mosquitto broker({.configuration = roomy});
    const Gate gate(broker.directory());
    const Diary diary(broker.directory());
    const std::string command = "read x <\"$GATE\"; echo >>\"$DONE\"";
    Process subscriber({.arguments = mqtts_sub(broker, {"-V", way.version, "-q", way.qos, "-t", "jobs/+", "--jobs",
                                                        jobs, "--exec", command}),
                        .environment = {gate.variable(), diary.variable(), "ASAN_OPTIONS=quarantine_size_mb=1"}});
    wait_for_subscription(broker, "jobs/+");
    publish_backlog(broker, way, backlog(20'000, 1024));
    gate.open(handled);
    diary.wait_for_lines(handled);
    CHECK(subscriber.peak_memory() < memory_limit());
    subscriber.signal(SIGKILL);
    gate.open(100);  // for those that run
    CHECK(subscriber.wait().status == 137);
}

}  // namespace

TEST_CASE("a command longer than the keep alive, and a backlog behind it: each runs once, without a new connection") {
    side_by_side(all_ways, outlast_keep_alive);
}

TEST_CASE("--exec: memory does not grow with the backlog") {
    for (const Way& way : {Way{"5", "0"}, {"5", "1"}, {"311", "0"}, {"311", "1"}, {"311", "2"}})
        check_memory(way, "1");
    check_memory({"5", "1"}, "8");
}
