#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "stream/framer.hpp"

using namespace mqtts;
using stream::Framer;
using stream::Framing;

namespace {

constexpr std::size_t no_limit = 268'435'455;

/// All messages of an input that arrives in the given pieces.
std::vector<std::string> messages(Framing framing, const std::vector<std::string_view>& pieces) {
    Framer framer(framing, no_limit);
    std::vector<std::string> result;
    Errc error = Errc::ok;
    for (const std::string_view piece : pieces) {
        framer.input().append(piece);
        while (const auto message = framer.next(error))
            result.emplace_back(*message);
        REQUIRE(error == Errc::ok);
    }
    while (const auto message = framer.last(error))
        result.emplace_back(*message);
    REQUIRE(error == Errc::ok);
    return result;
}

using Messages = std::vector<std::string>;

}  // namespace

TEST_CASE("a line is a message without its newline, wherever the input is split") {
    const std::string text("one\n\ntwo\r\nnul \0 inside\nlast", 27);
    const Messages expected = {"one", "", "two\r", std::string("nul \0 inside", 12), "last"};
    const std::string_view view = text;
    for (std::size_t first = 0; first <= text.size(); ++first)
        for (std::size_t second = first; second <= text.size(); ++second)
            REQUIRE(messages(Framing::line, {view.substr(0, first), view.substr(first, second - first),
                                             view.substr(second)}) == expected);
}

TEST_CASE("lines: empty input has none, a final newline begins no further one") {
    CHECK(messages(Framing::line, {}) == Messages{});
    CHECK(messages(Framing::line, {"\n"}) == Messages{""});
    CHECK(messages(Framing::line, {"a\n"}) == Messages{"a"});
    CHECK(messages(Framing::line, {"\n\n"}) == Messages{"", ""});
}

TEST_CASE("last() hands out the complete lines that next() was not asked for") {
    Framer framer(Framing::line, no_limit);
    framer.input().append("a\nb\nc");
    Errc error = Errc::internal;
    CHECK(framer.last(error) == "a");
    CHECK(framer.last(error) == "b");
    CHECK(framer.last(error) == "c");
    CHECK_FALSE(framer.last(error));
    CHECK(error == Errc::ok);
}

TEST_CASE("whole input is one message, also when it is empty") {
    CHECK(messages(Framing::whole, {}) == Messages{""});
    CHECK(messages(Framing::whole, {"a\n", "b\n"}) == Messages{"a\nb\n"});
}

TEST_CASE("messages are numbered from 1") {
    Framer framer(Framing::line, no_limit);
    Errc error = Errc::ok;
    CHECK(framer.number() == 0);
    framer.input().append("a\n\nc");
    (void)framer.next(error);
    CHECK(framer.number() == 1);
    (void)framer.next(error);
    CHECK(framer.number() == 2);
    CHECK_FALSE(framer.next(error));
    CHECK(framer.number() == 2);
    (void)framer.last(error);
    CHECK(framer.number() == 3);
}

TEST_CASE("a message stays valid while its successors are handed out") {
    Framer framer(Framing::line, no_limit);
    Errc error = Errc::ok;
    framer.input().append("first\nsecond\n");
    const auto first = framer.next(error);
    const auto second = framer.next(error);
    CHECK_FALSE(framer.next(error));
    CHECK(first == "first");
    CHECK(second == "second");
}

TEST_CASE("the limit counts the message, not its newline") {
    for (const Framing framing : {Framing::line, Framing::whole}) {
        Framer framer(framing, 4);
        Errc error = Errc::ok;
        framer.input().append("1234");
        CHECK_FALSE(framer.next(error));
        CHECK(error == Errc::ok);
        SUBCASE("longer without an end in sight") {
            framer.input().append("5");
            CHECK_FALSE(framer.next(error));
            CHECK(error == Errc::message_too_large);
            CHECK_FALSE(framer.last(error));
            CHECK(error == Errc::message_too_large);
        }
        SUBCASE("exactly at the limit") {
            CHECK(framer.last(error) == "1234");
            CHECK(error == Errc::ok);
        }
    }
    Framer framer(Framing::line, 4);
    Errc error = Errc::ok;
    framer.input().append("1234\n12345\n");
    CHECK(framer.next(error) == "1234");
    CHECK_FALSE(framer.next(error));
    CHECK(error == Errc::message_too_large);
}

TEST_CASE("a line of 64 MiB in small pieces costs its length once") {
    constexpr std::size_t pieces = 16'384;
    const std::string piece(4096, 'x');
    Framer framer(Framing::line, no_limit);
    Errc error = Errc::ok;
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < pieces; ++i) {
        framer.input().append(piece);
        CHECK_FALSE(framer.next(error));
    }
    framer.input().append("\n");
    const auto message = framer.next(error);
    const auto elapsed = std::chrono::steady_clock::now() - start;
    REQUIRE(message);
    CHECK(message->size() == pieces * piece.size());
    // Searching again from the start for each piece would read 512 GiB.
    CHECK(elapsed < std::chrono::seconds(10));
}
