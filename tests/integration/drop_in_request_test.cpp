// SPDX-License-Identifier: Apache-2.0
// mqtts-pub -e: what mosquitto_rr does, and only the answer that belongs to the question.
#include <doctest/doctest.h>

#include "integration/drop_in.hpp"

using namespace mqtts::test;

namespace {

constexpr std::string_view subscribed = "SUBSCRIBE 1 reply qos0";
constexpr std::string_view asked = R"(PUBLISH qos0 ask "x" [correlation-data="…" response-topic="reply"])";

}  // namespace

TEST_CASE("-e subscribes, asks, prints the answer and ends") {
    check({
        {.command = "mqtts-pub -e reply -t ask -m x",
         .answers = {{"", "yes"}},
         .packets = {subscribed, asked},
         .output = "yes\n"},
        {.command = "mqtts-pub -e reply -t ask -m x -q 1",
         .answers = {{"", "yes", 1}},
         .connect = lasting_connect,
         .packets = {"SUBSCRIBE 1 reply qos1",
                     R"(PUBLISH 2 qos1 ask "x" [correlation-data="…" response-topic="reply"])"},
         .disconnect = lasting_disconnect,
         .output = "yes\n"},
        {.command = "mqtts-pub -e reply -t ask -f $dir/question",
         .files = {{"question", "x"}},
         .answers = {{"", "yes"}},
         .packets = {subscribed, asked},
         .output = "yes\n"},
        {.command = "mqtts-pub -e reply -t ask -s",
         .input = "x",
         .answers = {{"", "yes"}},
         .packets = {subscribed, asked},
         .output = "yes\n"},
        {.command = "mqtts-pub --response-topic=reply -t ask -m x --retain-as-published --retain-handling new",
         .answers = {{"", "yes"}},
         .packets = {"SUBSCRIBE 1 reply qos0 retain-as-published retain-handling=1", asked},
         .output = "yes\n"},
        {.command = "mqtts-pub --request -t ask -m x",
         .answers = {{"", "yes"}},
         .packets = {"SUBSCRIBE 1 response/… qos0",
                     R"(PUBLISH qos0 ask "x" [correlation-data="…" response-topic="response/…"])"},
         .output = "yes\n"},
        {.command = "mqtts-pub -e reply -t ask -n",
         .answers = {{"", ""}},
         .packets = {subscribed, R"(PUBLISH qos0 ask "" [correlation-data="…" response-topic="reply"])"}},
        {.command = "mqtts-pub -e reply -t ask -m x -D publish correlation-data mine",
         .answers = {{"reply", "other", 0, false, {{"correlation-data", "other"}}},
                     {"reply", "yes", 0, false, {{"correlation-data", "mine"}}}},
         .packets = {subscribed, R"(PUBLISH qos0 ask "x" [correlation-data="mine" response-topic="reply"])"},
         .output = "yes\n"},
        {.command = "mqtts-pub -V 311 -e reply -t ask -m x",
         .answers = {{"reply", "yes"}},
         .connect = "CONNECT 3.1.1 clean keep-alive=60 id=",
         .packets = {subscribed, R"(PUBLISH qos0 ask "x")"},
         .disconnect = "DISCONNECT",
         .output = "yes\n"},
    });
}

TEST_CASE("-e prints as mqtts-sub does") {
    const auto row = [](std::string_view command, std::string_view output) {
        return Row{.command = command, .answers = {{"", "yes"}}, .packets = {subscribed, asked}, .output = output};
    };
    check({
        row("mqtts-pub -e reply -t ask -m x -v", "reply yes\n"),
        row("mqtts-pub -e reply -t ask -m x -N", "yes"),
        row("mqtts-pub -e reply -t ask -m x -F %t=%l", "reply=3\n"),
        row("mqtts-pub -e reply -t ask -m x --latency", "yes\nLatency: …s\n"),
        row("mqtts-pub -e reply -t ask -m x -W 600", "yes\n"),
    });
    check({
        {.command = "mqtts-pub -e reply -t ask -m x -R",
         .answers = {{"", "kept", 0, true}, {"", "yes"}},
         .packets = {"SUBSCRIBE 1 reply qos0 retain-handling=2", asked},
         .output = "yes\n"},
    });
}

TEST_CASE("-e without an answer is no success") {
    check({
        {.command = "mqtts-pub -e reply -t ask -m x -W $time",
         .packets = {subscribed, asked},
         .error = {"timed out"},
         .status = 27},
        {.command = "mqtts-pub -e forbidden/reply -t ask -m x",
         .packets = {"SUBSCRIBE 1 forbidden/reply qos0"},
         .error = {"forbidden/reply", "not authorized"},
         .status = 8},
        {.command = "mqtts-pub -e reply -t forbidden/ask -q 1 -m x",
         .connect = lasting_connect,
         .packets = {"SUBSCRIBE 1 reply qos1",
                     R"(PUBLISH 2 qos1 forbidden/ask "x" [correlation-data="…" response-topic="reply"])"},
         .disconnect = lasting_disconnect,
         .error = {"forbidden/ask", "not authorized"},
         .status = 8},
    });
    check_refused({
        {"mqtts-pub -e reply -t ask -m x -D publish response-topic r", {"-e", "response-topic"}},
        {"mqtts-pub -e reply -t ask -m x --repeat 2", {"-e", "--repeat"}},
        {"mqtts-pub -e reply/# -t ask -m x", {"-e", "reply/#"}},
        {"mqtts-pub -e reply -t ask", {"nothing to publish"}},
        {"mqtts-pub -e reply -t ask -l", {"-e", "-l"}},
        {"mqtts-pub --latency -t ask -m x", {"--latency", "-e"}},
        {"mqtts-pub -t ask -m x -e", {"-e", "needs a value"}},
    });
}
