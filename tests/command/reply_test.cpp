// SPDX-License-Identifier: Apache-2.0
// Requests and replies.
#include "command/reply.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "command/last_line.hpp"
#include "running.hpp"

using namespace mqtts;
using namespace mqtts::test;
using command::OnFailure;
using command::Settings;
using Id = wire::PropertyIdentifier;

namespace {

/// A request that keeps its own properties.
struct Request {
    explicit Request(std::string_view payload = "", wire::Qos qos = wire::Qos::at_least_once) {
        properties.add(Id::response_topic, "answers/1");
        properties.add(Id::correlation_data, std::string_view("\0\xff", 2));
        message = {.topic_name = "svc", .payload = payload, .properties = properties.view(), .qos = qos};
    }
    Request(const Request&) = delete;
    wire::PropertyWriter properties;
    wire::Publish message;
};

Settings replying(std::string script, OnFailure on_failure = OnFailure::end, bool reply_failure = false) {
    Settings settings = settings_for(std::move(script));
    settings.reply = true;
    settings.reply_failure = reply_failure;
    settings.on_failure = on_failure;
    return settings;
}

std::string status_in(const command::Reply& reply) {
    const auto property = reply.properties.view().find(Id::user_property);
    return property ? std::string(property->text) + "=" + std::string(property->value) : "";
}

const Failure refused{Errc::publish_refused, "the broker refuses it"};

}  // namespace

TEST_CASE("what a command writes is its reply, byte for byte, and the request is handled when that is acknowledged") {
    const CapturedOutput captured;
    Bench bench(replying("cat; printf '\\0\\377\\n'"));
    const Request request("ping", wire::Qos::exactly_once);
    static_cast<void>(bench.deliver(request.message));
    REQUIRE(bench.loop.wait_until([&] { return !bench.replies.sent.empty(); }));
    const command::Reply& reply = bench.replies.sent.front();
    CHECK(reply.topic_name == "answers/1");
    CHECK((reply.payload == std::string("ping\0\xff\n", 7)));
    CHECK(reply.qos == wire::Qos::exactly_once);
    CHECK(reply.properties.view().find(Id::correlation_data)->text == std::string_view("\0\xff", 2));
    CHECK(status_in(reply).empty());
    CHECK(bench.loop.wait_until([&] { return bench.runner.has_room(); }));  // the reply takes no room
    CHECK(bench.runner.handled() == 0);
    bench.runner.reply_done(reply.ticket, {});
    CHECK(bench.runner.handled() == 1);
    CHECK(captured.text().empty());
}

TEST_CASE("replies that are acknowledged at once, and out of order") {
    const CapturedOutput captured;
    Settings settings = replying("cat");
    settings.jobs = 2;
    Bench bench(settings);
    const Request request("1");
    const Request later("2");
    static_cast<void>(bench.deliver(request.message));
    static_cast<void>(bench.deliver(later.message));
    REQUIRE(bench.loop.wait_until([&] { return bench.replies.sent.size() == 2; }));
    const auto ticket_of = [&](std::string_view payload) {
        const auto& sent = bench.replies.sent;
        return std::ranges::find(sent, payload, &command::Reply::payload)->ticket;
    };
    bench.runner.reply_done(ticket_of("2"), {});
    CHECK(bench.runner.handled() == 0);
    bench.runner.reply_done(ticket_of("1"), {});
    bench.runner.reply_done(ticket_of("1"), {});  // twice is once
    CHECK(bench.loop.wait_until([&] { return bench.runner.handled() == 2; }));
    bench.replies.on_sent = [&](std::uint64_t ticket) { bench.runner.reply_done(ticket, {}); };
    static_cast<void>(bench.deliver(request.message));
    CHECK(bench.wait_for_handled(3));
    CHECK(bench.runner.handled() == 3);
}

TEST_CASE("a request without Response Topic is handled, its output is discarded, and that is told once") {
    const Course course =
        run(replying("cat"), {{.topic_name = "t", .payload = "x"}, {.topic_name = "t", .payload = "x"}});
    CHECK(course.handled == 2);
    CHECK(course.output.empty());
    CHECK(course.log.find("a message on 't' has no Response Topic; such messages get no reply") != std::string::npos);
    CHECK(std::count(course.log.begin(), course.log.end(), '\n') == 1);
}

TEST_CASE("a command that fails replies nothing, unless that is wanted: then its status and its last words") {
    const Request request;
    {
        const CapturedOutput captured;
        Bench bench(replying("echo half; echo why >&2; exit 3", OnFailure::go_on));
        static_cast<void>(bench.deliver(request.message));
        CHECK(bench.wait_for_handled(1));
        CHECK(bench.replies.sent.empty());
        CHECK(bench.runner.failures() == 1);
    }
    const CapturedOutput captured;
    Bench bench(replying("echo half; echo before >&2; echo the reason >&2; exit 3", OnFailure::go_on, true));
    static_cast<void>(bench.deliver(request.message));
    REQUIRE(bench.loop.wait_until([&] { return !bench.replies.sent.empty(); }));
    CHECK(bench.replies.sent.front().payload == "the reason");
    CHECK(status_in(bench.replies.sent.front()) == "status=3");
    CHECK(bench.replies.sent.front().properties.view().find(Id::correlation_data).has_value());
    CHECK(bench.runner.handled() == 0);
    bench.runner.reply_done(bench.replies.sent.front().ticket, {});
    CHECK(bench.loop.wait_until([&] { return bench.runner.handled() == 1; }));
    CHECK(bench.log.written().starts_with("before\nthe reason\n"));
}

TEST_CASE("the run that ends waits for the reply that tells the failure") {
    const CapturedOutput captured;
    Bench bench(replying("exit 3", OnFailure::end, true));
    const Request request;
    static_cast<void>(bench.deliver(request.message));
    REQUIRE(bench.loop.wait_until([&] { return !bench.replies.sent.empty(); }));
    CHECK_FALSE(bench.running->ended());
    bench.runner.reply_done(bench.replies.sent.front().ticket, {});
    CHECK(bench.wait_for_end());
    CHECK(exit_status(bench.running->result().error().code) == 3);
    CHECK(bench.runner.handled() == 0);
}

TEST_CASE("retry: the requester hears of a failure only when it is the last one") {
    const CapturedOutput captured;
    Settings settings = replying("echo x >&2; exit 3", OnFailure::retry, true);
    settings.retries = 1;
    Bench bench(settings);
    bench.replies.on_sent = [&](std::uint64_t ticket) { bench.runner.reply_done(ticket, {}); };
    const Request request;
    static_cast<void>(bench.deliver(request.message));
    CHECK(bench.wait_for_end());
    CHECK(bench.replies.sent.size() == 1);
    CHECK(status_in(bench.replies.sent.front()) == "status=3");
}

TEST_CASE("a reply that is refused is a failure of its message") {
    const Request request;
    {
        const CapturedOutput captured;
        Bench bench(replying("cat"));
        bench.replies.on_sent = [&](std::uint64_t ticket) { bench.runner.reply_done(ticket, refused); };
        static_cast<void>(bench.deliver(request.message));
        CHECK(bench.wait_for_end());
        CHECK(bench.running->result().error().code == Errc::publish_refused);
        CHECK(bench.running->result().error().cause ==
              "the reply of the command for 'svc' was not taken: the broker refuses it");
        CHECK(bench.runner.handled() == 0);
    }
    {
        const CapturedOutput captured;
        Bench bench(replying("cat", OnFailure::go_on, true));
        bench.replies.on_sent = [&](std::uint64_t ticket) { bench.runner.reply_done(ticket, refused); };
        static_cast<void>(bench.deliver(request.message));
        CHECK(bench.wait_for_handled(1));
        CHECK(bench.replies.sent.size() == 1);
        CHECK(bench.runner.failures() == 1);
    }
    const CapturedOutput captured;
    Bench bench(replying("cat", OnFailure::retry));
    static_cast<void>(bench.deliver(request.message));
    REQUIRE(bench.loop.wait_until([&] { return bench.replies.sent.size() == 1 && bench.runner.has_room(); }));
    bench.runner.reply_done(bench.replies.sent.front().ticket, refused);
    REQUIRE(bench.loop.wait_until([&] { return bench.replies.sent.size() == 2; }));
    bench.runner.reply_done(bench.replies.sent.back().ticket, {});
    CHECK(bench.loop.wait_until([&] { return bench.runner.handled() == 1; }));
}

TEST_CASE("each command for a request replies") {
    const CapturedOutput captured;
    Settings settings = replying("");
    settings.rules = {{.command = "echo 1", .topic_filters = {"#"}}, {.command = "echo 2", .topic_filters = {"svc"}}};
    Bench bench(settings);
    const Request request;
    static_cast<void>(bench.deliver(request.message));
    REQUIRE(bench.loop.wait_until([&] { return bench.replies.sent.size() == 2; }));
    CHECK(bench.replies.sent[0].payload == "1\n");
    CHECK(bench.replies.sent[1].payload == "2\n");
    bench.runner.reply_done(bench.replies.sent[0].ticket, {});
    CHECK(bench.runner.handled() == 0);
    bench.runner.reply_done(bench.replies.sent[1].ticket, {});
    CHECK(bench.loop.wait_until([&] { return bench.runner.handled() == 1; }));
}

TEST_CASE("a reply may be large, and not larger than a message") {
    const Request request;
    {
        const CapturedOutput captured;
        Bench bench(replying("head -c 3000000 /dev/zero"));
        static_cast<void>(bench.deliver(request.message));
        REQUIRE(bench.loop.wait_until([&] { return !bench.replies.sent.empty(); }));
        CHECK(bench.replies.sent.front().payload.size() == 3'000'000);
        CHECK(bench.runner.has_room());  // PUBACK for the reply may lie behind the next message
    }
    {
        const CapturedOutput captured;
        Bench bench(replying("head -c 3000000 /dev/zero"));
        const Request unacknowledged("", wire::Qos::at_most_once);
        static_cast<void>(bench.deliver(unacknowledged.message));
        REQUIRE(bench.loop.wait_until([&] { return !bench.replies.sent.empty(); }));
        CHECK_FALSE(bench.runner.has_room());  // nothing limits the number of such messages
    }
    const CapturedOutput captured;
    Bench bench(replying("cat /dev/zero"));
    static_cast<void>(bench.deliver(request.message));
    CHECK(bench.wait_for_end());
    CHECK(bench.running->result().error().code == Errc::message_too_large);
}

TEST_CASE("the last line of a stream, and its beginning if it is long") {
    command::LastLine line;
    CHECK(line.text().empty());
    line.append("one\ntw");
    CHECK(line.text() == "tw");
    line.append("o\n\n");
    CHECK(line.text() == "two");
    line.append(std::string(5000, 'x'));
    CHECK(line.text() == std::string(1024, 'x'));
    line.append("\nlast");
    CHECK(line.text() == "last");
}
