// SPDX-License-Identifier: Apache-2.0
// Options from configuration files and from the environment.
#include <doctest/doctest.h>

#include "integration/drop_in.hpp"

using namespace mqtts::test;

TEST_CASE("the file below XDG_CONFIG_HOME with the name of the program") {
    check({
        {.command = "mqtts-pub -m x",
         .files = {{"mqtts-pub", "# where\n-t a/b\n--qos 1\n-r\n"}},
         .packets = {R"(PUBLISH 1 qos1 retain a/b "x")"}},
        {.command = "mqtts-pub",
         .files = {{"mqtts-pub", "-t a\n\n  -m two  words \n"}},
         .packets = {R"(PUBLISH qos0 a "two  words ")"}},
        {.command = "mqtts-pub -m x", .files = {{"mqtts-pub", "-t  a"}}, .packets = {R"(PUBLISH qos0  a "x")"}},
        {.command = "mqtts-pub -t a -m x",
         .files = {{"mqtts-pub", "-i me\r\n-k 30\r\n"}},
         .connect = "CONNECT clean keep-alive=30 id=me",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-sub -t b -C 1",
         .files = {{"mqtts-sub", "-t a\n-v\n"}, {"mqtts-pub", "-nonsense\n"}},
         .messages = {{"a", "x"}},
         .connect = connect_for_one,
         .packets = {"SUBSCRIBE 1 a qos0, b qos0"},
         .output = "a x\n"},
    });
}

TEST_CASE("the command line has the last word; a file says all that it does not") {
    check({
        {.command = "mqtts-pub -q 0 -t c -m x",
         .files = {{"mqtts-pub", "-q 2\n-t a\n-i me\n"}},
         .connect = "CONNECT clean keep-alive=60 id=me",
         .packets = {R"(PUBLISH qos0 c "x")"}},
        {.command = "mqtts-pub -t a -m x -p $port",
         .files = {{"mqtts-pub", "-h nowhere.invalid\n-u file\n-P file\n"}},
         .environment = {"MQTTS_HOST=localhost", "MQTTS_PORT=1", "MQTTS_USERNAME=variable"},
         .connect = "CONNECT clean keep-alive=60 id= user=variable password; password=file",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -t a -m x",
         .environment = {"MQTTS_USERNAME=me", "MQTTS_PASSWORD=secret"},
         .connect = "CONNECT clean keep-alive=60 id= user=me password; password=secret",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -t a -m x", .environment = {"MQTTS_USERNAME="}, .packets = {R"(PUBLISH qos0 a "x")"}},
    });
}

TEST_CASE("-o names another file, which then has to be there") {
    check({
        {.command = "mqtts-pub -o $dir/options -m x",
         .files = {{"options", "-t a\n"}, {"mqtts-pub", "-t b\n-q 1\n"}},
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -q 1 -m x -o$dir/options",
         .files = {{"options", "-t a\n-q 2\n"}},
         .packets = {R"(PUBLISH 1 qos1 a "x")"}},
        {.command = "mqtts-pub -t a -m -o", .packets = {R"(PUBLISH qos0 a "-o")"}},
    });
    check_refused({
        {"mqtts-pub -o $dir/none -t a -m x", {"none", "no such file"}},
        {"mqtts-pub -o $dir/a -o $dir/b -t a -m x",
         {"-o: already given; give one configuration file"},
         {{"a", ""}, {"b", ""}}},
    });
}

TEST_CASE("quotes in a file") {
    check({
        {.command = "mqtts-pub -t a", .files = {{"mqtts-pub", "-m \"x \"\n"}}, .packets = {R"(PUBLISH qos0 a "x ")"}},
        {.command = "mqtts-pub -t a",
         .files = {{"mqtts-pub", "-m \"tab\\t \\\"quote\\\" \\x00\"\n"}},
         .packets = {R"(PUBLISH qos0 a "tab\x09 \"quote\" \x00")"}},
        {.command = "mqtts-pub -t a",
         .files = {{"mqtts-pub", "-m   '\"as it is\\n\"'\n"}},
         .packets = {R"(PUBLISH qos0 a "\"as it is\\n\"")"}},
        {.command = "mqtts-pub -t a",
         .files = {{"mqtts-pub", "-m {\"json\": 1}\n"}},
         .packets = {R"(PUBLISH qos0 a "{\"json\": 1}")"}},
    });
}

TEST_CASE("what is wrong in a file is said with its place") {
    check_refused({
        {"mqtts-pub -m x", {"mqtts-pub: line 2", "--retian"}, {{"mqtts-pub", "-t a\n--retian\n"}}},
        {"mqtts-pub -m x", {"mqtts-pub: line 1", "'three'"}, {{"mqtts-pub", "-q three\n"}}},
        {"mqtts-sub", {"mqtts-sub: line 3", "-t"}, {{"mqtts-sub", "\n# t\n-t\n"}}},
        {"mqtts-pub -o $dir/options -t a -m x", {"options: line 1", "--no-tls"}, {{"options", "--no-tls\n"}}},
        {"mqtts-pub -t a -l", {"-m", "mqtts-pub: line 1"}, {{"mqtts-pub", "-m x\n"}}},
        {"mqtts-pub -t a -m x -I p", {"-i", "-I", "mqtts-pub: line 1"}, {{"mqtts-pub", "-i me\n"}}},
        {"mqtts-pub -t a -m x", {"mqtts-pub: line 1", "-o"}, {{"mqtts-pub", "-o file\n"}}},
        {"mqtts-pub -t a -m x", {"line 1", "closing"}, {{"mqtts-pub", "-i \"me\n"}}},
    });
}
