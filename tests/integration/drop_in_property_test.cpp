// SPDX-License-Identifier: Apache-2.0
// -D: every property of every packet, and the Will.
#include <doctest/doctest.h>

#include "integration/drop_in.hpp"

using namespace mqtts::test;

TEST_CASE("-D connect") {
    check({
        {.command = "mqtts-pub -t a -m x -D connect session-expiry-interval 60",
         .connect = "CONNECT clean keep-alive=60 id= [session-expiry-interval=60]",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -t a -m x --property connect receive-maximum 5",
         .connect = "CONNECT clean keep-alive=60 id= [receive-maximum=5]",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-sub -t a -E --max-message-size 1000",
         .connect = "CONNECT clean keep-alive=60 id= [maximum-packet-size=1000]",
         .packets = {"SUBSCRIBE 1 a qos0"}},
        {.command = "mqtts-pub -t a -m x -D connect maximum-packet-size 1000",
         .connect = "CONNECT clean keep-alive=60 id= [maximum-packet-size=1000]",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -t a -m x -D connect topic-alias-maximum 10",
         .connect = "CONNECT clean keep-alive=60 id= [topic-alias-maximum=10]",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -t a -m x -D connect request-response-information 1",
         .connect = "CONNECT clean keep-alive=60 id= [request-response-information=1]",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -t a -m x -D connect request-problem-information 0",
         .connect = "CONNECT clean keep-alive=60 id= [request-problem-information=0]",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -t a -m x -D CONNECT User-Property k v -D connect user-property k ''",
         .connect = R"(CONNECT clean keep-alive=60 id= [user-property="k":"v" user-property="k":""])",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -t a -m x -D connect authentication-method m -D connect authentication-data d",
         .connect =
             R"(CONNECT clean keep-alive=60 id= [authentication-method="m" authentication-data]; authentication-data=d)",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-sub -t a -E -D connect user-property k v",
         .connect = R"(CONNECT clean keep-alive=60 id= [user-property="k":"v"])",
         .packets = {"SUBSCRIBE 1 a qos0"}},
        {.command = "mqtts-sub -t a -C 1 -D connect topic-alias-maximum 5",
         .messages = {{"a", "x", 0, false, {{"topic-alias", "5"}}}},
         .connect = "CONNECT clean keep-alive=60 id= [topic-alias-maximum=5 receive-maximum=1]",
         .packets = {"SUBSCRIBE 1 a qos0"},
         .output = "x\n"},
    });
}

TEST_CASE("-D publish") {
    check({
        {.command = "mqtts-pub -t a -m x -D publish payload-format-indicator 1",
         .packets = {R"(PUBLISH qos0 a "x" [payload-format-indicator=1])"}},
        {.command = "mqtts-pub -t a -m x -D publish message-expiry-interval 4294967295",
         .packets = {R"(PUBLISH qos0 a "x" [message-expiry-interval=4294967295])"}},
        {.command = "mqtts-pub -t a -m x -D publish content-type text/plain",
         .packets = {R"(PUBLISH qos0 a "x" [content-type="text/plain"])"}},
        {.command = "mqtts-pub -t a -m x -D publish response-topic re/ply",
         .packets = {R"(PUBLISH qos0 a "x" [response-topic="re/ply"])"}},
        {.command = "mqtts-pub -t a -m x -D publish correlation-data -5",
         .packets = {R"(PUBLISH qos0 a "x" [correlation-data="-5"])"}},
        {.command = "mqtts-pub -t a -m x -D publish correlation-data base64:AP8=",
         .packets = {R"(PUBLISH qos0 a "x" [correlation-data="\x00\xff"])"}},
        {.command = "mqtts-pub -t a -m x -D publish topic-alias 3",
         .packets = {R"(PUBLISH qos0 a "x" [topic-alias=3])"}},
        {.command = "mqtts-pub -t a -l -D publish topic-alias 10",
         .input = "1\n2\n",
         .packets = {R"(PUBLISH qos0 a "1" [topic-alias=10])", R"(PUBLISH qos0 a "2" [topic-alias=10])"}},
        {.command = "mqtts-pub -t a -m x -D publish topic-alias 11", .error = {"Topic Alias"}, .status = 8},
        {.command = "mqtts-pub -t a -n -q 1 -D publish user-property k v --property publish user-property -a --b",
         .packets = {R"(PUBLISH 1 qos1 a "" [user-property="k":"v" user-property="-a":"--b"])"}},
        {.command = "mqtts-pub -t a -l -D publish content-type t",
         .input = "1\n2\n",
         .packets = {R"(PUBLISH qos0 a "1" [content-type="t"])", R"(PUBLISH qos0 a "2" [content-type="t"])"}},
    });
}

TEST_CASE("-D subscribe, unsubscribe and disconnect") {
    check({
        {.command = "mqtts-sub -t a -E -D subscribe subscription-identifier 268435455",
         .packets = {"SUBSCRIBE 1 a qos0 [subscription-identifier=268435455]"}},
        {.command = "mqtts-sub -t a -t b -E -D subscribe user-property k v",
         .packets = {R"(SUBSCRIBE 1 a qos0, b qos0 [user-property="k":"v"])"}},
        {.command = "mqtts-sub -U a -E -D unsubscribe user-property k v",
         .packets = {R"(UNSUBSCRIBE 1 a [user-property="k":"v"])"}},
        {.command = "mqtts-sub -t a -x 60 -E -D disconnect session-expiry-interval 30",
         .connect = "CONNECT clean keep-alive=60 id= [session-expiry-interval=60]",
         .packets = {"SUBSCRIBE 1 a qos0"},
         .disconnect = "DISCONNECT 0x00 [session-expiry-interval=30]"},
        {.command = "mqtts-pub -t a -m x -D disconnect reason-string bye",
         .packets = {R"(PUBLISH qos0 a "x")"},
         .disconnect = R"(DISCONNECT 0x00 [reason-string="bye"])"},
        {.command = "mqtts-pub -t a -m x -D disconnect user-property k v",
         .packets = {R"(PUBLISH qos0 a "x")"},
         .disconnect = R"(DISCONNECT 0x00 [user-property="k":"v"])"},
    });
}

TEST_CASE("-D for a packet that is never sent changes nothing but the version, and is told") {
    check({
        {.command = "mqtts-sub -t a -E -D publish user-property k v -D unsubscribe user-property k v",
         .packets = {"SUBSCRIBE 1 a qos0"},
         .error = {"mqtts-sub: -D has no effect: mqtts-sub publishes nothing\n"
                   "mqtts-sub: -D has no effect: there is no -U\n"}},
        {.command = "mqtts-pub -t a -m x -D subscribe subscription-identifier 1 -D will content-type t",
         .packets = {R"(PUBLISH qos0 a "x")"},
         .error = {"-D has no effect: there is no subscription", "-D has no effect: there is no Will Message"}},
    });
}

TEST_CASE("the Will") {
    check({
        {.command = "mqtts-pub -t a -m x --will-topic w",
         .connect = R"(CONNECT clean keep-alive=60 id= will=(w qos0 ""))",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-sub -t a -E --will-topic w --will-payload gone --will-qos 1 --will-retain",
         .connect = R"(CONNECT clean keep-alive=60 id= will=(w qos1 retain "gone"))",
         .packets = {"SUBSCRIBE 1 a qos0"}},
        {.command = "mqtts-sub -t a -E --will-topic=w --will-payload= --will-qos=2",
         .connect = R"(CONNECT clean keep-alive=60 id= will=(w qos2 ""))",
         .packets = {"SUBSCRIBE 1 a qos0"}},
        {.command = "mqtts-pub -V 311 -t a -m x --will-payload gone --will-topic w -u me",
         .connect = R"(CONNECT 3.1.1 clean keep-alive=60 id= user=me will=(w qos0 "gone"))",
         .packets = {R"(PUBLISH qos0 a "x")"},
         .disconnect = "DISCONNECT"},
        {.command = "mqtts-pub -t a -m x --will-topic w -D will will-delay-interval 5 -D will content-type t "
                    "-D will payload-format-indicator 1 -D will message-expiry-interval 9 "
                    "-D will response-topic r -D will correlation-data c -D will user-property k v",
         .connect = R"(CONNECT clean keep-alive=60 id= will=(w qos0 "" [will-delay-interval=5 content-type="t" )"
                    R"(payload-format-indicator=1 message-expiry-interval=9 response-topic="r" correlation-data="c" )"
                    R"(user-property="k":"v"]))",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-sub -t a -W $time --will-topic w",
         .connect = R"(CONNECT clean keep-alive=60 id= will=(w qos0 ""))",
         .packets = {"SUBSCRIBE 1 a qos0"},
         .disconnect = "DISCONNECT 0x04",
         .error = {"timed out"},
         .status = 27},
    });
}

TEST_CASE("-D in a configuration file") {
    check({
        {.command = "mqtts-pub -t a -m x",
         .files = {{"mqtts-pub", "-D publish content-type t\n--property  publish user-property 'k 1' \"v\\x41\"\n"}},
         .packets = {R"(PUBLISH qos0 a "x" [content-type="t" user-property="k 1":"vA"])"}},
    });
    check_refused({
        {"mqtts-pub -t a -m x", {"line 1", "-D"}, {{"mqtts-pub", "-D publish content-type\n"}}},
        {"mqtts-pub -t a -m x", {"line 1", "-D"}, {{"mqtts-pub", "-D publish content-type two words\n"}}},
    });
}

TEST_CASE("-D and the Will: what is refused") {
    check_refused({
        {"mqtts-pub -t a -m x -D", {"-D", "needs"}},
        {"mqtts-pub -t a -m x -D publish user-property k", {"-D", "needs"}},
        {"mqtts-pub -t a -m x -D nonsense user-property k v", {"-D", "first word"}},
        {"mqtts-pub -t a -m x -D publish nonsense v", {"-D", "second word"}},
        {"mqtts-pub -t a -m x -D publish will-delay-interval 5", {"-D", "will-delay-interval"}},
        {"mqtts-pub -t a -m x -D publish subscription-identifier 5", {"-D", "subscription-identifier"}},
        {"mqtts-pub -t a -m x -D puback reason-string x", {"-D", "first word"}},
        {"mqtts-pub -t a -m x -D connack reason-string x", {"-D", "first word"}},
        {"mqtts-pub -t a -m x -D publish payload-format-indicator 2", {"-D", "payload-format-indicator"}},
        {"mqtts-pub -t a -m x -D publish message-expiry-interval 4294967296", {"-D", "message-expiry-interval"}},
        {"mqtts-pub -t a -m x -D publish message-expiry-interval soon", {"-D", "soon"}},
        {"mqtts-pub -t a -m x -D publish topic-alias 0", {"-D", "topic-alias"}},
        {"mqtts-pub -t a -m x -D publish content-type \xff", {"-D", "content-type"}},
        {"mqtts-pub -t a -m x -D publish content-type a -D publish content-type b", {"-D", "content-type"}},
        {"mqtts-pub -t a -m x -D connect receive-maximum 0", {"-D", "receive-maximum"}},
        {"mqtts-pub -t a -m x -D publish correlation-data base64:?", {"-D", "base64"}},
        {"mqtts-sub -t a -D subscribe subscription-identifier 0", {"-D", "subscription-identifier"}},
        {"mqtts-sub -t a -V 311 -D subscribe user-property k v", {"-D", "-V 311"}},
        {"mqtts-pub -t a -m x -D publish user-property k v -V 311", {"-D", "-V 311"}},
        {"mqtts-pub -t a -m x -D will content-type t -D will content-type t --will-topic w", {"-D", "content-type"}},
        {"mqtts-pub -t a -m x -D connect authentication-data d", {"-D", "authentication-method"}},
        {"mqtts-sub -t a -D disconnect session-expiry-interval 5", {"-D", "-x"}},
        {"mqtts-pub -t a -m x --will-payload gone", {"--will-payload", "--will-topic"}},
        {"mqtts-pub -t a -m x --will-retain", {"--will-retain", "--will-topic"}},
        {"mqtts-pub -t a -m x --will-topic a/#", {"--will-topic", "a/#"}},
        {"mqtts-pub -t a -m x --will-topic w --will-qos 3", {"--will-qos", "'3'"}},
        {"mqtts-pub -t a -m x -D will reason-string x --will-topic w", {"-D", "reason-string"}},
    });
}
