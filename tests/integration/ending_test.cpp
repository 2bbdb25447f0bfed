// mqtts-sub: --until, --expect-none, --idle, --exit-when-retained-done: every way to end has its status.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

#include "integration/programs.hpp"

namespace {

using namespace mqtts::test;

void publish(const Mosquitto& broker, const Words& options, const std::string& lines = "") {
    REQUIRE(run({.arguments = mqtts_pub(broker, options), .input = Text{lines}}).status == 0);
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
    const Outcome late = run({.arguments = mqtts_sub(broker, {"-t", "state", "--until", "up", "-W", "1"})});
    CHECK(late.status == 11);
    CHECK(late.output == "down\n");
    CHECK(contains(late.error, "mqtts-sub: no message matched 'up': 1 came, then timed out after 1 s"));
    CHECK(run({.arguments = mqtts_sub(broker, {"-t", "state", "--until", "up", "-C", "1"})}).status == 11);
    CHECK(run({.arguments = mqtts_sub(broker, {"-t", "state", "--until", "up", "--idle", "0.3"})}).status == 11);
    CHECK(run({.arguments = mqtts_sub(broker, {"-t", "state", "--until", "up", "--exit-when-retained-done"})}).status ==
          11);
    CHECK(
        run({.arguments = mqtts_sub(broker, {"-t", "state", "--until", "down", "-T", "state", "-W", "0.5"})}).status ==
        11);

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
    CHECK(outcome.error.starts_with("mqtts-sub: --until: '(x' is no extended regular expression: "));
}

TEST_CASE("--expect-none: time that passes without a message is a success, a message is printed and a failure") {
    Mosquitto broker;
    const Outcome none = run({.arguments = mqtts_sub(broker, {"-t", "quiet", "--expect-none", "-W", "0.5"})});
    CHECK(none.status == 0);
    CHECK(none.error.empty());
    CHECK(run({.arguments = mqtts_sub(broker, {"-t", "quiet", "--expect-none", "--idle", "0.2"})}).status == 0);
    CHECK(run({.arguments = mqtts_sub(broker, {"-t", "quiet", "--expect-none", "--exit-when-retained-done"})}).status ==
          0);

    publish(broker, {"-t", "quiet", "-q", "1", "-r", "-m", "noise"});
    const Outcome one = run({.arguments = mqtts_sub(broker, {"-t", "quiet", "--expect-none", "-W", "20"})});
    CHECK(one.status == 11);
    CHECK(one.output == "noise\n");
    CHECK(one.error == "mqtts-sub: a message came to 'quiet', and none was expected\n");
    CHECK(run({.arguments = mqtts_sub(broker, {"-t", "quiet", "-R", "--expect-none", "-W", "0.5"})}).status == 0);
}

TEST_CASE("--expect-none proves nothing without a subscription") {
    Mosquitto broker;
    broker.stall();
    const Outcome outcome = run({.arguments = mqtts_sub(broker, {"-t", "a", "--expect-none", "-W", "0.5"})});
    broker.resume();
    CHECK(outcome.status == 27);
}

TEST_CASE("--idle ends after the last message, not before") {
    Mosquitto broker;
    publish(broker, {"-t", "burst", "-q", "1", "-r", "-m", "first"});
    Process subscriber({.arguments = mqtts_sub(broker, {"-t", "burst", "-q", "1", "--idle", "1"})});
    subscriber.wait_for_output("first\n");
    publish(broker, {"-t", "burst", "-q", "1", "-l"}, numbers(3));
    const auto begin = std::chrono::steady_clock::now();
    const Outcome outcome = subscriber.wait();
    CHECK(outcome.status == 0);
    CHECK(outcome.output == "first\n" + numbers(3));
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}

TEST_CASE("--exit-when-retained-done brings all of them, also more than the broker has in flight at once") {
    constexpr int count = 12;
    Mosquitto broker({.configuration = lossless + "max_inflight_messages 2\n"});
    for (int i = 0; i < count; ++i)
        publish(broker, {"-t", "kept/" + std::to_string(i), "-q", "1", "-r", "-m", "x"});
    for (const char* version : {"311", "5"}) {
        for (const char* qos : {"0", "1", "2"}) {
            CAPTURE(version);
            CAPTURE(qos);
            const Words options = {"-t", "kept/#", "-q", qos, "-V", version, "--exit-when-retained-done"};
            const Outcome all = run({.arguments = mqtts_sub(broker, options)});
            CHECK(all.status == 0);
            CHECK(std::count(all.output.begin(), all.output.end(), 'x') == count);
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
