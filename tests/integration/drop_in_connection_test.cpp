// SPDX-License-Identifier: Apache-2.0
// Where to connect, as whom, with which version and which session: what CONNECT says.
#include <doctest/doctest.h>

#include "integration/drop_in.hpp"

using namespace mqtts::test;

TEST_CASE("host and port, in every spelling") {
    check({
        {.command = "mqtts-pub -h localhost -p $port -t a -m x", .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub --host localhost --port $port -t a -m x", .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub --host=localhost --port=$port -t a -m x", .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -hlocalhost -p$port -ta -mx", .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-sub -h localhost -p $port -t a -C 1",
         .messages = {{"a", "x"}},
         .connect = connect_for_one,
         .packets = {"SUBSCRIBE 1 a qos0"},
         .output = "x\n"},
    });
}

TEST_CASE("of an option given twice the last one counts") {
    check({
        {.command = "mqtts-pub -h nowhere.invalid -h localhost -p 1 -p $port -t a -t b -q 2 -q 1 -m x",
         .packets = {R"(PUBLISH 1 qos1 b "x")"},
         .error = {"mqtts-pub: -t has no effect: a later -t overrides it\n"}},
        {.command = "mqtts-pub -k 10 --keepalive 20 -i one --id two -t a -m x",
         .connect = "CONNECT clean keep-alive=20 id=two",
         .packets = {R"(PUBLISH qos0 a "x")"}},
    });
}

TEST_CASE("user name and password") {
    check({
        {.command = "mqtts-pub -t a -m x -u me -P secret",
         .connect = "CONNECT clean keep-alive=60 id= user=me password; password=secret",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -t a -m x --username me --pw secret",
         .connect = "CONNECT clean keep-alive=60 id= user=me password; password=secret",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -t a -m x --username=me --pw=-=secret=-",
         .connect = "CONNECT clean keep-alive=60 id= user=me password; password=-=secret=-",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -t a -m x -ume -Psecret",
         .connect = "CONNECT clean keep-alive=60 id= user=me password; password=secret",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -t a -m x -u me",
         .connect = "CONNECT clean keep-alive=60 id= user=me",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -t a -m x -u '' -P ''",
         .connect = "CONNECT clean keep-alive=60 id= user= password; password=",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -t a -m x -P alone",
         .connect = "CONNECT clean keep-alive=60 id= password; password=alone",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -t a -m x -u me --pw-file $dir/password",
         .files = {{"password", "from a file\nnot this\n"}},
         .connect = "CONNECT clean keep-alive=60 id= user=me password; password=from a file",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-sub -t a -E -V 311 -u me -P secret",
         .connect = "CONNECT 3.1.1 clean keep-alive=60 id= user=me password; password=secret",
         .packets = {"SUBSCRIBE 1 a qos0"},
         .disconnect = "DISCONNECT"},
    });
}

TEST_CASE("the version, under each of its names") {
    for (const std::string name : {"5", "mqttv5"}) {
        const std::string publish = "mqtts-pub -t a -m x -V " + name;
        const std::string subscribe = "mqtts-sub -t a -E --protocol-version " + name;
        check({{.command = publish, .packets = {R"(PUBLISH qos0 a "x")"}},
               {.command = subscribe, .packets = {"SUBSCRIBE 1 a qos0"}}});
    }
    for (const std::string name : {"311", "mqttv311"}) {
        const std::string publish = "mqtts-pub -t a -m x --protocol-version=" + name;
        const std::string subscribe = "mqtts-sub -t a -E -V" + name;
        check({{.command = publish,
                .connect = "CONNECT 3.1.1 clean keep-alive=60 id=",
                .packets = {R"(PUBLISH qos0 a "x")"},
                .disconnect = "DISCONNECT"},
               {.command = subscribe,
                .connect = "CONNECT 3.1.1 clean keep-alive=60 id=",
                .packets = {"SUBSCRIBE 1 a qos0"},
                .disconnect = "DISCONNECT"}});
    }
    for (const std::string name : {"31", "mqttv31"}) {
        const std::string publish = "mqtts-pub -t a -m x -V " + name;
        const std::string subscribe = "mqtts-sub -t a -E -i me -V " + name;
        check({{.command = publish,
                .connect = "CONNECT 3.1 clean keep-alive=60 id=mqtts-…",
                .packets = {R"(PUBLISH qos0 a "x")"},
                .disconnect = "DISCONNECT"},
               {.command = subscribe,
                .connect = "CONNECT 3.1 clean keep-alive=60 id=me",
                .packets = {"SUBSCRIBE 1 a qos0"},
                .disconnect = "DISCONNECT"}});
    }
}

TEST_CASE("the keep alive, from 5 to 65535 seconds") {
    check({
        {.command = "mqtts-pub -t a -m x -k 5",
         .connect = "CONNECT clean keep-alive=5 id=",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-sub -t a -E --keepalive 65535",
         .connect = "CONNECT clean keep-alive=65535 id=",
         .packets = {"SUBSCRIBE 1 a qos0"}},
        {.command = "mqtts-sub -t a -E --keepalive=30",
         .connect = "CONNECT clean keep-alive=30 id=",
         .packets = {"SUBSCRIBE 1 a qos0"}},
    });
}

TEST_CASE("client identifiers") {
    check({
        {.command = "mqtts-pub -t a -m x -i me",
         .connect = "CONNECT clean keep-alive=60 id=me",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-sub -t a -E --id 'with blanks'",
         .connect = "CONNECT clean keep-alive=60 id=with blanks",
         .packets = {"SUBSCRIBE 1 a qos0"}},
        {.command = "mqtts-sub -t a -E --id=-x",
         .connect = "CONNECT clean keep-alive=60 id=-x",
         .packets = {"SUBSCRIBE 1 a qos0"}},
        {.command = "mqtts-pub -t a -m x -I prefix-",
         .connect = "CONNECT clean keep-alive=60 id=prefix-…",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-sub -t a -E --id-prefix prefix-",
         .connect = "CONNECT clean keep-alive=60 id=prefix-…",
         .packets = {"SUBSCRIBE 1 a qos0"}},
    });
}

TEST_CASE("-c resumes a session and keeps it") {
    check({
        {.command = "mqtts-sub -c -i me -t a -E",
         .connect = "CONNECT keep-alive=60 id=me [session-expiry-interval=4294967295]",
         .packets = {"SUBSCRIBE 1 a qos0"}},
        {.command = "mqtts-sub --disable-clean-session --id me -t a -q 1 -E",
         .connect = "CONNECT keep-alive=60 id=me [session-expiry-interval=4294967295]",
         .packets = {"SUBSCRIBE 1 a qos1"}},
        {.command = "mqtts-sub -c -i me -t a -x 60 -E",
         .connect = "CONNECT keep-alive=60 id=me [session-expiry-interval=60]",
         .packets = {"SUBSCRIBE 1 a qos0"}},
        {.command = "mqtts-pub -c -i me -t a -m x",
         .connect = "CONNECT keep-alive=60 id=me [session-expiry-interval=4294967295]",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-sub -V 311 -ci me -t a -q 2 -E",
         .connect = "CONNECT 3.1.1 keep-alive=60 id=me",
         .packets = {"SUBSCRIBE 1 a qos2"},
         .disconnect = "DISCONNECT"},
    });
}

TEST_CASE("the session expiry interval is what -x says") {
    check({
        {.command = "mqtts-sub -x 60 -t a -E",
         .connect = "CONNECT clean keep-alive=60 id= [session-expiry-interval=60]",
         .packets = {"SUBSCRIBE 1 a qos0"}},
        {.command = "mqtts-sub -x 60 -t a -q 1 -E",
         .connect = "CONNECT clean keep-alive=60 id= [session-expiry-interval=60]",
         .packets = {"SUBSCRIBE 1 a qos1"}},
        {.command = "mqtts-sub -x 0x10 -t a -E",
         .connect = "CONNECT clean keep-alive=60 id= [session-expiry-interval=16]",
         .packets = {"SUBSCRIBE 1 a qos0"}},
        {.command = "mqtts-sub -x 0 -t a -q 1 -E", .packets = {"SUBSCRIBE 1 a qos1"}},
        {.command = "mqtts-sub -x -1 -i me -t a -E",
         .connect = "CONNECT clean keep-alive=60 id=me [session-expiry-interval=4294967295]",
         .packets = {"SUBSCRIBE 1 a qos0"}},
        {.command = "mqtts-sub -x ∞ -i me -t a -E",
         .connect = "CONNECT clean keep-alive=60 id=me [session-expiry-interval=4294967295]",
         .packets = {"SUBSCRIBE 1 a qos0"}},
        {.command = "mqtts-pub -x 4294967294 -t a -m x",
         .connect = "CONNECT clean keep-alive=60 id= [session-expiry-interval=4294967294]",
         .packets = {R"(PUBLISH qos0 a "x")"}},
    });
}

TEST_CASE("without -c or -x a session lasts only over a lost connection, where there is something to lose") {
    check({
        {.command = "mqtts-sub -t a -E", .packets = {"SUBSCRIBE 1 a qos0"}},
        {.command = "mqtts-sub -t a -q 1 -E",
         .connect = lasting_subscriber,
         .packets = {"SUBSCRIBE 1 a qos1"},
         .disconnect = lasting_disconnect},
        {.command = "mqtts-pub -t a -q 2 -l",
         .input = "x",
         .connect = lasting_connect,
         .packets = {R"(PUBLISH 1 qos2 a "x")"},
         .disconnect = lasting_disconnect},
        {.command = "mqtts-pub -t a -q 1 -m x", .packets = {R"(PUBLISH 1 qos1 a "x")"}},
        {.command = "mqtts-pub -t a -l", .input = "x", .packets = {R"(PUBLISH qos0 a "x")"}},
    });
}

TEST_CASE("-d and --quiet decide what stands on standard error only") {
    check({
        {.command = "mqtts-pub -d -t a -m x",
         .packets = {R"(PUBLISH qos0 a "x")"},
         .error = {"CONNECT", "CONNACK", "PUBLISH", "DISCONNECT"}},
        {.command = "mqtts-sub --debug -t a -E",
         .packets = {"SUBSCRIBE 1 a qos0"},
         .error = {"CONNECT", "SUBSCRIBE", "SUBACK"}},
        {.command = "mqtts-pub --quiet -t a -m x", .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub --insecure -t a -m x", .packets = {R"(PUBLISH qos0 a "x")"}, .error = {"--insecure"}},
        {.command = "mqtts-pub --insecure --quiet -t a -m x", .packets = {R"(PUBLISH qos0 a "x")"}},
    });
}
