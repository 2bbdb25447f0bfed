// SPDX-License-Identifier: Apache-2.0
// Which received messages count, which are printed, and what else mqtts-sub does with them.
#include <doctest/doctest.h>

#include "integration/drop_in.hpp"

using namespace mqtts::test;

TEST_CASE("-E ends once subscribed") {
    check({
        {.command = "mqtts-sub -t a -E", .packets = {"SUBSCRIBE 1 a qos0"}},
        {.command = "mqtts-sub -E -t a -t b -V 311",
         .connect = "CONNECT 3.1.1 clean keep-alive=60 id=",
         .packets = {"SUBSCRIBE 1 a qos0, b qos0"},
         .disconnect = "DISCONNECT"},
        {.command = "mqtts-sub -E -t forbidden/a",
         .packets = {"SUBSCRIBE 1 forbidden/a qos0"},
         .error = {"not authorized"},
         .status = 8},
    });
}

TEST_CASE("-U unsubscribes, each filter in a packet of its own, and is enough without -t") {
    check({
        {.command = "mqtts-sub -U a -E", .packets = {"UNSUBSCRIBE 1 a"}},
        {.command = "mqtts-sub -t a -U b/# --unsubscribe c -E",
         .packets = {"SUBSCRIBE 1 a qos0", "UNSUBSCRIBE 2 b/#", "UNSUBSCRIBE 3 c"}},
        {.command = "mqtts-sub -c -i me --unsubscribe=a -E",
         .connect = "CONNECT keep-alive=60 id=me [session-expiry-interval=4294967295]",
         .packets = {"UNSUBSCRIBE 1 a"}},
        {.command = "mqtts-sub -t a -U b -C 1",
         .messages = {{"a", "x"}},
         .connect = connect_for_one,
         .packets = {"SUBSCRIBE 1 a qos0", "UNSUBSCRIBE 2 b"},
         .output = "x\n"},
    });
    check_refused({{"mqtts-sub -U a/#/b -E", {"-U", "a/#/b"}}});
}

TEST_CASE("-T leaves messages out that do not count") {
    check({
        {.command = "mqtts-sub -t # -T b/# --filter-out +/c -v -C 2",
         .messages = {{"a", "1"}, {"b", "2"}, {"b/d", "3"}, {"a/c", "4"}, {"a/c/d", "5"}},
         .connect = connect_for_two,
         .packets = {"SUBSCRIBE 1 # qos0"},
         .output = "a 1\na/c/d 5\n"},
        {.command = "mqtts-sub -t # --filter-out=# -C 1 -W $time",
         .messages = {{"a", "1"}},
         .connect = connect_for_one,
         .packets = {"SUBSCRIBE 1 # qos0"},
         .error = {"timed out"},
         .status = 27},
    });
    check_refused({{"mqtts-sub -t # -T a#", {"-T", "a#"}}});
}

TEST_CASE("--retained-only ends at the first message that is not retained") {
    check({
        {.command = "mqtts-sub -t # --retained-only",
         .messages = {{"a", "kept", 0, true}, {"b", "kept, too", 0, true}, {"a", "live"}, {"c", "kept", 0, true}},
         .packets = {"SUBSCRIBE 1 # qos0"},
         .output = "kept\nkept, too\n"},
        {.command = "mqtts-sub -t # --retained-only -C 1",
         .messages = {{"a", "kept", 0, true}, {"b", "kept, too", 0, true}},
         .connect = connect_for_one,
         .packets = {"SUBSCRIBE 1 # qos0"},
         .output = "kept\n"},
    });
    check_refused({{"mqtts-sub -t # --retained-only -R", {"--retained-only", "-R"}}});
}

TEST_CASE("--remove-retained clears what it prints, and ends when told to") {
    constexpr std::string_view cleared = R"(PUBLISH 2 qos1 retain a "")";
    check({
        {.command = "mqtts-sub -t # --remove-retained -C 1",
         .messages = {{"a", "kept", 0, true}},
         .connect = connect_for_one,
         .packets = {"SUBSCRIBE 1 # qos0", cleared},
         .output = "kept\n"},
        {.command = "mqtts-sub -t # --remove-retained --retained-only",
         .messages = {{"a", "kept", 0, true}, {"b", "live"}},
         .packets = {"SUBSCRIBE 1 # qos0", cleared},
         .output = "kept\n"},
        {.command = "mqtts-sub -t # --remove-retained -T b/# -C 2",
         .messages = {{"b/c", "stays", 0, true}, {"a", "kept", 0, true}, {"a", "live"}},
         .connect = connect_for_two,
         .packets = {"SUBSCRIBE 1 # qos0", cleared},
         .output = "kept\nlive\n"},
        {.command = "mqtts-sub -t # --remove-retained -R -C 1",
         .messages = {{"a", "kept", 0, true}, {"a", "live"}},
         .connect = connect_for_one,
         .packets = {"SUBSCRIBE 1 # qos0", cleared},
         .output = "live\n"},
    });
}

TEST_CASE("--subscribe has options of its own for each topic filter") {
    check({
        {.command = "mqtts-sub -t a --subscribe b qos=1,no-local -q 2 "
                    "--subscribe c retain-as-published,retain-handling=new,qos=0 --subscribe d '' -E",
         .connect = lasting_subscriber,
         .packets = {"SUBSCRIBE 1 a qos2, b qos1 no-local, c qos0 retain-as-published retain-handling=1, d qos2"},
         .disconnect = lasting_disconnect},
        {.command = "mqtts-sub --no-local -t a -E", .packets = {"SUBSCRIBE 1 a qos0 no-local"}},
    });
    check_refused({
        {"mqtts-sub --subscribe a qos=3", {"--subscribe", "'3'"}},
        {"mqtts-sub --subscribe a", {"--subscribe", "needs"}},
        {"mqtts-sub --no-local -t $share/g/a", {"$share/g/a", "shared"}},
    });
}

TEST_CASE("retain handling and retain as published") {
    check({
        {.command = "mqtts-sub -t a --retain-handling new -E", .packets = {"SUBSCRIBE 1 a qos0 retain-handling=1"}},
        {.command = "mqtts-sub -t a --retain-handling=never -E", .packets = {"SUBSCRIBE 1 a qos0 retain-handling=2"}},
        {.command = "mqtts-sub -t a --retain-handling always -E", .packets = {"SUBSCRIBE 1 a qos0"}},
        {.command = "mqtts-sub -t a --retain-as-published -E", .packets = {"SUBSCRIBE 1 a qos0 retain-as-published"}},
        {.command = "mqtts-sub -t a --retain-as-published -V 311 -E",
         .connect = "CONNECT 3.1.1 clean keep-alive=60 id=",
         .packets = {"SUBSCRIBE 1 a qos0"},
         .disconnect = "DISCONNECT",
         .error = {"--retain-as-published is without effect", "only MQTT 5 supports this"}},
    });
    check_refused({{"mqtts-sub -t a --retain-handling maybe", {"--retain-handling", "maybe"}}});
}

TEST_CASE("--random-filter counts what it does not print") {
    check({
        {.command = "mqtts-sub -t a --random-filter 100 -C 1",
         .messages = {{"a", "x"}},
         .connect = connect_for_one,
         .packets = {"SUBSCRIBE 1 a qos0"},
         .output = "x\n"},
        {.command = "mqtts-sub -t a --random-filter=100.0 -C 1",
         .messages = {{"a", "x"}},
         .connect = connect_for_one,
         .packets = {"SUBSCRIBE 1 a qos0"},
         .output = "x\n"},
    });
    check_refused({
        {"mqtts-sub -t a --random-filter 0", {"--random-filter", "'0'"}},
        {"mqtts-sub -t a --random-filter 100.1", {"--random-filter", "100.1"}},
        {"mqtts-sub -t a --random-filter half", {"--random-filter", "'half'"}},
    });
}

TEST_CASE("--message-rate prints how many there were in each second") {
    check({
        {.command = "mqtts-sub -t a --message-rate -v -C 1 -W $time",
         .messages = {{"a", "1"}, {"a", "2"}},
         .connect = connect_for_one,
         .packets = {"SUBSCRIBE 1 a qos0"},
         .output = "2 msgs/s\n…",
         .error = {"timed out"},
         .status = 27,
         .time = 1.9},
    });
}

TEST_CASE("-w gives each topic a line of the terminal") {
    check({
        {.command = "mqtts-sub -t # -w -v -C 3",
         .messages = {{"a", "1"}, {"b", "2"}, {"a", "3"}},
         .connect = connect_for_three,
         .packets = {"SUBSCRIBE 1 # qos0"},
         .output = "\x1b[2J\x1b[1;1HBroker: localhost\n"
                   "\x1b[2;1H\x1b[Ka 1\n\x1b[2;1H\n"
                   "\x1b[3;1H\x1b[Kb 2\n\x1b[3;1H\n"
                   "\x1b[2;1H\x1b[Ka 3\n\x1b[3;1H\n"},
        {.command = "mqtts-sub -t # --watch -C 1",
         .messages = {{"a", "1"}},
         .connect = connect_for_one,
         .packets = {"SUBSCRIBE 1 # qos0"},
         .output = "\x1b[2J\x1b[1;1HBroker: localhost\n\x1b[2;1H\x1b[K1\n\x1b[2;1H\n"},
    });
}
