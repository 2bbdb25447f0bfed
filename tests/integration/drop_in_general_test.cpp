// SPDX-License-Identifier: Apache-2.0
// What does not need a broker, and what concerns the connection below MQTT.
#include <doctest/doctest.h>

#include "integration/drop_in.hpp"

using namespace mqtts::test;

TEST_CASE("--help and --version are answers, not errors") {
    check({
        {.command = "mqtts-pub --help", .connect = "", .output = "Usage: mqtts-pub …"},
        {.command = "mqtts-sub --help", .connect = "", .output = "Usage: mqtts-sub …"},
        {.command = "mqtts-sub --help=all", .connect = "", .output = "Usage: mqtts-sub …--version…"},
        {.command = "mqtts-pub --version", .connect = "", .output = "mqtts-pub …\n"},
        {.command = "mqtts-sub -t a --version -q 7", .connect = "", .output = "mqtts-sub …\n"},
    });
}

TEST_CASE("--explain tells what is in force, and where it comes from") {
    check({
        {.command = "mqtts-pub --explain -q 1 -P secret -t a -m x",
         .files = {{"mqtts-pub", "-i me\n"}},
         .environment = {"MQTTS_USERNAME=you"},
         .connect = "",
         .output = "…--username you …environment variable MQTTS_USERNAME\n--pw (hidden) …command line\n…"
                   "--qos 1 …command line\n…--id me …mqtts-pub: line 1\n…"},
    });
}

TEST_CASE("an option that has no effect beside the others is told, and the status is what it was") {
    check({
        {.command = "mqtts-pub -t a -m x -M 5 --repeat-delay 1 --will-qos 1",
         .packets = {R"(PUBLISH qos0 a "x")"},
         .error = {"mqtts-pub: -M has no effect: messages of QoS 0 are not acknowledged\n",
                   "mqtts-pub: --repeat-delay has no effect: the message is sent only once; give --repeat 2 or more\n",
                   "mqtts-pub: --will-qos has no effect: there is no Will Message; give --will-topic\n"}},
        {.command = "mqtts-pub -t a -m x -M 5 --log-format json",
         .packets = {R"(PUBLISH qos0 a "x")"},
         .error = {R"("level":"warning","event":"no_effect","message":"-M has no effect: messages of QoS 0 are not )"}},
        {.command = "mqtts-pub -t a -m x -M 5 --quiet", .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-sub -t a -E -C 1 -M 5",
         .connect = connect_for_one,
         .packets = {"SUBSCRIBE 1 a qos0"},
         .error = {"mqtts-sub: -C has no effect: -E exits before any message arrives\n",
                   "mqtts-sub: -M has no effect: mqtts-sub publishes nothing\n"}},
    });
}

TEST_CASE("options that change nothing over TLS are taken all the same") {
    check({
        {.command = "mqtts-pub --nodelay -t a -m x", .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-sub --nodelay -t a -E", .packets = {"SUBSCRIBE 1 a qos0"}},
    });
}

TEST_CASE("a broker that is not there, or not the one that was meant, gets nothing") {
    check({
        {.command = "mqtts-pub -h localhost -p 1 -t a -m x",
         .connect = "",
         .error = {"localhost:1", "refused"},
         .status = 4},
        {.command = "mqtts-sub -h nowhere.invalid -t a", .connect = "", .error = {"nowhere.invalid"}, .status = 4},
        {.command = "mqtts-pub -h 127.0.0.1 -t a -m x",
         .connect = "",
         .error = {"127.0.0.1", "localhost"},
         .status = 5},
        {.command = "mqtts-sub -h 127.0.0.1 -t a --quiet", .connect = "", .error = {"127.0.0.1"}, .status = 5},
        {.command = "mqtts-pub -h 127.0.0.1 --insecure -t a -m x",
         .packets = {R"(PUBLISH qos0 a "x")"},
         .error = {"--insecure"}},
    });
}
