// SPDX-License-Identifier: Apache-2.0
// mqtts-sub: --until, --expect-none, --idle, --exit-when-retained-done: every way to end has its status.
#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

#include "integration/conversation.hpp"
#include "integration/programs.hpp"
#include "support/enough_time.hpp"

namespace {

using namespace mqtts::test;
using Clock = std::chrono::steady_clock;

void publish(const Mosquitto& broker, const Words& options, const std::string& lines = "") {
    REQUIRE(run({.arguments = mqtts_pub(broker, options), .input = Text{lines}}).status == 0);
}

/// What becomes of a subscriber that has subscribed when the time of -W is up.
void check_status_in_time(const Mosquitto& broker, const Words& options, int status) {
    CAPTURE(options);
    with_enough_time(0.5, [&](const std::string& seconds) {
        Words words = options;
        words.insert(words.end(), {"-W", seconds});
        const Outcome outcome = run({.arguments = mqtts_sub(broker, words)});
        if (outcome.status == 27) return false;  // it has not
        CHECK(outcome.status == status);
        CHECK(outcome.error.empty() == (status == 0));
        return true;
    });
}

/// A kept session with these lines waiting in it.
void queue(Mosquitto& broker, const std::string& name, const std::string& lines) {
    make_session(broker, name, name, {"-q", "1"});
    publish(broker, {"-t", name, "-q", "1", "-l"}, lines);
}

Words resume(const std::string& name, const Words& options) {
    Words words{"-c", "-i", name, "-t", name, "-q", "1"};
    words.insert(words.end(), options.begin(), options.end());
    return words;
}

}  // namespace

TEST_CASE("--until ends with the first message that matches; what came after it stays with the broker") {
    Mosquitto broker({.configuration = lossless});
    queue(broker, "until", numbers(100));
    const Outcome first = run({.arguments = mqtts_sub(broker, resume("until", {"--until", "^4[2-9]$"}))});
    CHECK(first.status == 0);
    CHECK(first.output == numbers(42));
    const Outcome second = run({.arguments = mqtts_sub(broker, resume("until", {"--until", "^100$"}))});
    CHECK(second.status == 0);
    CHECK(second.output.starts_with("43\n"));
}

TEST_CASE("--until sees all of the payload: bytes behind a NUL, and a million of them") {
    Mosquitto broker;
    const std::string payload = std::string("x\0y", 3) + std::string(1'000'000, 'a') + "end";
    const std::string file = broker.directory().write("payload", payload);
    publish(broker, {"-t", "long", "-q", "1", "-r", "-f", file});
    const Outcome found = run({.arguments = mqtts_sub(broker, {"-t", "long", "-N", "--until", "^x[^q]y(a|b)*end$"})});
    CHECK(found.status == 0);
    CHECK((found.output == payload));
}

TEST_CASE("--until without a match is a failure of its own, once there is a subscription") {
    Mosquitto broker;
    publish(broker, {"-t", "state", "-q", "1", "-r", "-m", "down"});
    with_enough_time(0.5, [&](const std::string& seconds) {
        const Outcome late = run({.arguments = mqtts_sub(broker, {"-t", "state", "--until", "up", "-W", seconds})});
        if (late.output.empty()) return false;
        CHECK(late.status == 11);
        CHECK(late.output == "down\n");
        CHECK(contains(late.error, "mqtts-sub: no message matched 'up': 1 other message came, then timed out after " +
                                       seconds + " s"));
        return true;
    });
    CHECK(run({.arguments = mqtts_sub(broker, {"-t", "state", "--until", "up", "-C", "1"})}).status == 11);
    CHECK(run({.arguments = mqtts_sub(broker, {"-t", "state", "--until", "up", "--idle", "0.3"})}).status == 11);
    CHECK(run({.arguments = mqtts_sub(broker, {"-t", "state", "--until", "up", "--exit-when-retained-done"})}).status ==
          11);
    check_status_in_time(broker, {"-t", "state", "--until", "down", "-T", "state"}, 11);

    broker.stall();
    const Outcome silent = run({.arguments = mqtts_sub(broker, {"-t", "state", "--until", "up", "-W", "0.5"})});
    broker.resume();
    CHECK(silent.status == 27);
}

TEST_CASE("--until left undone by a signal is 128 + n") {
    Mosquitto broker;
    Process subscriber({.arguments = mqtts_sub(broker, {"-t", "undone", "--until", "x"})});
    wait_for_subscription(broker, "undone");
    subscriber.signal(SIGINT);
    CHECK(subscriber.wait().status == 130);
}

TEST_CASE("an expression that is none is refused with its reason") {
    const Outcome outcome = run({.arguments = mqtts_sub({"-t", "a", "--until", "(x"})});
    CHECK(outcome.status == 2);
    CHECK(outcome.error.starts_with("mqtts-sub: --until: '(x' is not an extended regular expression: "));
}

TEST_CASE("--expect-none: time that passes without a message is a success, a message is printed and a failure") {
    Mosquitto broker;
    check_status_in_time(broker, {"-t", "quiet", "--expect-none"}, 0);
    CHECK(run({.arguments = mqtts_sub(broker, {"-t", "quiet", "--expect-none", "--idle", "0.2"})}).status == 0);
    CHECK(run({.arguments = mqtts_sub(broker, {"-t", "quiet", "--expect-none", "--exit-when-retained-done"})}).status ==
          0);

    publish(broker, {"-t", "quiet", "-q", "1", "-r", "-m", "noise"});
    const Outcome one = run({.arguments = mqtts_sub(broker, {"-t", "quiet", "--expect-none"})});
    CHECK(one.status == 11);
    CHECK(one.output == "noise\n");
    CHECK(one.error == "mqtts-sub: received a message for 'quiet', but none was expected\n");
    check_status_in_time(broker, {"-t", "quiet", "-R", "--expect-none"}, 0);
}

TEST_CASE("--expect-none proves nothing without a subscription") {
    Mosquitto broker;
    broker.stall();
    const Outcome outcome = run({.arguments = mqtts_sub(broker, {"-t", "a", "--expect-none", "-W", "0.5"})});
    broker.resume();
    CHECK(outcome.status == 27);
}

TEST_CASE("--idle ends after the last message, not before") {
    constexpr int messages = 4;
    with_enough_time(0.4, [&](const std::string& seconds) {
        const std::chrono::duration<double> idle(std::stod(seconds));
        ScriptedBroker broker;
        Clock::time_point last;
        Clock::time_point asked;
        const auto side = [&] {
            if (!hears_subscriber(broker)) return false;
            for (int i = 1; i <= messages; ++i) {
                last = Clock::now();
                const std::string payload = std::to_string(i);
                broker.send(mqtts::wire::Publish{.topic_name = "a", .payload = payload});
                if (i < messages) std::this_thread::sleep_for(idle / 2);
            }
            const bool pinged = broker.receive() == "PINGREQ";
            asked = Clock::now();
            broker.send(mqtts::wire::Pingresp{});
            const bool left = hears(broker, "DISCONNECT");
            broker.close();
            return pinged && left;
        };
        const Words words = broker.arguments(mqtts_sub({"-t", "a", "--idle", seconds}));
        const auto outcome = converse(broker, {.arguments = words}, side);
        // Otherwise this broker, or the program, was too slow with one of the messages.
        if (!outcome || asked - last < idle) return false;
        CHECK(outcome->status == 0);
        CHECK(outcome->output == numbers(messages));
        return true;
    });
}

TEST_CASE("--exit-when-retained-done brings all of them, also more than the broker has in flight at once") {
    constexpr int count = 12;
    Mosquitto broker({.configuration = lossless + "max_inflight_messages 2\n"});
    std::string records;
    for (int i = 0; i < count; ++i)
        records += "kept/" + std::to_string(i) + "=x\n";
    publish(broker, {"--topic-delimiter", "=", "-l", "-q", "1", "-r"}, records);
    for (const char* version : {"311", "5"}) {
        for (const char* qos : {"0", "1", "2"}) {
            CAPTURE(version);
            CAPTURE(qos);
            with_enough_time(0.5, [&](const std::string& seconds) {
                const Words options = {
                    "-t",   "kept/#", "-q", qos, "-V", version, "--exit-when-retained-done", "--retained-settle",
                    seconds};
                const Outcome all = run({.arguments = mqtts_sub(broker, options)});
                CHECK(all.status == 0);
                return std::count(all.output.begin(), all.output.end(), 'x') == count;
            });
        }
    }
    const Outcome nothing = run({.arguments = mqtts_sub(broker, {"-t", "other", "--exit-when-retained-done"})});
    CHECK(nothing.status == 0);
    CHECK(nothing.output.empty());
}

TEST_CASE("--exit-when-retained-done does not wait for a topic to become silent") {
    Mosquitto broker;
    publish(broker, {"-t", "busy", "-q", "1", "-r", "-m", "kept"});
    Process busy({.arguments = mqtts_pub(broker, {"-t", "busy", "-q", "1", "-m", "live", "--repeat", "1000000"})});
    const Outcome outcome =
        run({.arguments = mqtts_sub(broker, {"-t", "busy", "-q", "1", "--exit-when-retained-done"})});
    CHECK(outcome.status == 0);
    CHECK(contains(outcome.output, "kept\n"));
}
