// SPDX-License-Identifier: Apache-2.0
// What mqtts-sub subscribes to, which messages count, and when it ends.
#include <doctest/doctest.h>

#include "integration/drop_in.hpp"

using namespace mqtts::test;

TEST_CASE("topic filters: all of them in one SUBSCRIBE, in their order") {
    check({
        {.command = "mqtts-sub -t a -E", .packets = {"SUBSCRIBE 1 a qos0"}},
        {.command = "mqtts-sub -t a --topic b/+ --topic=c/# -td -E",
         .packets = {"SUBSCRIBE 1 a qos0, b/+ qos0, c/# qos0, d qos0"}},
        {.command = "mqtts-sub -t # -E", .packets = {"SUBSCRIBE 1 # qos0"}},
        {.command = "mqtts-sub -t +/+ -E", .packets = {"SUBSCRIBE 1 +/+ qos0"}},
        {.command = "mqtts-sub -t $share/group/a/# -E", .packets = {"SUBSCRIBE 1 $share/group/a/# qos0"}},
        {.command = "mqtts-sub -t a -t a -E", .packets = {"SUBSCRIBE 1 a qos0, a qos0"}},
        {.command = "mqtts-sub -t ' x' -E", .packets = {"SUBSCRIBE 1  x qos0"}},
    });
}

TEST_CASE("-q holds for all topic filters, wherever it stands") {
    check({
        {.command = "mqtts-sub -t a -q 2 -t b -E",
         .connect = lasting_subscriber,
         .packets = {"SUBSCRIBE 1 a qos2, b qos2"},
         .disconnect = lasting_disconnect},
        {.command = "mqtts-sub --qos=1 -t a -E",
         .connect = lasting_subscriber,
         .packets = {"SUBSCRIBE 1 a qos1"},
         .disconnect = lasting_disconnect},
        {.command = "mqtts-sub -Eq1 -ta",
         .connect = lasting_subscriber,
         .packets = {"SUBSCRIBE 1 a qos1"},
         .disconnect = lasting_disconnect},
    });
}

TEST_CASE("-C ends after so many messages, and asks for no more") {
    check({
        {.command = "mqtts-sub -t a -C 1",
         .messages = {{"a", "1"}, {"a", "2"}},
         .connect = connect_for_one,
         .packets = {"SUBSCRIBE 1 a qos0"},
         .output = "1\n"},
        {.command = "mqtts-sub -t a -C2",
         .messages = {{"a", "1"}, {"a", "2"}, {"a", "3"}},
         .connect = connect_for_two,
         .packets = {"SUBSCRIBE 1 a qos0"},
         .output = "1\n2\n"},
        {.command = "mqtts-sub -t a -q 1 --count=2",
         .messages = {{"a", "1", 1}, {"a", "2", 1}},
         .connect = "CONNECT clean keep-alive=60 id= [session-expiry-interval=3600 receive-maximum=2]",
         .packets = {"SUBSCRIBE 1 a qos1"},
         .disconnect = lasting_disconnect,
         .output = "1\n2\n"},
        {.command = "mqtts-sub -t a -q 2 -C 1",
         .messages = {{"a", "1", 2}},
         .connect = "CONNECT clean keep-alive=60 id= [session-expiry-interval=3600 receive-maximum=1]",
         .packets = {"SUBSCRIBE 1 a qos2"},
         .disconnect = lasting_disconnect,
         .output = "1\n"},
        {.command = "mqtts-sub -V 311 -t a -C 1",
         .messages = {{"a", "1"}, {"a", "2"}},
         .connect = "CONNECT 3.1.1 clean keep-alive=60 id=",
         .packets = {"SUBSCRIBE 1 a qos0"},
         .disconnect = "DISCONNECT",
         .output = "1\n"},
        {.command = "mqtts-sub -t a -t b -C 2",
         .messages = {{"b", "copy"}, {"b", "copy"}},
         .connect = connect_for_two,
         .packets = {"SUBSCRIBE 1 a qos0, b qos0"},
         .output = "copy\ncopy\n"},
    });
}

TEST_CASE("-C counts empty messages, which print nothing") {
    check({
        {.command = "mqtts-sub -t a -C 2",
         .messages = {{"a", ""}, {"a", "x"}},
         .connect = connect_for_two,
         .packets = {"SUBSCRIBE 1 a qos0"},
         .output = "x\n"},
    });
}

TEST_CASE("-R skips retained messages and, in MQTT 5, asks for none") {
    check({
        {.command = "mqtts-sub -t a -R -C 1",
         .messages = {{"a", "kept", 0, true}, {"a", "live"}},
         .connect = connect_for_one,
         .packets = {"SUBSCRIBE 1 a qos0 retain-handling=2"},
         .output = "live\n"},
        {.command = "mqtts-sub -V 311 -t a -R -C 1",
         .messages = {{"a", "kept", 0, true}, {"a", "live"}},
         .connect = "CONNECT 3.1.1 clean keep-alive=60 id=",
         .packets = {"SUBSCRIBE 1 a qos0"},
         .disconnect = "DISCONNECT",
         .output = "live\n"},
    });
}

TEST_CASE("-W ends with 27, whether messages came or not") {
    check({
        {.command = "mqtts-sub -t a -W $time",
         .messages = {{"a", "x"}},
         .packets = {"SUBSCRIBE 1 a qos0"},
         .output = "x\n",
         .error = {"timed out"},
         .status = 27},
        {.command = "mqtts-sub -t a -C 1 -W 600",
         .messages = {{"a", "x"}},
         .connect = connect_for_one,
         .packets = {"SUBSCRIBE 1 a qos0"},
         .output = "x\n"},
        {.command = "mqtts-sub -t a -C 1 --timeout=600",
         .messages = {{"a", "x"}},
         .connect = connect_for_one,
         .packets = {"SUBSCRIBE 1 a qos0"},
         .output = "x\n"},
    });
}

TEST_CASE("refused subscriptions are status 8, all of them or some") {
    check({
        {.command = "mqtts-sub -t forbidden/a",
         .packets = {"SUBSCRIBE 1 forbidden/a qos0"},
         .error = {"forbidden/a", "not authorized"},
         .status = 8},
        {.command = "mqtts-sub -t a -t forbidden/b -C 1",
         .connect = connect_for_one,
         .packets = {"SUBSCRIBE 1 a qos0, forbidden/b qos0"},
         .error = {"forbidden/b", "not authorized"},
         .status = 8},
        {.command = "mqtts-sub -V 311 -t forbidden/a",
         .connect = "CONNECT 3.1.1 clean keep-alive=60 id=",
         .packets = {"SUBSCRIBE 1 forbidden/a qos0"},
         .disconnect = "DISCONNECT",
         .error = {"forbidden/a"},
         .status = 8},
    });
}
