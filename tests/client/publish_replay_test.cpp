// SPDX-License-Identifier: Apache-2.0
// Records that are published at the distances of their own times.
#include <doctest/doctest.h>

#include "client/record_publisher.hpp"
#include "publishing.hpp"
#include "support/fake_timer.hpp"

using namespace mqtts;
using namespace std::chrono_literals;
using record::Framer;
using record::Framing;
using test::FakeOutlet;

namespace {

/// A record whose payload is a name, received at this time of a day.
std::string received_at(std::string_view time, std::string_view payload) {
    return fmt::format("{{\"tst\":\"2026-11-20T{}+0100\",\"topic\":\"t\",\"payload\":\"{}\"}}\n", time, payload);
}

struct Replay {
    void start(std::optional<stream::Input> from, double speed = 1, bool skip_bad = false) {
        client::PublishSource source{.framer = Framer(Framing::delimited, 1000), .input = std::move(from)};
        client::RecordSettings settings{
            .name = "line", .form = record::RecordForm::json, .skip_bad = skip_bad, .replay_speed = speed};
        publisher.emplace(outlet, client::PublishTemplate{}, std::move(source), std::move(settings), log.log, timer);
        running.emplace(loop, publisher->run());
    }
    /// What happened by this time.
    std::string after(std::chrono::nanoseconds time) {
        timer.pass(time);
        loop.settle();
        return outlet.told();
    }
    std::string result() {
        running.reset();
        return test::sentence_of(publisher->result());
    }

    test::Loop loop;
    FakeOutlet outlet{loop.executor()};
    test::FakeTimer timer{loop};
    test::CapturedLog log;
    test::PublisherInput input{loop};
    std::optional<client::RecordPublisher> publisher;
    std::optional<test::Running> running;
};

}  // namespace

TEST_CASE("records keep their distances, and everything before a wait leaves first") {
    struct Row {
        double speed;
        std::chrono::milliseconds first_wait;
    };
    for (const auto& [speed, wait] : {Row{1, 2000ms}, Row{2, 1000ms}, Row{0.5, 4000ms}}) {
        CAPTURE(speed);
        Replay r;
        r.start(r.input.file(received_at("12:00:00.000000", "a") + received_at("12:00:00.000000", "b") +
                             received_at("12:00:02.000000", "c") + received_at("12:00:06", "d")),
                speed);
        CHECK(r.outlet.told() == "t \"a\" #1; t \"b\" #2; flush");
        CHECK(r.after(wait - 1ms) == "");
        CHECK(r.after(1ms) == "t \"c\" #3; flush");
        CHECK(r.after(2 * wait - 1ms) == "");
        CHECK(r.after(1ms) == "t \"d\" #4; end_batch; finish");
        CHECK(r.publisher->lateness() == 0s);
        CHECK(r.result() == "");
    }
}

TEST_CASE("the time between messages may be a day, or no time at all for many of them") {
    Replay r;
    std::string records;
    for (int i = 0; i < 200; ++i)
        records += received_at("00:00:00.5", "x");
    r.start(r.input.file(records + R"({"tst":"2026-11-21T00:00:00.25+0100","topic":"t","payload":"y"})"));
    CHECK(r.outlet.published() == 200);
    static_cast<void>(r.after(24h - 251ms));
    CHECK(r.outlet.published() == 200);
    static_cast<void>(r.after(1ms));
    CHECK(r.outlet.published() == 201);
    CHECK(r.outlet.finished());
}

TEST_CASE("a time that goes back is published at once, and changes no later time") {
    Replay r;
    r.start(r.input.file(received_at("12:00:00", "a") + received_at("12:00:10", "b") + received_at("12:00:01", "c") +
                         received_at("12:00:11", "d")));
    static_cast<void>(r.outlet.told());
    CHECK(r.after(10s) == "t \"b\" #2; t \"c\" #3; flush");
    CHECK(r.after(999ms) == "");
    CHECK(r.after(1ms) == "t \"d\" #4; end_batch; finish");
    CHECK(r.publisher->lateness() == 0s);
}

TEST_CASE("what was delayed is caught up with, and the schedule stays as it was") {
    Replay r;
    r.outlet.room = 1;
    r.start(r.input.file(received_at("12:00:00", "a") + received_at("12:00:01", "b") + received_at("12:00:02", "c") +
                         received_at("12:00:05", "d")));
    CHECK(r.outlet.told() == "t \"a\" #1; make_room");
    static_cast<void>(r.after(3500ms));
    CHECK(r.outlet.published() == 1);
    r.outlet.make_more_room(10);
    r.loop.settle();
    CHECK(r.outlet.told() == "t \"b\" #2; t \"c\" #3; flush");
    CHECK(r.publisher->lateness() == 2500ms);
    CHECK(r.after(1499ms) == "");
    CHECK(r.after(1ms) == "t \"d\" #4; end_batch; finish");
    CHECK(r.publisher->lateness() == 2500ms);
}

TEST_CASE("the schedule begins when there is room for the first message") {
    Replay r;
    r.outlet.room = 0;
    r.start(r.input.file(received_at("12:00:00", "a") + received_at("12:00:01", "b")));
    CHECK(r.after(1h) == "");
    r.outlet.make_more_room(10);
    r.loop.settle();
    CHECK(r.outlet.told() == "t \"a\" #1; flush");
    CHECK(r.after(999ms) == "");
    CHECK(r.after(1ms) == "t \"b\" #2; end_batch; finish");
    CHECK(r.publisher->lateness() == 0s);
}

TEST_CASE("a record that arrives after its time is published at once, and is late") {
    Replay r;
    r.start(r.input.pipe());
    r.input.write(received_at("12:00:00", "a"));
    CHECK(r.outlet.told() == "flush; t \"a\" #1; end_batch; flush");
    static_cast<void>(r.after(10s));
    r.input.write(received_at("12:00:04", "b"));
    CHECK(r.outlet.told() == "t \"b\" #2; end_batch; flush");
    CHECK(r.publisher->lateness() == 6s);
}

TEST_CASE("no more is read while a record waits for its time") {
    Replay r;
    r.start(r.input.pipe());
    r.input.write(received_at("12:00:00", "a") + received_at("12:00:10", "b"));
    r.input.write("not JSON\n");
    CHECK(r.result() == "");
    Replay other;
    other.start(other.input.pipe());
    other.input.write(received_at("12:00:00", "a") + received_at("12:00:10", "b"));
    other.input.write("not JSON\n");
    static_cast<void>(other.after(10s));
    CHECK(other.outlet.published() == 2);
    CHECK(other.result().starts_with("3 line 3: "));
}

TEST_CASE("a record without a time, or with one that is not one, is a bad record") {
    const std::pair<std::string, std::string> rows[] = {
        {R"({"topic":"t","payload":"x"})", "no tst; give each record a time, or leave out --replay"},
        {R"({"tst":"noon","topic":"t","payload":"x"})",
         "tst 'noon' is not a time; write a time with its offset from UTC, such as 2026-11-20T12:17:43.789743+0000"},
        {R"({"tst":1795177063,"topic":"t","payload":"x"})",
         "tst '1795177063' is not a time; write a time with its offset from UTC, such as "
         "2026-11-20T12:17:43.789743+0000"},
        {R"({"tst":"2036-11-22T12:00:00Z","topic":"t","payload":"x"})",
         "its time comes more than 10 years after the first one; correct tst, or give --replay a higher SPEED"},
    };
    for (const auto& [record, reason] : rows) {
        CAPTURE(record);
        const std::string records = received_at("12:00:00", "a") + record + '\n' + received_at("12:00:01", "b");
        Replay strict;
        strict.start(strict.input.file(records));
        CHECK(strict.outlet.published() == 1);
        CHECK(strict.outlet.finished());
        CHECK(strict.result() == "3 line 2: " + reason);
        Replay lenient;
        lenient.start(lenient.input.file(records), 1, true);
        CHECK(lenient.outlet.told() == "t \"a\" #1; flush");
        CHECK(lenient.log.told() == "warning: line 2: " + reason);
        CHECK(lenient.after(1s) == "t \"b\" #3; end_batch; finish");
        CHECK(lenient.result() == "3 1 record was skipped: line 2");
    }
}

TEST_CASE("without a replay a time is not looked at, and no lateness is told") {
    test::Loop loop;
    FakeOutlet outlet(loop.executor());
    const test::CapturedLog log;
    test::PublisherInput input(loop);
    client::RecordPublisher publisher(
        outlet, {}, {Framer(Framing::delimited, 1000), input.file(R"({"tst":"noon","topic":"t","payload":"x"})")},
        {.name = "line", .form = record::RecordForm::json}, log.log);
    const test::Running running(loop, publisher.run());
    CHECK(outlet.published() == 1);
    CHECK_FALSE(publisher.lateness());
}

TEST_CASE("an outlet that ends while a record waits for its time gets nothing more") {
    Replay r;
    r.start(r.input.file(received_at("12:00:00", "a") + received_at("13:00:00", "b")));
    r.outlet.end();
    static_cast<void>(r.after(2h));
    CHECK(r.outlet.published() == 1);
    CHECK(r.outlet.finished());
}
