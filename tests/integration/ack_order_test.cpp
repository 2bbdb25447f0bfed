// SPDX-License-Identifier: Apache-2.0
// --ack: what is acknowledged was written before, or is on the disk, as the order of the system calls shows.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "integration/programs.hpp"
#include "support/scripted_broker.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace mqtts::test;
using mqtts::wire::Acknowledgement;
using mqtts::wire::PacketType;
using mqtts::wire::Publish;
using mqtts::wire::Qos;

void need_strace() {
    if (run({.arguments = {"sh", "-c", "strace -o /dev/null true"}}).status == 0) return;
    std::puts("skipped: strace is not installed, or may not trace (apt install strace)");
    std::exit(skipped_status);
}

/// LeakSanitizer does not work in a process that is traced.
const Words traceable{"ASAN_OPTIONS=detect_leaks=0"};

/// W: the output was written; D: it is on the disk; S: something was sent to the broker. What succeeded, from the first
/// message on.
std::string order_of_calls(const std::string& trace, const std::string& output) {
    std::string order;
    std::istringstream lines(trace);
    for (std::string line; std::getline(lines, line);) {
        const std::string call = line.substr(line.find_first_not_of("0123456789 "));  // behind the process's number
        if (contains(call, " = -1 ")) continue;
        const bool on_output = contains(call, '<' + output + '>');
        if (on_output && call.starts_with("write")) order += 'W';
        if (on_output && (call.starts_with("fsync") || call.starts_with("fdatasync"))) order += 'D';
        if (call.starts_with("send")) order += 'S';
    }
    return order.substr(std::min(order.find('W'), order.size()));
}

/// What a subscriber does for three messages, the next one sent when the one before has been acknowledged. The fourth
/// ends it.
std::string order_for_three(const char* ack, Qos qos) {
    const TemporaryDirectory directory;
    ScriptedBroker broker;
    const std::string trace = directory.path() + "/trace";
    const std::string output = directory.path() + "/output";
    const std::string level = std::to_string(static_cast<int>(qos));
    Words words{"strace", "-f", "-y", "-o", trace, "-e", "trace=write,writev,fsync,fdatasync,sendto,sendmsg"};
    const Words subscribe = mqtts_sub({"-t", "a", "-q", level, "-C", "4", "--ack", ack});
    words.insert(words.end(), subscribe.begin(), subscribe.end());
    Process subscriber({.arguments = broker.arguments(words), .environment = traceable, .output_file = output});
    broker.accept_client();
    CHECK(broker.receive().starts_with("SUBSCRIBE 1 "));
    broker.send(mqtts::wire::SubscriptionAnswer{.reason_codes = qos == Qos::at_least_once ? "\x01" : "\x02",
                                                .packet_identifier = 1});
    for (std::uint16_t number = 1; number <= 4; ++number) {
        broker.send(Publish{.topic_name = "a", .payload = "message", .packet_identifier = number, .qos = qos});
        const std::string of_number = " " + std::to_string(number);
        if (qos == Qos::at_least_once) {
            CHECK(broker.receive() == "PUBACK" + of_number);
            continue;
        }
        CHECK(broker.receive() == "PUBREC" + of_number);
        broker.send(Acknowledgement{.type = PacketType::pubrel, .packet_identifier = number});
        CHECK(broker.receive() == "PUBCOMP" + of_number);
    }
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    CHECK(subscriber.wait().status == 0);
    CHECK(read_file(output) == "message\nmessage\nmessage\nmessage\n");
    const std::string order = order_of_calls(read_file(trace), output);
    return order.substr(0, order.rfind('W'));
}

}  // namespace

TEST_CASE("--ack write: a message is acknowledged once it is written") {
    need_strace();
    CHECK(order_for_three("write", Qos::at_least_once) == "WSWSWS");
    CHECK(order_for_three("write", Qos::exactly_once) == "WSSWSSWSS");
}

TEST_CASE("--ack fsync: a message is acknowledged once it is on the disk") {
    need_strace();
    CHECK(order_for_three("fsync", Qos::at_least_once) == "WDSWDSWDS");
    CHECK(order_for_three("fsync", Qos::exactly_once) == "WDSSWDSSWDSS");
}

namespace {

/// The sizes of the records in each send, from the packet behind CONNECT on: "24+24, 24+19".
std::string records_behind_connect(const Words& program, const Mosquitto& broker) {
    const TemporaryDirectory directory;
    const std::string trace = directory.path() + "/trace";
    Words words{"strace", "-f", "-xx", "-s", "65536", "-o", trace, "-e", "trace=sendto"};
    words.insert(words.end(), program.begin(), program.end());
    CHECK(run({.arguments = broker.arguments(words), .environment = traceable}).status == 0);
    std::istringstream lines(read_file(trace));
    std::string text;
    int sends = 0;
    for (std::string line; std::getline(lines, line);) {
        const std::size_t begin = line.find(", \"");
        if (!contains(line, "sendto(") || begin == std::string::npos || ++sends <= 2) continue;
        const std::string hex = line.substr(begin + 3, line.find('"', begin + 3) - begin - 3);  // \x17\x03…
        const auto byte = [&](std::size_t i) { return std::stoul(hex.substr(4 * i + 2, 2), nullptr, 16); };
        if (!text.empty()) text += ", ";
        for (std::size_t i = 0; i < hex.size() / 4;) {
            const std::size_t size = 5 + byte(i + 3) * 256 + byte(i + 4);
            text += (i == 0 ? "" : "+") + std::to_string(size);
            i += size;
        }
    }
    return text;
}

}  // namespace

TEST_CASE("what follows CONNACK leaves with its follow-up in one write, each packet in a record of its own") {
    need_strace();
    Mosquitto broker;
    constexpr std::size_t around = 5 + 1 + 16;  // TLS 1.3: header, type, tag
    const std::string ping = std::to_string(2 + around);
    const std::string goodbye = ", " + std::to_string(2 + around) + '+' + std::to_string(2 + around);
    const std::string publish_0 = std::to_string(2 + 2 + 1 + 1 + 1 + around);
    const std::string publish_1 = std::to_string(2 + 2 + 1 + 2 + 1 + 1 + around);
    CHECK(records_behind_connect(mqtts_pub({"-t", "a", "-q", "0", "-m", "x", "-V", "5"}), broker) ==
          publish_0 + '+' + ping + goodbye);
    CHECK(records_behind_connect(mqtts_pub({"-t", "a", "-q", "1", "-m", "x", "-V", "5"}), broker) ==
          publish_1 + goodbye);
}
