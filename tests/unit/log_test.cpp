// SPDX-License-Identifier: Apache-2.0
// The parts of a failure in each form: one line, two lines, an object.
#include "log/log.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/captured_log.hpp"

namespace {

using namespace mqtts;
using test::CapturedLog;
using Level = Log::Level;
using Format = Log::Format;
using Hints = Log::Hints;

const Failure failure(Errc::unusable_ca, "cannot read ca.pem", "give another file", {"--cafile", "ca.pem"});
const LogNote lost{.event = "retrying", .host = "h:1", .hint = "check the port (-p)", .next = "trying again"};

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("in one line the hint follows the cause, and what the program does comes last") {
    CapturedLog captured(Level::normal, Format::text);
    captured.log.error(failure);
    CHECK(captured.written() == "test: cannot read ca.pem; give another file\n");
    captured.log.error(Failure(Errc::connection_lost, "lost h:1"));
    CHECK(captured.written() == "test: lost h:1\n");
    captured.log.warning("lost h:1", lost);
    CHECK(captured.written() == "test: lost h:1; check the port (-p); trying again\n");
    captured.log.warning("lost h:1", {.event = "retrying", .next = "trying again"});
    CHECK(captured.written() == "test: lost h:1; trying again\n");
}

TEST_CASE("at a terminal the hint has a line of its own, the last one") {
    CapturedLog captured(Level::normal, Format::text, Hints::own_line);
    captured.log.error(failure);
    CHECK(captured.written() == "test: cannot read ca.pem\ntest: hint: give another file\n");
    captured.log.error(Failure(Errc::connection_lost, "lost h:1"));
    CHECK(captured.written() == "test: lost h:1\n");
    captured.log.warning("lost h:1", lost);
    CHECK(captured.written() == "test: lost h:1; trying again\ntest: hint: check the port (-p)\n");
}

TEST_CASE("an object has the parts as members, and leaves out what is empty") {
    CapturedLog captured(Level::normal, Format::json);
    captured.log.error(failure, "h:1");
    const std::string object = captured.written();
    CAPTURE(object);
    CHECK(contains(object, R"("event":"unusable_ca","message":"cannot read ca.pem","hint":"give another file")"));
    CHECK(contains(object, R"("code":210,"exit":2,"about":["--cafile","ca.pem"],"host":"h:1"})"));

    captured.log.error(Failure(Errc::connection_lost, "lost"));
    const std::string bare = captured.written();
    CAPTURE(bare);
    CHECK(contains(bare, R"("message":"lost","code":1000,"exit":10})"));
    CHECK_FALSE(contains(bare, "hint"));
    CHECK_FALSE(contains(bare, "about"));

    captured.log.warning("lost h:1", lost);
    const std::string warning = captured.written();
    CAPTURE(warning);
    CHECK(contains(warning, R"("level":"warning","event":"retrying","message":"lost h:1; trying again")"));
    CHECK(contains(warning, R"-("hint":"check the port (-p)","host":"h:1"})-"));
}

TEST_CASE("a path that would command a terminal is escaped in an object") {
    CapturedLog captured(Level::normal, Format::json);
    captured.log.error(Failure(Errc::unusable_ca, "cannot read it", {}, {"a\x1b[2J\n\xff.pem"}));
    const std::string object = captured.written();
    CAPTURE(object);
    CHECK(contains(object, R"("about":["a\\x1b[2J\\x0a\\xff.pem"])"));
    CHECK(object.find('\x1b') == object.npos);
    CHECK(object.find('\n') == object.size() - 1);
}

TEST_CASE("a line of -d has the hint in the same line, also at a terminal") {
    CapturedLog captured(Level::debug, Format::text, Hints::own_line);
    captured.log.debug("lost h:1", lost);
    const std::string line = captured.written();
    CAPTURE(line);
    CHECK(line.ends_with(" lost h:1; check the port (-p); trying again\n"));
    CHECK(line.find('\n') == line.size() - 1);

    CapturedLog quieter(Level::normal, Format::text);
    quieter.log.debug("lost h:1", lost);
    CHECK(quieter.written() == "");
}
