// SPDX-License-Identifier: Apache-2.0
// An input that is one message, published once or several times.
#include <doctest/doctest.h>

#include "client/whole_publisher.hpp"
#include "publishing.hpp"
#include "support/fake_timer.hpp"

using namespace mqtts;
using namespace std::chrono_literals;
using record::Framer;
using record::Framing;
using test::CapturedLog;
using test::FakeOutlet;
using test::FakeTimer;
using test::Loop;
using test::PublisherInput;
using test::Running;

namespace {

constexpr std::size_t longest_whole = std::size_t{1024} * 1024;

struct Whole {
    void start(std::optional<stream::Input> from, client::PublishTemplate message = {.topic_name = "t"},
               std::size_t longest = longest_whole, std::string_view held = "") {
        Framer framer(Framing::whole, longest);
        framer.input().append(held);
        client::PublishSource source{.framer = std::move(framer), .input = std::move(from)};
        publisher.emplace(outlet, std::move(message), std::move(source), repetition, log.log, timer);
        running.emplace(loop, publisher->run());
    }
    std::string result() {
        running.reset();
        return test::sentence_of(publisher->result());
    }

    Loop loop;
    FakeOutlet outlet{loop.executor()};
    FakeTimer timer{loop};
    CapturedLog log;
    PublisherInput input{loop};
    client::Repetition repetition;
    std::optional<client::WholePublisher> publisher;
    std::optional<Running> running;
};

}  // namespace

TEST_CASE("a payload that was given is published without an input, without a number") {
    Whole w;
    w.start(std::nullopt, {.topic_name = "t", .qos = wire::Qos::at_least_once}, longest_whole, "hello");
    CHECK(w.outlet.told() == "t \"hello\" qos1; finish");
    CHECK(w.result() == "");
}

TEST_CASE("a pipe is one message once it has ended") {
    Whole w;
    w.start(w.input.pipe());
    w.input.write("a\n");
    w.input.write("b\n");
    CHECK(w.outlet.published() == 0);
    w.input.end();
    CHECK(w.outlet.published() == 1);
    CHECK(w.outlet.told().find("t \"a\nb\n\"") != std::string::npos);
}

TEST_CASE("an empty input is a message, or an error where it must not be") {
    Whole w;
    w.start(w.input.file(""));
    CHECK(w.outlet.told().ends_with("t \"\"; finish"));
    Whole strict;
    strict.start(strict.input.file(""), {.topic_name = "t", .may_be_empty = false});
    CHECK(strict.outlet.published() == 0);
    CHECK(strict.result() == "3 standard input is empty; give -n to publish an empty message");
}

TEST_CASE("an input longer than allowed is an error, whether it is held or not") {
    struct Input {
        std::size_t size;
        std::string_view sentence;
    };
    for (const Input& input : {Input{200, "3 the message is longer than --max-message-size; raise --max-message-size"},
                               Input{std::size_t{8} * 1024 * 1024,
                                     "3 the message is longer than --max-message-size; raise --max-message-size"}}) {
        Whole w;
        w.start(w.input.file(std::string(input.size, 'x')), {.topic_name = "t"}, 100);
        CHECK(w.outlet.published() == 0);
        CHECK(w.outlet.finished());
        CHECK(w.result() == input.sentence);
    }
}

TEST_CASE("a large file is handed on without being held") {
    Whole w;
    w.start(w.input.file(std::string(8 * 1024 * 1024, 'x')), {.topic_name = "t"}, 16 * longest_whole);
    CHECK(w.outlet.told() == "t \"8388608 bytes\"; finish");
}

TEST_CASE("a message that the server does not take is an error without a number") {
    Whole w;
    w.outlet.check = [](const wire::Publish&) { return Errc::retain_not_supported; };
    w.start(std::nullopt, {.topic_name = "t", .retain = true}, longest_whole, "x");
    CHECK(w.outlet.finished());
    CHECK(w.result().find(" cannot publish to 't': ") != std::string::npos);
}

TEST_CASE("the message waits for room") {
    Whole w;
    w.outlet.room = 0;
    w.start(std::nullopt, {.topic_name = "t"}, longest_whole, "x");
    CHECK(w.outlet.told() == "");
    w.outlet.make_more_room(1);
    w.loop.settle();
    CHECK(w.outlet.told() == "t \"x\"; finish");
}

TEST_CASE("an outlet that ends before there was room gets nothing") {
    Whole w;
    w.outlet.room = 0;
    w.start(std::nullopt, {.topic_name = "t"}, longest_whole, "x");
    w.outlet.end();
    w.loop.settle();
    CHECK(w.outlet.published() == 0);
    CHECK(w.result() == "");
}

TEST_CASE("a repeated message waits for the acknowledgement of the last one") {
    Whole w;
    w.repetition = {.times = 3};
    w.outlet.acknowledges = false;
    w.start(std::nullopt, {.topic_name = "t"}, longest_whole, "x");
    CHECK(w.outlet.told() == "t \"x\"; flush");
    w.outlet.acknowledge();
    w.loop.settle();
    CHECK(w.outlet.told() == "t \"x\"; flush");
    w.outlet.acknowledge();
    w.loop.settle();
    CHECK(w.outlet.told() == "t \"x\"; finish");
    CHECK(w.outlet.published() == 3);
}

TEST_CASE("a repetition ends with the outlet") {
    Whole w;
    w.repetition = {.times = 3};
    w.outlet.acknowledges = false;
    w.start(std::nullopt, {.topic_name = "t"}, longest_whole, "x");
    w.outlet.end();
    w.loop.settle();
    CHECK(w.outlet.published() == 1);
    CHECK(w.outlet.finished());
}

TEST_CASE("left open, the message leaves and nothing is finished") {
    Loop loop;
    FakeOutlet outlet(loop.executor());
    const CapturedLog log;
    Framer framer(Framing::whole, 100);
    framer.input().append("x");
    client::WholePublisher publisher(outlet, {.topic_name = "t"}, {std::move(framer), std::nullopt}, {}, log.log);
    publisher.leave_open();
    const Running running(loop, publisher.run());
    CHECK(outlet.told() == "t \"x\"; flush");
}

TEST_CASE("between two of them it waits, behind the acknowledgement") {
    Whole w;
    w.repetition = {.times = 2, .delay = 500ms};
    w.start(std::nullopt, {.topic_name = "t"}, longest_whole, "x");
    CHECK(w.outlet.told() == "t \"x\"; flush");
    const auto first = w.publisher->published_at();
    w.timer.pass(499ms);
    CHECK(w.outlet.told() == "");
    w.timer.pass(1ms);
    CHECK(w.outlet.told() == "t \"x\"; finish");
    CHECK(w.publisher->published_at() - first == 500ms);
}
