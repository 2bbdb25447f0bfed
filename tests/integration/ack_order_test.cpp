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
