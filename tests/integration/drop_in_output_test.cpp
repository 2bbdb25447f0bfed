// SPDX-License-Identifier: Apache-2.0
// What stands on standard output for a message.
#include <doctest/doctest.h>

#include "integration/drop_in.hpp"

using namespace mqtts::test;
using namespace std::string_view_literals;

TEST_CASE("the payload and a newline; -v puts the topic before it, -N leaves the newline out") {
    check_printed({
        {"", {"a", "x"}, "x\n"},
        {"", {"a", "two\nlines\n"}, "two\nlines\n\n"},
        {"", {"a", "any\0\xff\x1b byte"sv}, "any\0\xff\x1b byte\n"sv},
        {"", {"a", ""}, ""},
        {"-v", {"a/b", "x"}, "a/b x\n"},
        {"--verbose", {"a b", " x "}, "a b  x \n"},
        {"-v", {"a", ""}, "a (null)\n"},
        {"-N", {"a", "x"}, "x"},
        {"-vN", {"a", "x"}, "a x"},
        {"-Nv", {"a", ""}, ""},
        {"-v -N -N -v", {"a", "x"}, "a x"},
    });
}

TEST_CASE("messages follow one another without a break with -N") {
    check({
        {.command = "mqtts-sub -t # -C 3 -N",
         .messages = {{"a", "1"}, {"b", "2"}, {"c", "3"}},
         .connect = connect_for_three,
         .packets = {"SUBSCRIBE 1 # qos0"},
         .output = "123"},
        {.command = "mqtts-sub -t # -C 3 -v",
         .messages = {{"a", "1"}, {"b", ""}, {"c", "3"}},
         .connect = connect_for_three,
         .packets = {"SUBSCRIBE 1 # qos0"},
         .output = "a 1\nb (null)\nc 3\n"},
    });
}
