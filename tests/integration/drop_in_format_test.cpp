// SPDX-License-Identifier: Apache-2.0
// -F: every letter, flag, width, precision and separator.
#include <doctest/doctest.h>

#include <cstring>
#include <regex>

#include "integration/drop_in.hpp"
#include "support/process.hpp"

using namespace mqtts::test;
using namespace std::string_view_literals;

namespace {

/// A message with every property that one can have.
const Message full = {"f/topic",
                      "hello",
                      1,
                      true,
                      {{"payload-format-indicator", "1"},
                       {"message-expiry-interval", "4294967295"},
                       {"content-type", "text/plain"},
                       {"response-topic", "re/ply"},
                       {"correlation-data", "c\0r"sv},
                       {"user-property", "k1", "v1"},
                       {"user-property", "k2", ""},
                       {"user-property", "k1", "v3"},
                       {"subscription-identifier", "7"}}};

const Message bare = {"f/topic", "hello"};

template <class Number>
std::string bytes_of(Number number) {
    std::string bytes(sizeof number, '\0');
    std::memcpy(bytes.data(), &number, sizeof number);
    return bytes;
}

}  // namespace

TEST_CASE("-F: each letter") {
    check_printed({
        {"-F %t", full, "f/topic\n"},
        {"-F %p", full, "hello\n"},
        {"-F %l", full, "5\n"},
        {"-F %q%r%m", full, "111\n"},
        {"-F %q%r%m", bare, "000\n"},
        {"-F %x", full, "68656c6c6f\n"},
        {"-F %X", full, "68656C6C6F\n"},
        {"-F %C", full, "text/plain\n"},
        {"-F %D", full, "c\0r\n"sv},
        {"-F %E", full, "4294967295\n"},
        {"-F %F", full, "1\n"},
        {"-F %P", full, "k1:v1 k2: k1:v3\n"},
        {"-F %R", full, "re/ply\n"},
        {"-F %S", full, "7\n"},
        {"-F 100%%", full, "100%\n"},
        {"-F '%t %p'", full, "f/topic hello\n"},
        {"-F '[%A][%C][%D][%E][%F][%P][%R][%S]'", bare, "[][][][][][][][]\n"},
    });
}

TEST_CASE("-F: width, flags and precision") {
    check_printed({
        {"-F %20t", bare, "             f/topic\n"},
        {"-F %-10.3t|", bare, "f/t       |\n"},
        {"-F [%.t]", bare, "[]\n"},
        {"-F %08p", bare, "000hello\n"},
        {"-F %3p", bare, "hel\n"},
        {"-F %-8p|", bare, "hello   |\n"},
        {"-F %05l", bare, "00005\n"},
        {"-F %-05l|", bare, "5    |\n"},
        {"-F %4m", full, "   1\n"},
        {"-F %5q", bare, "0\n"},
        {"-F %5%", bare, "%\n"},
        {"-F [%4A][%04E][%6C]", bare, "[    ][0000][      ]\n"},
        {"-F [%9R][%9P][%9D]", bare, "[][][]\n"},
        {"-F %6.4C|%-9S|%03F", full, "  text|7        |001\n"},
    });
}

TEST_CASE("-F: hexadecimal digits, grouped") {
    check_printed({
        {"-F %014x", bare, "000068656c6c6f\n"},
        {"-F %.2:x", bare, "68:65:6c:6c:6f\n"},
        {"-F %.2x", bare, "68 65 6c 6c 6f\n"},
        {"-F %.4-X", bare, "6865-6C6C-6F\n"},
        {"-F %020.2:x", bare, "00:00:00:00:00:68:65:6c:6c:6f\n"},
        {"-F %20.2:x", bare, "  :  :  :  :  :68:65:6c:6c:6f\n"},
        {"-F %3x", bare, "68656c\n"},
        {"-F %-12x|", bare, "68656c6c6f  |\n"},
    });
}

TEST_CASE("-F: numbers in the payload") {
    const std::string single = bytes_of(3.14159F);
    const std::string twice = bytes_of(-2.5);
    check_printed({
        {"-F '[%f] [%.3f] [%10.2f] [%-10.2f] [%010.2f]'",
         {"a", single},
         "[3.141590] [3.142] [      3.14] [3.14      ] [0000003.14]\n"},
        {"-F '%d %.1d %08.1d'", {"a", twice}, "-2.500000 -2.5 -00002.5\n"},
    });
    check({
        {.command = "mqtts-sub -t a -F [%f%d] -C 1",
         .messages = {{"a", "hello"}},
         .connect = connect_for_one,
         .packets = {"SUBSCRIBE 1 a qos0"},
         .output = "[]\n",
         .error = {"with %f: it has 5 bytes, not 4", "with %d: it has 5 bytes, not 8"}},
    });
}

TEST_CASE("-F: escapes, -N, -v and empty messages") {
    check_printed({
        {"-F '\\\\ \\a\\e\\n\\r\\t\\v\\0.'", bare, "\\ \a\x1b\n\r\t\v\0.\n"sv},
        {"-N -F %p", bare, "hello"},
        {"-v -F %p --quiet", bare, "hello\n"},
        {"-F%p", bare, "hello\n"},
        {"-F [%p%x%l]", {"a", ""}, "[0]\n"},
        {"-N -F ''", bare, ""},
        {"-F ''", bare, "\n"},
    });
}

TEST_CASE("-F: times") {
    check_printed({
        {"-F @@", bare, "@\n"},
        {"-F @Z@z", bare, "UTC+0000\n"},
        {"-F @Q", bare, "%Q\n"},
    });
    Outcome outcome;
    RecordingBroker broker;
    static_cast<void>(broker.record({.subscribed = {bare}}, [&] {
        outcome = run({.arguments = {MQTTS_SUB, "-h", "localhost", "-p", std::to_string(broker.port()), "--cafile",
                                     broker.ca_file(), "-t", "#", "-C", "1", "-F", "@Y-@m-@dT@H:@M:@S.@N %I %U %.10I"},
                       .environment = {"TZ=UTC-3"}});
    }));
    const std::regex times(R"((\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\.(\d{9}) \1T\2\+0300 \d{10}\.\3 \1\n)");
    CHECK_MESSAGE(std::regex_match(outcome.output, times), outcome.output);
}

TEST_CASE("-F: what is wrong in a format") {
    check_refused({
        {"mqtts-sub -t a -F %", {"-F", "%"}},
        {"mqtts-sub -t a -F %z", {"-F", "'z'"}},
        {"mqtts-sub -t a -F %0-5l", {"-F", "%0-"}},
        {"mqtts-sub -t a -F \\q", {"-F", "\\q"}},
        {"mqtts-sub -t a -F x\\", {"-F", "position 2"}},
        {"mqtts-sub -t a -F x@", {"-F", "position 2"}},
    });
}
