// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "record/framer.hpp"
#include "support/enough_time.hpp"

using namespace mqtts;
using record::Framer;
using record::Framing;

namespace {

constexpr std::size_t no_limit = 268'435'455;

/// All messages of an input that arrives in the given pieces.
std::vector<std::string> messages(Framer& framer, const std::vector<std::string_view>& pieces) {
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

std::vector<std::string> messages(Framing framing, const std::vector<std::string_view>& pieces) {
    Framer framer(framing, no_limit);
    return messages(framer, pieces);
}

using Messages = std::vector<std::string>;

}  // namespace

TEST_CASE("a line is a message without its newline, wherever the input is split") {
    const std::string text("one\n\ntwo\r\nnul \0 inside\nlast", 27);
    const Messages expected = {"one", "", "two\r", std::string("nul \0 inside", 12), "last"};
    const std::string_view view = text;
    for (std::size_t first = 0; first <= text.size(); ++first)
        for (std::size_t second = first; second <= text.size(); ++second)
            REQUIRE(messages(Framing::delimited, {view.substr(0, first), view.substr(first, second - first),
                                                  view.substr(second)}) == expected);
}

TEST_CASE("lines: empty input has none, a final newline begins no further one") {
    CHECK(messages(Framing::delimited, {}) == Messages{});
    CHECK(messages(Framing::delimited, {"\n"}) == Messages{""});
    CHECK(messages(Framing::delimited, {"a\n"}) == Messages{"a"});
    CHECK(messages(Framing::delimited, {"\n\n"}) == Messages{"", ""});
}

TEST_CASE("last() hands out the complete lines that next() was not asked for") {
    Framer framer(Framing::delimited, no_limit);
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
    Framer framer(Framing::delimited, no_limit);
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
    Framer framer(Framing::delimited, no_limit);
    Errc error = Errc::ok;
    framer.input().append("first\nsecond\n");
    const auto first = framer.next(error);
    const auto second = framer.next(error);
    CHECK_FALSE(framer.next(error));
    CHECK(first == "first");
    CHECK(second == "second");
}

TEST_CASE("the limit counts the message, not its newline") {
    for (const Framing framing : {Framing::delimited, Framing::whole}) {
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
    Framer framer(Framing::delimited, 4);
    Errc error = Errc::ok;
    framer.input().append("1234\n12345\n");
    CHECK(framer.next(error) == "1234");
    CHECK_FALSE(framer.next(error));
    CHECK(error == Errc::message_too_large);
}

TEST_CASE("a line of 64 MiB in small pieces costs its length once") {
    constexpr std::size_t pieces = 16'384;
    const std::string piece(4096, 'x');
    // Searching again from the start for each piece would read 512 GiB.
    const bool soon = test::takes_less_than(std::chrono::seconds(10), [&] {
        Framer framer(Framing::delimited, no_limit);
        Errc error = Errc::ok;
        for (std::size_t i = 0; i < pieces; ++i) {
            framer.input().append(piece);
            CHECK_FALSE(framer.next(error));
        }
        framer.input().append("\n");
        const auto message = framer.next(error);
        REQUIRE(message);
        CHECK(message->size() == pieces * piece.size());
    });
    CHECK(soon);
}

TEST_CASE("a delimiter of several bytes ends a message, wherever the input is split") {
    const std::string_view text = "one--two----three-four--\n";
    const Messages expected = {"one", "two", "", "three-four", "\n"};
    for (std::size_t first = 0; first <= text.size(); ++first) {
        for (std::size_t second = first; second <= text.size(); ++second) {
            Framer framer(Framing::delimited, no_limit, "--");
            REQUIRE(messages(framer, {text.substr(0, first), text.substr(first, second - first),
                                      text.substr(second)}) == expected);
        }
    }
}

TEST_CASE("a message is as long as the four bytes before it say, wherever the input is split") {
    const std::string long_message = std::string("\0\0\1\2", 4) + std::string(258, 'x');
    const Messages expected = {"a\nb", "", "", std::string(258, 'x')};
    const std::string input = std::string("\0\0\0\3a\nb\0\0\0\0\0\0\0\0", 15) + long_message;
    const std::string_view view = input;
    for (std::size_t split = 0; split <= view.size(); ++split) {
        Framer framer(Framing::length, no_limit);
        REQUIRE(messages(framer, {view.substr(0, split), view.substr(split)}) == expected);
    }
}

TEST_CASE("an input that ends inside a message with a length is an error") {
    for (const std::string_view rest : {std::string_view("\0", 1), std::string_view("\0\0\0\2x", 5)}) {
        Framer framer(Framing::length, no_limit);
        framer.input().append(std::string_view("\0\0\0\1a", 5));
        framer.input().append(rest);
        Errc error = Errc::ok;
        CHECK(framer.last(error) == "a");
        CHECK_FALSE(framer.last(error));
        CHECK(error == Errc::bad_record);
        CHECK(framer.number() == 2);
        framer.skip();
        CHECK_FALSE(framer.last(error));
        CHECK(error == Errc::ok);
    }
}

TEST_CASE("skip() leaves out one message, however it arrives, and the numbers go on") {
    struct Sample {
        Framing framing;
        std::string delimiter;
        std::string input;
    };
    const Sample samples[] = {
        {Framing::delimited, "\n", "ab\nlonger\ncd\n"},
        {Framing::delimited, "--", "ab--lon-ger--cd--"},
        {Framing::length, "", std::string("\0\0\0\2ab\0\0\0\6longer\0\0\0\2cd", 22)},
    };
    for (const auto& [framing, delimiter, input] : samples) {
        CAPTURE(input);
        for (std::size_t step = 1; step <= input.size(); ++step) {
            Framer framer(framing, 4, delimiter);
            std::vector<std::pair<std::uint64_t, std::string>> taken;
            for (std::size_t position = 0; position < input.size(); position += step) {
                framer.input().append(std::string_view(input).substr(position, step));
                for (Errc error = Errc::ok;;) {
                    if (const auto message = framer.next(error))
                        taken.emplace_back(framer.number(), *message);
                    else if (error == Errc::ok)
                        break;
                    else {
                        taken.emplace_back(framer.number(), "too large");
                        framer.skip();
                    }
                }
            }
            REQUIRE(taken ==
                    std::vector<std::pair<std::uint64_t, std::string>>{{1, "ab"}, {2, "too large"}, {3, "cd"}});
        }
    }
}

TEST_CASE("of a message that is left out nothing is kept") {
    for (const Framing framing : {Framing::delimited, Framing::length}) {
        Framer framer(framing, 10);
        framer.input().append("\x10zzzzzzzzzzzz");  // as a length a quarter of a GiB
        Errc error = Errc::ok;
        CHECK_FALSE(framer.next(error));
        CHECK(error == Errc::message_too_large);
        framer.skip();
        const std::string piece(65'536, 'x');
        for (int i = 0; i < 1000; ++i) {
            framer.input().append(piece);
            CHECK_FALSE(framer.next(error));
            CHECK(error == Errc::ok);
        }
        CHECK(framer.input().empty());
        CHECK(framer.input().capacity() < 1'000'000);
        CHECK_FALSE(framer.last(error));
        CHECK(error == Errc::ok);
    }
}
