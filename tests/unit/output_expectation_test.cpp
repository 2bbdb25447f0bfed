// SPDX-License-Identifier: Apache-2.0
// What a run is to prove, and which regular expressions there are for it.
#include <doctest/doctest.h>

#include <chrono>

#include "output/expectation.hpp"
#include "support/enough_time.hpp"

using namespace mqtts;
using output::Expectation;
using output::Pattern;
using output::Wanted;

namespace {

Failure timed_out() {
    return {Errc::timed_out, "timed out after 5 s"};
}

const Failure asleep{Errc::not_matched, "messages may have been missed", "stay awake"};

Errc code(const Result<>& result) {
    return result ? Errc::ok : result.error().code;
}

bool matches(const std::string& expression, std::string_view bytes) {
    return Pattern::compile(expression).value().matches(bytes);
}

}  // namespace

TEST_CASE("without an expectation the run ends as it ends") {
    Expectation expectation{output::PrintSettings{}};
    CHECK(expectation.take({.topic_name = "a", .payload = "x"}) == Wanted::more);
    CHECK(code(expectation.verdict({})) == Errc::ok);
    CHECK(code(expectation.verdict(timed_out())) == Errc::timed_out);
}

TEST_CASE("an expectation is met or not in order or when time is up; any other failure of the run stays") {
    Expectation until{output::PrintSettings{.until = "b+"}};
    CHECK(until.take({.topic_name = "a", .payload = "ac"}) == Wanted::more);
    CHECK(code(until.verdict({})) == Errc::not_matched);
    CHECK(code(until.verdict(timed_out())) == Errc::not_matched);
    CHECK(code(until.verdict(Failure(Errc::connection_lost))) == Errc::connection_lost);
    CHECK(until.take({.topic_name = "a", .payload = "abbc"}) == Wanted::enough);
    CHECK(code(until.verdict({})) == Errc::ok);
    CHECK(code(until.verdict(Failure(Errc::output_failed))) == Errc::output_failed);

    Expectation none{output::PrintSettings{.expect_none = true}};
    CHECK(code(none.verdict(timed_out())) == Errc::ok);
    CHECK(code(none.verdict(Failure(Errc::connection_lost))) == Errc::connection_lost);
    CHECK(none.take({.topic_name = "a\x1b", .payload = ""}) == Wanted::enough);
    CHECK(code(none.verdict(timed_out())) == Errc::not_matched);
    CHECK(none.verdict({}, asleep).error().cause == none.verdict({}).error().cause);
    CHECK(none.verdict({}).error().cause == "received a message for 'a\\x1b', but none was expected");
}

TEST_CASE("no message proves nothing where messages may have been missed; one that came proves what it proves") {
    Expectation none{output::PrintSettings{.expect_none = true}};
    CHECK(one_line(none.verdict(timed_out(), asleep).error()) == "messages may have been missed; stay awake");
    CHECK(code(none.verdict({}, asleep)) == Errc::not_matched);
    CHECK(code(none.verdict(Failure(Errc::keep_alive_timeout), asleep)) == Errc::keep_alive_timeout);

    Expectation until{output::PrintSettings{.until = "b"}};
    CHECK(until.take({.topic_name = "a", .payload = "b"}) == Wanted::enough);
    CHECK(code(until.verdict({}, asleep)) == Errc::ok);
    const Expectation neither{output::PrintSettings{}};
    CHECK(code(neither.verdict({}, asleep)) == Errc::ok);
}

TEST_CASE("a pattern is an extended regular expression over all bytes of a payload") {
    CHECK(matches("b{2}|x", "abbc"));
    CHECK_FALSE(matches("^b", "ab"));
    CHECK_FALSE(matches("^b$", "a\nb\nc"));
    CHECK(matches("^$", ""));
    CHECK(matches("^$", std::string_view()));
    CHECK(matches("a[^x]b$", std::string_view("a\0b", 3)));
    CHECK(matches("a.b.c$", std::string_view("a\0b\nc", 5)));
    CHECK(matches("\\bon\\b.[[:digit:]]\\d$", "is on 42"));
    CHECK_FALSE(matches("on", "ON"));
    CHECK(matches("^\\\\<$", "\\<"));  // an escaped backslash, and then a plain character
    CHECK(matches("^[.]{2}$", ".."));
    CHECK(matches("", "anything"));
    CHECK_FALSE(matches("a", std::string_view("xxa").substr(0, 2)));  // nothing behind the end is read
    CHECK(matches("\xc3\xa4", "\xc3\xa4"));
    CHECK(matches("(x|y)*z$", std::string(2'000'000, 'x') + "z"));  // and needs no stack for each byte
}

TEST_CASE("no payload, however made, takes more time than its length asks for") {
    const std::string payload = [] {
        std::string text;
        while (text.size() < 1'000'000)
            text += "ab";
        return text;
    }();
    for (const char* expression : {"a.*b.*c.*d", "(a|ab|b)+$x", "(a*b*)*c", "^(a?b?){20}c"}) {
        // Seconds even with sanitizers; a matcher that goes back takes hours.
        const bool soon =
            test::takes_less_than(std::chrono::seconds(20), [&] { CHECK_FALSE(matches(expression, payload)); });
        CHECK(soon);
    }
}

TEST_CASE("a repetition of nothing is refused in plain words") {
    CHECK(Pattern::compile("*").error().cause ==
          "'*' is not an extended regular expression: nothing before * to repeat");
}

TEST_CASE("what is no regular expression is refused with the reason") {
    for (const char* expression : {"(", "[a", "a{2,1}", "*(", "(a)\\1", "\\<on\\>", "a{,3}", "[[.x.]]", "[[=x=]]"}) {
        const auto compiled = Pattern::compile(expression);
        REQUIRE(compiled.has_error());
        CHECK(compiled.error().code == Errc::bad_option);
        CHECK(compiled.error().cause.starts_with("'" + std::string(expression) +
                                                 "' is not an extended regular expression: "));
    }
}
