// SPDX-License-Identifier: Apache-2.0
// What a run comes to, from all that happened in it.
#include "program/verdict.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "support/captured_log.hpp"

using namespace mqtts;
using namespace std::chrono_literals;
using client::Attendance;
using program::both;
using program::Course;
using program::judge_command;
using test::CapturedLog;

namespace {

/// "not_matched: no message matched 'x': 0 came"; empty: a success.
std::string told(const Result<>& result) {
    if (result) return {};
    return std::string(describe(result.error().code).name) + ": " + one_line(result.error());
}

/// A run of mqtts-sub.
struct SubscriberRun {
    explicit SubscriberRun(cli::SubscribeSettings what) : settings(std::move(what)), expectation(settings.print) {}

    void subscribe() { attendance.subscribed(now); }
    /// The connection, for two seconds.
    void lose(bool kept, bool session_present = true) {
        attendance.lost(now, kept);
        attendance.back(now + 2s, session_present ? session::Kept::yes : session::Kept::no);
        if (!session_present) attendance.subscribed(now + 2s);
    }
    void receive(std::string_view payload) {
        static_cast<void>(expectation.take({.topic_name = "t", .payload = payload}));
    }
    [[nodiscard]] std::string verdict(Result<> ended) const {
        const Course course{attendance, expectation, command_ran};
        return told(program::judge(std::move(ended), course, settings, log.log));
    }

    cli::SubscribeSettings settings;
    output::Expectation expectation;
    Attendance attendance;
    bool command_ran = false;
    mutable CapturedLog log;
    Attendance::Clock::time_point now{};
};

const Failure time_is_up{Errc::timed_out, "timed out after 5 s while waiting for messages"};
const Failure lost{Errc::connection_lost, "connection lost"};

cli::SubscribeSettings until(const std::string& expression) {
    return {.print = {.until = expression}};
}

cli::SubscribeSettings silence() {
    return {.print = {.expect_none = true}};
}

cli::SubscribeSettings make(std::uint64_t count) {
    return {.print = {.count = count}, .child_command = {"make", "all"}};
}

}  // namespace

TEST_CASE("the client and its input may both have failed, and both say why; the status is that of the client") {
    const Failure input{Errc::bad_record, "line 3: no topic"};
    CHECK(told(both({}, {})) == "");
    CHECK(told(both(lost, {})) == "connection_lost: connection lost");
    CHECK(told(both({}, input)) == "bad_record: line 3: no topic");
    CHECK(told(both(lost, input)) == "connection_lost: connection lost; line 3: no topic");
    const Failure with_hint{Errc::bad_record, "line 3: no payload", "write null"};
    CHECK(told(both(lost, with_hint)) == "connection_lost: connection lost; line 3: no payload; write null");
}

TEST_CASE("a command that failed gives us its status, one that we ended does not") {
    CHECK(judge_command({"make"}, 0).has_value());
    CHECK(judge_command({"make"}, std::nullopt).has_value());
    for (const int status : {1, 2, 27, 127, 255, 128 + SIGKILL})
        CHECK(exit_status(judge_command({"make"}, status).error().code) == status);
    CHECK(judge_command({"make", "all"}, 2).error().cause == "'make' exited with status 2");
    CHECK(judge_command({"\x1b[2J"}, 2).error().cause == "'\\x1b[2J' exited with status 2");
}

TEST_CASE("without an expectation a run ends as its client did") {
    SubscriberRun run{cli::SubscribeSettings{}};
    CHECK(run.verdict({}) == "");
    CHECK(run.verdict(time_is_up) == "timed_out: timed out after 5 s while waiting for messages");
    run.subscribe();
    run.lose(false);  // which is nothing to a run that expects nothing
    CHECK(run.verdict({}) == "");
    CHECK(run.verdict(lost) == "connection_lost: connection lost");
    CHECK(run.log.told() == "");
}

TEST_CASE("--until that was not met fails, in order or when time is up") {
    SubscriberRun run(until("b+"));
    run.subscribe();
    run.receive("a");
    CHECK(run.verdict({}) == "not_matched: no message matched 'b+': 1 other message came");
    CHECK(run.verdict(time_is_up)
              .starts_with("not_matched: no message matched 'b+': 1 other message came, then timed out after 5 s"));
    CHECK(run.verdict(lost) == "connection_lost: connection lost");
    run.receive("abb");
    CHECK(run.verdict({}) == "");
    CHECK(run.verdict(lost) == "connection_lost: connection lost");  // it may have been another message's
}

TEST_CASE("time that is up before there was a subscription says nothing of the messages") {
    SubscriberRun run(until("b"));
    CHECK(run.verdict(time_is_up) == "timed_out: timed out after 5 s while waiting for messages");
    SubscriberRun none(silence());
    CHECK(none.verdict(time_is_up) == "timed_out: timed out after 5 s while waiting for messages");
    none.subscribe();
    CHECK(none.verdict(time_is_up) == "");
}

TEST_CASE("a silence is broken by any message, even in a run that ended well") {
    SubscriberRun run(silence());
    run.subscribe();
    CHECK(run.verdict({}) == "");
    run.receive("");
    CHECK(run.verdict({}) == "not_matched: received a message for 't', but none was expected");
    CHECK(run.verdict(time_is_up) == "not_matched: received a message for 't', but none was expected");
}

TEST_CASE("a silence in which messages may have been missed proves nothing") {
    SubscriberRun quality_0(silence());
    quality_0.subscribe();
    quality_0.lose(false);
    CHECK(quality_0.verdict(time_is_up).starts_with("not_matched: messages may have been missed: the connection was"));
    SubscriberRun without_session(silence());
    without_session.subscribe();
    without_session.lose(true, false);
    CHECK(without_session.verdict({}).starts_with("not_matched: messages may have been missed: the connection was"));
    CHECK(without_session.log.told() == "");  // the failure says it
}

TEST_CASE("a silence that the broker kept a session through is a success with a warning") {
    SubscriberRun run(silence());
    run.subscribe();
    run.lose(true);
    CHECK(run.verdict(time_is_up) == "");
    CHECK(run.log.told().starts_with("warning: the connection was lost for 2.0 s; the broker kept the session"));
    CHECK(run.verdict(lost) == "connection_lost: connection lost");
    CHECK(run.log.told() == "");
    SubscriberRun talk(until("x"));
    talk.subscribe();
    talk.lose(true);
    talk.receive("x");
    CHECK(talk.verdict({}) == "");
    CHECK(talk.log.told() == "");
}

TEST_CASE("a command that was never run makes a success one that proves nothing") {
    SubscriberRun run(make(1));
    run.receive("retained");
    CHECK(
        run.verdict({}) ==
        "not_matched: 'make' was not run: the expected messages came before the broker had granted all subscriptions; "
        "skip retained messages with -R");
    CHECK(run.verdict(lost) == "connection_lost: connection lost");
}

TEST_CASE("the messages that a command is to cause are counted") {
    SubscriberRun run(make(2));
    run.subscribe();
    run.command_ran = true;
    run.receive("1");
    CHECK(run.verdict({}) == "not_matched: only 1 of 2 messages arrived before or soon after 'make' ended");
    CHECK(run.verdict(lost) == "connection_lost: connection lost");
    CHECK(run.verdict(time_is_up) == "timed_out: timed out after 5 s while waiting for messages: 1 of 2 messages came");
    run.receive("2");
    CHECK(run.verdict({}) == "");
    run.receive("3");
    CHECK(run.verdict({}) == "");
    SubscriberRun any(make(0));
    any.subscribe();
    any.command_ran = true;
    CHECK(any.verdict({}) == "");
}

TEST_CASE("a command that causes what must not come fails because of that") {
    cli::SubscribeSettings settings = silence();
    settings.child_command = {"make"};
    SubscriberRun run(settings);
    run.subscribe();
    run.command_ran = true;
    CHECK(run.verdict({}) == "");
    run.receive("x");
    CHECK(run.verdict({}) == "not_matched: received a message for 't', but none was expected");
}
