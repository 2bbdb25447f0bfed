// SPDX-License-Identifier: Apache-2.0
// Command lines as scripts type them, and what they must say to a broker and to their user. The expectations are what
// the programs of mosquitto 2.1 do over TLS, except where these programs promise better.
//
//     check({{.command = "mqtts-pub -t a -m x", .packets = {R"(PUBLISH qos0 a "x")"}},
//            {.command = "mqtts-sub -t a -C 1",
//             .messages = {{"a", "x"}},
//             .connect = "CONNECT clean keep-alive=60 id= [receive-maximum=1]",
//             .packets = {"SUBSCRIBE 1 a qos0"},
//             .output = "x\n"}});
//
// An ellipsis in what is expected, "id=x…", stands for any text.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/recording_broker.hpp"

namespace mqtts::test {

/// What CONNECT and DISCONNECT are when no option says otherwise.
inline constexpr std::string_view plain_connect = "CONNECT clean keep-alive=60 id=";
inline constexpr std::string_view plain_disconnect = "DISCONNECT 0x00";

/// The same where messages of QoS 1 or 2 are to survive a lost connection: the session outlives it for a while, and
/// ends with the program.
inline constexpr std::string_view lasting_connect = "CONNECT clean keep-alive=60 id= [session-expiry-interval=300]";
inline constexpr std::string_view lasting_subscriber = "CONNECT clean keep-alive=60 id= [session-expiry-interval=3600]";
inline constexpr std::string_view lasting_disconnect = "DISCONNECT 0x00 [session-expiry-interval=0]";

/// A subscriber asks for no more messages than -C wants.
inline constexpr std::string_view connect_for_one = "CONNECT clean keep-alive=60 id= [receive-maximum=1]";
inline constexpr std::string_view connect_for_two = "CONNECT clean keep-alive=60 id= [receive-maximum=2]";
inline constexpr std::string_view connect_for_three = "CONNECT clean keep-alive=60 id= [receive-maximum=3]";

struct Row {
    /// Words separated by blanks; '…' keeps blanks together. Behind the program come -h, -p and --cafile for the
    /// broker, and limits of time that no machine reaches; where $port stands in it, neither -h nor -p. $dir is a
    /// directory of the row's own, empty but for `files`, and XDG_CONFIG_HOME is the same one. $time is a number of
    /// seconds, which grows until the packets and the output are those expected: how far a program comes in it depends
    /// on the machine.
    std::string_view command;
    std::string_view input = {};                                            // on standard input
    std::vector<std::pair<std::string_view, std::string_view>> files = {};  // name, content, with $port and $dir
    std::vector<std::string> environment = {};                              // "NAME=value"

    std::vector<Message> messages = {};  // from the broker, after SUBACK
    std::vector<Message> answers = {};   // from the broker, after PUBLISH

    std::string_view upgrade = {};               // to a WebSocket: "GET /mqtt"
    std::string_view connect = plain_connect;    // empty: nothing reaches the broker
    std::vector<std::string_view> packets = {};  // between CONNECT and DISCONNECT
    std::string_view disconnect = plain_disconnect;

    std::string_view output = {};              // all of standard output
    std::vector<std::string_view> error = {};  // parts of standard error; none: it is empty
    int status = 0;                            // 2: refused, and nothing reaches the broker
    double time = 0.5;                         // $time, at first
};

/// Runs each command line, two at a time, and compares what the broker recorded, standard output, and the exit status.
void check(const std::vector<Row>& rows);

/// Command lines that are refused: each with words of the answer.
struct Refused {
    std::string_view command;
    std::vector<std::string_view> error;
    std::vector<std::pair<std::string_view, std::string_view>> files = {};
};
void check_refused(const std::vector<Refused>& rows);

/// Options that decide only what a subscriber writes: to one message, with -t # and -C 1.
struct Printed {
    std::string_view options;
    Message message;
    std::string_view output;
};
void check_printed(const std::vector<Printed>& rows);

/// The words of a command line.
[[nodiscard]] std::vector<std::string> words(std::string_view command_line);

/// Is this the text, or what an ellipsis in `expected` leaves open?
[[nodiscard]] bool fits(std::string_view text, std::string_view expected);

}  // namespace mqtts::test
