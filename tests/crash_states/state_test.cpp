// SPDX-License-Identifier: Apache-2.0
// mqtts-sub --state --ack fsync: whenever the power fails, the next run finds each message of QoS 2 in the output once,
// and knows which of them the broker may send again.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "crash_states/deliveries.hpp"
#include "crash_states/power_loss.hpp"
#include "crash_states/scripted_deliveries.hpp"
#include "program/state_file.hpp"
#include "support/file_descriptor.hpp"

namespace {

using namespace mqtts;
using namespace mqtts::test;
using namespace mqtts::test::crash;

/// Two lives of a subscriber: the first one is killed between PUBREC and PUBCOMP of two messages.
void record_subscriber(const Recording& recording, const std::string& ack) {
    recording.make_safe_directory("elsewhere");  // SQLite synchronizes its directory: not that of the output
    Deliverer deliverer;
    const auto command = [&] {
        return recording.recorded(
            {.arguments = deliverer.broker.arguments(
                 {MQTTS_SUB, "-t", "a", "-q", "2", "--state", recording.root() + "/elsewhere/state", "--ack", ack})},
            "output");
    };
    {
        Process subscriber(command());
        deliverer.accept(false);
        for (const wire::PacketIdentifier number : std::initializer_list<wire::PacketIdentifier>{1, 2})
            deliverer.deliver({.number = number, .identifier = number});
        deliverer.deliver({.number = 3, .identifier = 3, .qos = wire::Qos::at_least_once});
        deliverer.publish({{4, 4}, {5, 5}, {6, 6}});
        for (const char* const packet : {"PUBREC 4", "PUBREC 5", "PUBREC 6"})
            deliverer.expect(packet);
        deliverer.release(4);
        deliverer.expect("PUBCOMP 4");
        subscriber.signal(SIGKILL);
        CHECK(subscriber.wait().status == 137);
        deliverer.broker.drop();
    }
    Process subscriber(command());
    deliverer.accept(true);
    deliverer.release(5);
    deliverer.expect("PUBCOMP 5");
    deliverer.deliver({.number = 6, .identifier = 6, .dup = true});
    deliverer.publish({{7, 5}, {8, 7, wire::Qos::at_least_once}, {9, 1}});
    for (const char* const packet : {"PUBREC 5", "PUBACK 7", "PUBREC 1"})
        deliverer.expect(packet);
    deliverer.release(1);
    deliverer.release(5);
    deliverer.expect("PUBCOMP 1");
    deliverer.expect("PUBCOMP 5");
    subscriber.signal(SIGTERM);
    CHECK(deliverer.broker.receive().starts_with("DISCONNECT"));
    deliverer.broker.close();
    subscriber.wait();
}

/// What the next run finds.
struct FoundState {
    std::string failure;
    std::string output;
    std::string client_identifier;
    std::vector<wire::PacketIdentifier> identifiers;
};

FoundState start_again(const std::string& root, const std::string& client_identifier) {
    FoundState found{.client_identifier = client_identifier};
    const Log log("crash_states_test", Log::Level::quiet);
    const std::string path = root + "/output";
    const FileDescriptor output(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    const auto state = program::StateFile::open(root + "/elsewhere/state", store::Durability::machine,
                                                found.client_identifier, output.get(), log);
    if (!state) {
        found.failure = state.error().cause;
        return found;
    }
    found.identifiers.assign(state->identifiers().begin(), state->identifiers().end());
    std::ifstream file(path, std::ios::binary);
    found.output.assign(std::istreambuf_iterator<char>(file), {});
    return found;
}

/// How many of the messages the output has, one behind the other and nothing else; -1: it has something else.
std::ptrdiff_t count_lines(const std::string& output, const std::vector<Delivery>& deliveries) {
    std::string expected;
    for (std::size_t count = 0; count <= deliveries.size(); ++count) {
        if (output == expected) return static_cast<std::ptrdiff_t>(count);
        if (count != deliveries.size()) expected += deliveries[count].payload + '\n';
    }
    return -1;
}

/// Says which promise is broken. The broker sends again what it had no PUBREC for, and PUBREL for the rest.
std::string broken_promise(const FoundState& found, const std::vector<Delivery>& deliveries) {
    const std::ptrdiff_t lines = count_lines(found.output, deliveries);
    if (lines < 0) return "the output is not a beginning of what was sent";
    for (std::size_t number = 0; number < deliveries.size(); ++number) {
        const Delivery& delivery = deliveries[number];
        const bool is_written = std::cmp_less(number, lines);
        const std::string name = "message " + std::to_string(number + 1);
        if (delivery.acknowledged && !is_written) return name + " is acknowledged and lost";
        const bool has_successor =
            std::ranges::any_of(deliveries.begin() + static_cast<std::ptrdiff_t>(number) + 1, deliveries.end(),
                                [&](const Delivery& later) { return later.identifier == delivery.identifier; });
        if (delivery.qos != wire::Qos::exactly_once || has_successor) continue;
        const bool is_known = std::ranges::count(found.identifiers, delivery.identifier) != 0;
        if (delivery.completed && is_known) return name + " is completed, and would hide the next one";
        if (delivery.released) continue;
        if (is_written && !is_known) return name + " would be written twice";
        if (!is_written && is_known) return name + " would never be written";
    }
    return {};
}

std::string check_state(const std::string& root, const std::vector<Packet>& packets, const Span& span) {
    if (::access((root + "/elsewhere").c_str(), F_OK) != 0) return {};  // the user has not made it yet
    const FoundState found = start_again(root, {});
    if (!found.failure.empty()) return "the next run fails: " + found.failure;
    for (const std::size_t moment : moments_of(span, packets)) {
        for (const Packet& packet : packets)
            if (packet.at <= moment && packet.type == wire::PacketType::connect &&
                packet.client_identifier != found.client_identifier)
                return "the Client Identifier that the broker knows is lost";
        if (std::string broken = broken_promise(found, deliveries_until(packets, moment)); !broken.empty())
            return broken;
    }
    return {};
}

}  // namespace

TEST_CASE("--state --ack fsync: after a loss of power each message is written once") {
    const Recording recording;
    record_subscriber(recording, "fsync");
    const auto packets = packets_in(recording.records());
    Limits limits = Limits::of_environment(12);
    limits.kept_file = "output";
    check_power_losses("--state --ack fsync", recording, limits, {Forgotten::files, Forgotten::directories},
                       [&](const Span& span) { return check_state(recording.root(), packets, span); });
}

TEST_CASE("--state without --ack fsync: a loss of power may spoil the file, and the next run says so at most") {
    const Recording recording;
    record_subscriber(recording, "write");
    Limits limits = Limits::of_environment(12);
    limits.kept_file = "output";
    check_power_losses("--state --ack write", recording, limits, {}, [&](const Span&) {
        static_cast<void>(start_again(recording.root(), {}));  // it comes to an end
        return std::string();
    });
}
