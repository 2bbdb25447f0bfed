#include <doctest/doctest.h>

#include <string>

#include "stream/format.hpp"

using namespace mqtts;

namespace {

std::string formatted(const stream::FormatSettings& settings, std::string_view payload) {
    Buffer out;
    stream::Formatter(settings).format(out, {.topic_name = "a/b", .payload = payload, .properties = {}});
    return std::string(out.readable());
}

}  // namespace

TEST_CASE("default: the payload and a newline; nothing for an empty payload") {
    CHECK(formatted({}, "hello") == "hello\n");
    CHECK(formatted({}, "") == "");
}

TEST_CASE("-v: the topic name before the payload; (null) for an empty payload") {
    CHECK(formatted({.verbose = true}, "hello") == "a/b hello\n");
    CHECK(formatted({.verbose = true}, "") == "a/b (null)\n");
}

TEST_CASE("-N: no newline") {
    CHECK(formatted({.end_of_line = false}, "hello") == "hello");
    CHECK(formatted({.end_of_line = false}, "") == "");
}

TEST_CASE("-v -N: nothing at all for an empty payload") {
    CHECK(formatted({.verbose = true, .end_of_line = false}, "hello") == "a/b hello");
    CHECK(formatted({.verbose = true, .end_of_line = false}, "") == "");
}

TEST_CASE("a payload is printed byte for byte and messages follow each other") {
    const std::string payload("\0\x1b\xff\r\n", 5);
    CHECK(formatted({}, payload) == payload + "\n");

    Buffer out;
    const stream::Formatter formatter({.verbose = true});
    formatter.format(out, {.topic_name = "a", .payload = "1", .properties = {}});
    formatter.format(out, {.topic_name = "b", .payload = "", .properties = {}});
    CHECK(out.readable() == "a 1\nb (null)\n");
}
