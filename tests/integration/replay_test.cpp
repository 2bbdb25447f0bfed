// SPDX-License-Identifier: Apache-2.0
// A recording of mqtts-sub, played again by mqtts-pub --replay. That times are kept exactly is shown with a clock of
// the test's own, in tests/client; here no verdict needs a machine that is fast enough.
#include <boost/json/parse.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <sstream>
#include <utility>

#include "integration/losses.hpp"
#include "integration/programs.hpp"
#include "support/enough_time.hpp"

namespace {

using namespace mqtts::test;
using namespace std::chrono_literals;

/// A record whose message was received at this time of a day.
std::string received_at(const std::string& time, const std::string& payload) {
    return R"({"tst":"2026-11-20T)" + time + R"(Z","topic":"replay","qos":2,"payload":")" + payload + "\"}\n";
}

/// The records without what differs from one connection to the next.
std::string content_of(const std::string& output) {
    std::istringstream lines(output);
    std::string result;
    for (std::string line; std::getline(lines, line);) {
        line.erase(0, line.find("\"topic\":"));
        if (const std::size_t mid = line.find(",\"mid\":"); mid != line.npos)
            line.erase(mid, line.find_first_of(",}", mid + 1) - mid);
        result += line + '\n';
    }
    return result;
}

/// The times of receipt, which are in UTC here: they are in order if they are as texts.
std::vector<std::string> times_in(const std::string& output) {
    std::istringstream lines(output);
    std::vector<std::string> times;
    for (std::string line; std::getline(lines, line);)
        times.push_back(line.substr(0, line.find(',')));
    return times;
}

/// What a subscriber records while `publish` runs.
std::string recorded(Mosquitto& broker, int count, const Words& publish, const std::string& input, Outcome& published) {
    Process subscriber(
        {.arguments = mqtts_sub(broker, {"-t", "replay/#", "-q", "1", "--output", "json", "-C", std::to_string(count)}),
         .environment = {"TZ=UTC"}});
    wait_for_subscription(broker, "replay/#");
    published = run({.arguments = mqtts_pub(broker, publish), .input = Text{input}});
    const Outcome received = subscriber.wait();
    CHECK(received.status == 0);
    return received.output;
}

}  // namespace

TEST_CASE("a recording is played again: the same messages in the same order, and --stats says how late they were") {
    Mosquitto from({.configuration = roomy});
    constexpr int count = 300;
    Outcome published;
    std::string lines;
    for (int i = 0; i < count; ++i)
        lines += "replay/" + std::to_string(i % 7) + "=message \"" + std::to_string(i) + "\" \xff\n";
    const std::string log = recorded(
        from, count,
        {"--topic-delimiter", "=", "-l", "-q", "1", "--rate", "3000", "-D", "publish", "content-type", "text/plain"},
        lines, published);
    CHECK(published.status == 0);
    for (const auto& [speed, form] : {std::pair{"--replay=100", "text"}, std::pair{"--replay", "json"}}) {
        CAPTURE(speed);
        Mosquitto to({.configuration = roomy});
        const std::string again =
            recorded(to, count, {"--input", "json", speed, "--stats", "--log-format", form}, log, published);
        CAPTURE(published.error);
        CHECK(published.status == 0);
        CHECK((content_of(again) == content_of(log)));
        const std::vector<std::string> times = times_in(again);
        CHECK(times.size() == count);
        CHECK(std::ranges::is_sorted(times));
        if (form == std::string("text")) {
            CHECK(contains(published.error, ", 300 acknowledged, 0 refused, 0 reconnects, at most "));
            CHECK(published.error.ends_with(" s late\n"));
        } else {
            const auto stats = boost::json::parse(published.error).as_object();
            CHECK(stats.at("lateness").to_number<double>() >= 0);
        }
    }
}

TEST_CASE("without --replay nobody is told how late a message was") {
    const Mosquitto broker;
    const Outcome outcome = run(
        {.arguments = mqtts_pub(broker, {"--input", "json", "--stats"}), .input = Text{received_at("12:00:00", "a")}});
    CHECK(outcome.status == 0);
    CHECK(outcome.error.ends_with(" reconnects\n"));
}

TEST_CASE("a replay takes as long as the recording, divided by the speed") {
    const Mosquitto broker;
    const std::string log = received_at("12:00:00", "a") + received_at("12:00:00.4", "b") +
                            received_at("12:00:00.2", "c") + received_at("12:00:00.800", "d");
    for (const auto& [speed, expected] :
         {std::pair{"--replay", 800ms}, std::pair{"--replay=2", 400ms}, std::pair{"--replay=0.5", 1600ms}}) {
        CAPTURE(speed);
        const auto begun = std::chrono::steady_clock::now();
        const Outcome outcome = run({.arguments = mqtts_pub(broker, {"--input", "json", speed}), .input = Text{log}});
        CHECK(std::chrono::steady_clock::now() - begun >= expected);
        CHECK(outcome.status == 0);
        CHECK(outcome.error == "");
    }
}

TEST_CASE("while a message waits for its time those before it have left, and a signal or -W ends the run") {
    Mosquitto broker;
    const std::string log =
        broker.directory().write("log", received_at("12:00:00", "a") + received_at("12:00:00", "b") +
                                            R"({"tst":"2026-11-21T12:00:00Z","topic":"replay","payload":"c"})");
    Process subscriber({.arguments = mqtts_sub(broker, {"-t", "replay", "-q", "1"})});
    wait_for_subscription(broker, "replay");
    Process publisher({.arguments = mqtts_pub(broker, {"--input", "json", "-f", log, "--replay", "--stats"})});
    subscriber.wait_for_output("a\nb\n");
    publisher.signal(SIGTERM);
    const Outcome ended = publisher.wait();
    CHECK(ended.status == 128 + SIGTERM);
    CHECK(contains(ended.error, "2 messages published, "));
    CHECK(contains(ended.error, " s late"));
    with_enough_time(0.5, [&](const std::string& seconds) {
        const Outcome outcome =
            run({.arguments = mqtts_pub(broker, {"--input", "json", "-f", log, "--replay=2", "-W", seconds})});
        if (!contains(outcome.error, "input or the time of a record")) return false;  // not as far as that
        CHECK(outcome.status == 27);
        return true;
    });
}

TEST_CASE("a connection that is lost between two messages changes nothing but how late the next ones may be") {
    Mosquitto broker;
    FaultProxy proxy(broker.port(), [](int) { return Fault{}; });
    Process subscriber({.arguments = mqtts_sub(broker, {"-t", "replay", "-q", "2", "-C", "3"})});
    wait_for_subscription(broker, "replay");
    const std::string log =
        received_at("12:00:00", "a") + received_at("12:00:01", "b") + received_at("12:00:01.2", "c");
    const auto begun = std::chrono::steady_clock::now();
    Process publisher({.arguments = through(proxy, mqtts_pub(broker, {"--input", "json", "--replay", "--stats"})),
                       .input = Text{log}});
    subscriber.wait_for_output("a\n");
    proxy.hold();
    proxy.cut();
    const Outcome published = publisher.wait();
    CAPTURE(published.error);
    CHECK(std::chrono::steady_clock::now() - begun >= 1200ms);
    CHECK(published.status == 0);
    CHECK(contains(published.error, "mqtts-pub: reconnected to "));
    CHECK(contains(published.error, "3 messages published, "));
    CHECK(contains(published.error, ", 1 reconnect, at most "));
    CHECK(subscriber.wait().output == "a\nb\nc\n");
}

TEST_CASE("a record that has no time is named, and --skip-bad steps over it") {
    const Mosquitto broker;
    const std::string log =
        received_at("12:00:00", "a") + "{\"topic\":\"replay\",\"payload\":\"b\"}\n" + received_at("noon", "c");
    const Outcome strict = run({.arguments = mqtts_pub(broker, {"--input", "json", "--replay"}), .input = Text{log}});
    CHECK(strict.status == 3);
    CHECK(strict.error ==
          "mqtts-pub: standard input: line 2: no tst; give each record a time, or leave out --replay\n");
    const Outcome lenient =
        run({.arguments = mqtts_pub(broker, {"--input", "json", "--replay", "--skip-bad"}), .input = Text{log}});
    CHECK(lenient.status == 3);
    CHECK(contains(lenient.error, "line 3: tst '2026-11-20TnoonZ' is not a time; write a time with its offset"));
    CHECK(contains(lenient.error, "2 records were skipped, the first: standard input: line 2\n"));
}
