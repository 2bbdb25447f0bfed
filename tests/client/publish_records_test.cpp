// SPDX-License-Identifier: Apache-2.0
// An input of many records, each a message, between a producer and an outlet that both may be slow.
#include <doctest/doctest.h>

#include "client/record_publisher.hpp"
#include "publishing.hpp"
#include "support/fake_timer.hpp"

using namespace mqtts;
using namespace std::chrono_literals;
using client::RecordSettings;
using record::Framer;
using record::Framing;
using record::RecordForm;
using test::CapturedLog;
using test::FakeOutlet;
using test::FakeTimer;
using test::Loop;
using test::PublisherInput;
using test::Running;
using wire::Qos;

namespace {

struct Records {
    /// Publishes the lines of `input`.
    void start(std::optional<stream::Input> from, RecordSettings settings = {.name = "line"},
               client::PublishTemplate message = {.topic_name = "t"}, std::size_t longest = 100) {
        client::PublishSource source{.framer = Framer(Framing::delimited, longest), .input = std::move(from)};
        publisher.emplace(outlet, std::move(message), std::move(source), std::move(settings), log.log, timer);
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
    std::optional<client::RecordPublisher> publisher;
    std::optional<Running> running;
};

}  // namespace

TEST_CASE("each line of a file is a message, numbered from 1, and the end is told to the outlet") {
    Records r;
    r.start(r.input.file("a\nb\nc"));
    CHECK(r.outlet.told() == "t \"a\" #1; t \"b\" #2; end_batch; t \"c\" #3; finish");
    CHECK(r.result() == "");
}

TEST_CASE("what every message has in common comes from the template") {
    Records r;
    wire::PropertyWriter properties;
    properties.add(wire::PropertyIdentifier::content_type, "text/plain");
    r.start(r.input.file("a\n"), {.name = "line"},
            {.topic_name = "t", .properties = properties, .qos = Qos::at_least_once, .retain = true});
    CHECK(r.outlet.told().starts_with("t \"a\" #1 qos1 retained with properties; "));
}

TEST_CASE("an empty input is no message, and an empty line is one") {
    Records r;
    r.start(r.input.file(""));
    CHECK(r.outlet.told() == "finish");
    Records other;
    other.start(other.input.file("\n"));
    CHECK(other.outlet.told() == "t \"\" #1; end_batch; finish");
}

TEST_CASE("a line typed into an idle pipe waits for nothing") {
    Records r;
    r.start(r.input.pipe());
    static_cast<void>(r.outlet.told());
    r.input.write("a\n");
    CHECK(r.outlet.told() == "t \"a\" #1; end_batch; flush");
    r.input.write("b\nc");
    CHECK(r.outlet.told() == "t \"b\" #2; end_batch; flush");
    r.input.end();
    CHECK(r.outlet.told() == "t \"c\" #3; finish");
}

TEST_CASE("nothing is read before there is room, nor beyond it") {
    Records r;
    r.outlet.room = 0;
    r.start(r.input.pipe());
    r.input.write("a\nb\nc\n");
    CHECK(r.outlet.told() == "");
    r.outlet.make_more_room(2);
    r.loop.settle();
    CHECK(r.outlet.told() == "t \"a\" #1; t \"b\" #2; make_room");
    r.outlet.make_more_room(2);
    r.loop.settle();
    CHECK(r.outlet.told() == "t \"c\" #3; end_batch; flush");
}

TEST_CASE("many lines pass through little room, in order and all of them") {
    constexpr int lines = 1000;
    Records r;
    std::string content;
    for (int i = 0; i < lines; ++i)
        content += std::to_string(i) + '\n';
    r.outlet.room = 1;
    r.start(r.input.file(content));
    for (int i = 0; i < lines && !r.outlet.finished(); ++i) {
        r.outlet.make_more_room(3);
        r.loop.settle();
    }
    CHECK(r.outlet.finished());
    CHECK(r.outlet.published() == lines);
    CHECK(r.outlet.told().find("t \"999\" #1000") != std::string::npos);
}

TEST_CASE("an outlet that ends takes no more, and the input is not read to its end") {
    Records r;
    r.start(r.input.pipe());
    r.input.write("a\n");
    static_cast<void>(r.outlet.told());
    r.outlet.end();
    r.input.write("b\n");  // is being waited for
    r.input.write("c\n");
    CHECK(r.outlet.told().find("\"c\"") == std::string::npos);
    CHECK(r.outlet.finished());
    CHECK(r.result() == "");
}

TEST_CASE("a message that the server does not take ends the work, with its number") {
    Records r;
    r.outlet.check = [](const wire::Publish& message) {
        return message.payload == "b" ? Errc::packet_too_large_for_server : Errc::ok;
    };
    r.start(r.input.file("a\nb\nc\n"), {.name = "standard input: line"});
    CHECK(r.outlet.published() == 1);
    CHECK(r.outlet.finished());
    CHECK(r.result().starts_with(std::to_string(exit_status(Errc::packet_too_large_for_server)) +
                                 " standard input: line 2: cannot publish to 't': "));
}

TEST_CASE("bad records are left out where that is wanted, and make the whole a failure") {
    Records r;
    r.outlet.check = [](const wire::Publish& message) {
        return message.payload == "b" ? Errc::packet_too_large_for_server : Errc::ok;
    };
    r.start(r.input.file("a\nb\nc\n"), {.name = "line", .skip_bad = true});
    CHECK(r.outlet.told() == "t \"a\" #1; t \"c\" #3; end_batch; finish");
    CHECK(r.log.told().starts_with("warning: line 2: cannot publish to 't': "));
    CHECK(r.result().ends_with(" 1 record was skipped: line 2"));
}

TEST_CASE("after five warnings bad records are only counted, and the first one is named") {
    Records r;
    r.outlet.check = [](const wire::Publish&) { return Errc::packet_too_large_for_server; };
    r.start(r.input.file("a\nb\nc\nd\ne\nf\ng\nh\n"), {.name = "line", .skip_bad = true});
    const std::string told = r.log.told();
    CHECK(told.find("line 5: ") != std::string::npos);
    CHECK(told.find("line 6: ") == std::string::npos);
    CHECK(told.ends_with("; warning: further bad records are only counted"));
    CHECK(r.result().ends_with(" 8 records were skipped, the first: line 1"));
}

TEST_CASE("a line that is too long is left out, the others are not") {
    Records r;
    r.start(r.input.file("a\n" + std::string(200, 'x') + "\nc\n"), {.name = "line", .skip_bad = true});
    CHECK(r.outlet.told() == "t \"a\" #1; t \"c\" #3; end_batch; finish");
    CHECK(r.log.told() == "warning: line 2: the message is longer than --max-message-size; raise --max-message-size");
    Records strict;
    strict.start(strict.input.file("a\n" + std::string(200, 'x') + "\nc\n"));
    CHECK(strict.outlet.published() == 1);
    CHECK(
        strict.result().ends_with(" line 2: the message is longer than --max-message-size; raise --max-message-size"));
}

TEST_CASE("a record may bring its topic") {
    Records r;
    r.start(r.input.file("a/b 1\nc 2\n"),
            {.name = "line", .form = RecordForm::topic_and_payload, .topic_delimiter = " "});
    CHECK(r.outlet.told() == "a/b \"1\" #1; c \"2\" #2; end_batch; finish");
}

TEST_CASE("a record that is none is named by its number") {
    Records r;
    r.start(r.input.file("a 1\nb\nc 3\n"),
            {.name = "line", .form = RecordForm::topic_and_payload, .topic_delimiter = " ", .skip_bad = true});
    CHECK(r.outlet.told() == "a \"1\" #1; c \"3\" #3; end_batch; finish");
    CHECK(r.log.told().starts_with("warning: line 2: "));
}

TEST_CASE("properties of a record need MQTT 5, those of the template are simply left out") {
    const std::string line = R"({"topic":"a","payload":"x","properties":{"content-type":"y"}})"
                             "\n";
    Records newer;
    newer.start(newer.input.file(line), {.name = "line", .form = RecordForm::json});
    CHECK(newer.outlet.published() == 1);
    Records older;
    older.outlet.spoken = wire::ProtocolVersion::v311;
    older.start(older.input.file(line), {.name = "line", .form = RecordForm::json});
    CHECK(older.outlet.published() == 0);
    CHECK(older.result().ends_with(" line 1: it has properties, but the broker does not speak MQTT 5"));
}

TEST_CASE("the part that was published grows to all of it, and is unknown of a pipe") {
    Records r;
    r.outlet.room = 1;
    r.start(r.input.file("a\nb\nc\nd\n"));
    const auto early = r.publisher->part_published();
    REQUIRE(early);
    CHECK(*early < 0.5);
    r.outlet.make_more_room(10);
    r.loop.settle();
    CHECK(r.publisher->part_published() == 1.0);
    Records other;
    other.start(other.input.pipe());
    CHECK_FALSE(other.publisher->part_published());
}

TEST_CASE("without an input the records are those that the framer holds") {
    Loop loop;
    FakeOutlet outlet(loop.executor());
    const CapturedLog log;
    Framer framer(Framing::delimited, 100);
    framer.input().append("a\nb");
    client::RecordPublisher publisher(outlet, {.topic_name = "t"}, {std::move(framer), std::nullopt}, {.name = "line"},
                                      log.log);
    const Running running(loop, publisher.run());
    CHECK(outlet.told() == "t \"a\" #1; t \"b\" #2; finish");
}

TEST_CASE("left open, the outlet is not told of the end, only that all is to leave") {
    Loop loop;
    FakeOutlet outlet(loop.executor());
    const CapturedLog log;
    PublisherInput input(loop);
    client::RecordPublisher publisher(outlet, {.topic_name = "t"}, {Framer(Framing::delimited, 100), input.file("a\n")},
                                      {.name = "line"}, log.log);
    publisher.leave_open();
    const Running running(loop, publisher.run());
    CHECK(outlet.told() == "t \"a\" #1; end_batch; flush");
}

TEST_CASE("a rate is kept by waiting, and what is due leaves before the wait") {
    Records r;
    r.start(r.input.file("a\nb\nc\n"), {.name = "line", .messages_per_second = 10});
    CHECK(r.outlet.told() == "t \"a\" #1; flush");
    r.timer.pass(79ms);  // a message is due up to 20 ms early
    CHECK(r.outlet.told() == "");
    r.timer.pass(2ms);
    CHECK(r.outlet.told() == "t \"b\" #2; flush");
    r.timer.pass(100ms);
    CHECK(r.outlet.told() == "t \"c\" #3; end_batch; finish");
}

TEST_CASE("an outlet that ends while the rate is waited for gets nothing more") {
    Records r;
    r.start(r.input.file("a\nb\n"), {.name = "line", .messages_per_second = 1});
    r.outlet.end();
    r.timer.pass(10s);
    CHECK(r.outlet.published() == 1);
    CHECK(r.outlet.finished());
}
