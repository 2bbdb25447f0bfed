// SPDX-License-Identifier: Apache-2.0
// What mqtts-pub publishes, from each of its sources.
#include <doctest/doctest.h>

#include "integration/drop_in.hpp"

using namespace mqtts::test;
using namespace std::string_view_literals;

TEST_CASE("-m publishes its text, whatever it looks like") {
    check({
        {.command = "mqtts-pub -t a -m x", .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub --topic a/b --message 'two words'", .packets = {R"(PUBLISH qos0 a/b "two words")"}},
        {.command = "mqtts-pub --topic=a=b --message=x=y", .packets = {R"(PUBLISH qos0 a=b "x=y")"}},
        {.command = "mqtts-pub -ta/b -mx", .packets = {R"(PUBLISH qos0 a/b "x")"}},
        {.command = "mqtts-pub -t a -m -5", .packets = {R"(PUBLISH qos0 a "-5")"}},
        {.command = "mqtts-pub -t a -m --retain", .packets = {R"(PUBLISH qos0 a "--retain")"}},
        {.command = "mqtts-pub -t a -m --", .packets = {R"(PUBLISH qos0 a "--")"}},
        {.command = "mqtts-pub -t a -m ''", .packets = {R"(PUBLISH qos0 a "")"}},
        {.command = "mqtts-pub -t a --message=", .packets = {R"(PUBLISH qos0 a "")"}},
        {.command = "mqtts-pub -t -x -m x", .packets = {R"(PUBLISH qos0 -x "x")"}},
        {.command = "mqtts-pub -t ' a ' -m x", .packets = {R"(PUBLISH qos0  a  "x")"}},
        {.command = "mqtts-pub -t /a//b/ -m \"x\\y", .packets = {R"(PUBLISH qos0 /a//b/ "\"x\\y")"}},
        {.command = "mqtts-pub -t grüße -m ß", .packets = {R"(PUBLISH qos0 gr\xc3\xbc\xc3\x9fe "\xc3\x9f")"}},
        {.command = "mqtts-pub -t $SYS/x -m x", .packets = {R"(PUBLISH qos0 $SYS/x "x")"}},
    });
}

TEST_CASE("-q and -r, in every spelling and in clusters") {
    check({
        {.command = "mqtts-pub -t a -q 0 -m x", .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -t a --qos 1 -m x", .packets = {R"(PUBLISH 1 qos1 a "x")"}},
        {.command = "mqtts-pub -t a --qos=2 -m x",
         .connect = lasting_connect,
         .packets = {R"(PUBLISH 1 qos2 a "x")"},
         .disconnect = lasting_disconnect},
        {.command = "mqtts-pub -t a -q2 -m x",
         .connect = lasting_connect,
         .packets = {R"(PUBLISH 1 qos2 a "x")"},
         .disconnect = lasting_disconnect},
        {.command = "mqtts-pub -t a -r -m x", .packets = {R"(PUBLISH qos0 retain a "x")"}},
        {.command = "mqtts-pub -t a --retain -q 1 -m x", .packets = {R"(PUBLISH 1 qos1 retain a "x")"}},
        {.command = "mqtts-pub -rq1 -t a -m x", .packets = {R"(PUBLISH 1 qos1 retain a "x")"}},
        {.command = "mqtts-pub -rt a -mx", .packets = {R"(PUBLISH qos0 retain a "x")"}},
        {.command = "mqtts-pub -V 311 -t a -q 2 -r -m x",
         .connect = "CONNECT 3.1.1 clean keep-alive=60 id=",
         .packets = {R"(PUBLISH 1 qos2 retain a "x")"},
         .disconnect = "DISCONNECT"},
    });
}

TEST_CASE("-n publishes an empty message, and with -r clears a retained one") {
    check({
        {.command = "mqtts-pub -t a -n", .packets = {R"(PUBLISH qos0 a "")"}},
        {.command = "mqtts-pub -t a --null-message -q 1", .packets = {R"(PUBLISH 1 qos1 a "")"}},
        {.command = "mqtts-pub -t a -rn", .packets = {R"(PUBLISH qos0 retain a "")"}},
    });
}

TEST_CASE("-f publishes a file, any bytes of it, and an empty one, too") {
    check({
        {.command = "mqtts-pub -t a -f $dir/file",
         .files = {{"file", "one\ntwo\r\n\0\xff"sv}},
         .packets = {R"(PUBLISH qos0 a "one\x0atwo\x0d\x0a\x00\xff")"}},
        {.command = "mqtts-pub -t a --file $dir/file", .files = {{"file", ""}}, .packets = {R"(PUBLISH qos0 a "")"}},
        {.command = "mqtts-pub -t a --file=$dir/file -q 2",
         .files = {{"file", "x"}},
         .connect = lasting_connect,
         .packets = {R"(PUBLISH 1 qos2 a "x")"},
         .disconnect = lasting_disconnect},
        {.command = "mqtts-pub -t a -f /dev/null", .packets = {R"(PUBLISH qos0 a "")"}},
        {.command = "mqtts-pub -t a -f /dev/stdin", .input = "piped", .packets = {R"(PUBLISH qos0 a "piped")"}},
    });
}

TEST_CASE("-s publishes all of standard input as one message") {
    check({
        {.command = "mqtts-pub -t a -s", .input = "one\ntwo\n", .packets = {R"(PUBLISH qos0 a "one\x0atwo\x0a")"}},
        {.command = "mqtts-pub -t a --stdin-file -q 1",
         .input = "\0\x01"sv,
         .packets = {R"(PUBLISH 1 qos1 a "\x00\x01")"}},
        {.command = "mqtts-pub -t a -s -r", .error = {"standard input is empty", "-n"}, .status = 3},
    });
}

TEST_CASE("-l publishes each line of standard input") {
    check({
        {.command = "mqtts-pub -t a -l",
         .input = "one\ntwo\n",
         .packets = {R"(PUBLISH qos0 a "one")", R"(PUBLISH qos0 a "two")"}},
        {.command = "mqtts-pub -t a --stdin-line",
         .input = "one\n\ntwo",
         .packets = {R"(PUBLISH qos0 a "one")", R"(PUBLISH qos0 a "")", R"(PUBLISH qos0 a "two")"}},
        {.command = "mqtts-pub -t a -l",
         .input = "dos\r\nnul\0line\n\xff\n"sv,
         .packets = {R"(PUBLISH qos0 a "dos\x0d")", R"(PUBLISH qos0 a "nul\x00line")", R"(PUBLISH qos0 a "\xff")"}},
        {.command = "mqtts-pub -t a -l"},
        {.command = "mqtts-pub -t a -l -r -q 1",
         .input = "1\n2\n3\n",
         .connect = lasting_connect,
         .packets = {R"(PUBLISH 1 qos1 retain a "1")", R"(PUBLISH 2 qos1 retain a "2")",
                     R"(PUBLISH 3 qos1 retain a "3")"},
         .disconnect = lasting_disconnect},
        {.command = "mqtts-pub -t a -lq2 -M 1",
         .input = "1\n2\n",
         .connect = lasting_connect,
         .packets = {R"(PUBLISH 1 qos2 a "1")", R"(PUBLISH 2 qos2 a "2")"},
         .disconnect = lasting_disconnect},
        {.command = "mqtts-pub -V 311 -t a -l -q 1 -M 65535",
         .input = "1\n2\n",
         .connect = "CONNECT 3.1.1 clean keep-alive=60 id=",
         .packets = {R"(PUBLISH 1 qos1 a "1")", R"(PUBLISH 2 qos1 a "2")"},
         .disconnect = "DISCONNECT"},
        {.command = "mqtts-pub -c -i me -t a -l -q 1",
         .input = "1\n",
         .connect = "CONNECT keep-alive=60 id=me [session-expiry-interval=4294967295]",
         .packets = {R"(PUBLISH 1 qos1 a "1")"}},
    });
}

TEST_CASE("a refused message is told, and is status 8") {
    check({
        {.command = "mqtts-pub -t forbidden/a -q 1 -m x",
         .packets = {R"(PUBLISH 1 qos1 forbidden/a "x")"},
         .error = {"not authorized", "forbidden/a"},
         .status = 8},
        {.command = "mqtts-pub -t forbidden/a -q 2 -m x",
         .connect = lasting_connect,
         .packets = {R"(PUBLISH 1 qos2 forbidden/a "x")"},
         .disconnect = lasting_disconnect,
         .error = {"not authorized", "forbidden/a"},
         .status = 8},
        {.command = "mqtts-pub --quiet -t forbidden/a -q 1 -m x",
         .packets = {R"(PUBLISH 1 qos1 forbidden/a "x")"},
         .error = {"not authorized"},
         .status = 8},
    });
}
