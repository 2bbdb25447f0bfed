// SPDX-License-Identifier: Apache-2.0
// mqtts-sub --ack fsync: when an acknowledgement leaves, the message is in the file, whatever is lost with the power.
#include <doctest/doctest.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "crash_states/deliveries.hpp"
#include "crash_states/power_loss.hpp"
#include "crash_states/scripted_deliveries.hpp"

namespace {

using namespace mqtts;
using namespace mqtts::test;
using namespace mqtts::test::crash;

void record_output(const Recording& recording) {
    Deliverer deliverer;
    Process subscriber(recording.recorded(
        {.arguments = deliverer.broker.arguments({MQTTS_SUB, "-t", "a", "-q", "2", "--ack", "fsync"})}, "output"));
    deliverer.accept(false);
    for (const wire::PacketIdentifier number : std::initializer_list<wire::PacketIdentifier>{1, 2, 3})
        deliverer.deliver({.number = number,
                           .identifier = number,
                           .qos = number == 2 ? wire::Qos::exactly_once : wire::Qos::at_least_once});
    deliverer.publish({{4, 4}, {5, 5, wire::Qos::at_least_once}, {6, 6}});
    for (const char* const packet : {"PUBREC 4", "PUBACK 5", "PUBREC 6"})
        deliverer.expect(packet);
    subscriber.signal(SIGKILL);
    CHECK(subscriber.wait().status == 137);
}

std::string check_output(const std::string& root, const std::vector<Packet>& packets, const Span& span) {
    std::ifstream file(root + "/output", std::ios::binary);
    const std::string output{std::istreambuf_iterator<char>(file), {}};
    std::string acknowledged;
    std::string lines;
    for (const Delivery& delivery : deliveries_until(packets, span.last)) {
        lines += delivery.payload + '\n';
        if (delivery.acknowledged) acknowledged = lines;
    }
    return output.starts_with(acknowledged) ? "" : "the output lacks a message that is acknowledged";
}

}  // namespace

TEST_CASE("--ack fsync: what was acknowledged is in the file after a loss of power") {
    const Recording recording;
    record_output(recording);
    const auto packets = packets_in(recording.records());
    check_power_losses("--ack fsync", recording, Limits::of_environment(100),
                       {Forgotten::files, Forgotten::directories},
                       [&](const Span& span) { return check_output(recording.root(), packets, span); });
}
