// SPDX-License-Identifier: Apache-2.0
// What the broker remembers: Session State [MQTT-4.1] and retained messages. A crash may bring an older copy of it
// back.
#pragma once

#include <algorithm>
#include <deque>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/clock.hpp"
#include "wire/packet.hpp"

namespace mqtts::simulation {

/// A message that the broker has taken.
struct Kept {
    std::string topic_name;
    std::string payload;
    std::string content_type;
    wire::Qos qos{};
    bool retain = false;
    std::uint32_t number = 0;
};
using KeptMessage = std::shared_ptr<const Kept>;

/// A message on its way to a subscriber.
struct Outgoing {
    enum class Stage : std::uint8_t {
        queued,
        sent,      // awaits PUBACK or PUBREC
        released,  // awaits PUBCOMP
    };
    KeptMessage message;
    wire::Qos qos{};
    bool retain = false;  // it was retained when the subscription was made
    Stage stage = Stage::queued;
    wire::PacketIdentifier identifier = 0;
    std::uint64_t recorded_on = 0;  // the connection that brought PUBREC, from 1
};

struct Subscribed {
    std::string topic_filter;
    wire::Qos qos{};
};

struct Session {
    /// A message of QoS 2 between PUBLISH and PUBREL.
    struct Received {
        wire::PacketIdentifier identifier = 0;
        KeptMessage message;
    };

    std::string client_identifier;
    unsigned client = 0;
    std::vector<Subscribed> subscriptions;
    std::deque<Outgoing> outgoing;  // those sent before those queued
    std::vector<Received> received;
    wire::PacketIdentifier last_identifier = 0;
    bool is_older = false;     // a crash has brought it back
    bool is_back = false;      // … and no connection has resumed it
    bool is_known = false;     // the client has sent something after the CONNACK that made it
    bool in_doubt = false;     // … or has perhaps not seen that CONNACK
    unsigned connection = 0;   // on which it began
    std::uint32_t expiry = 0;  // seconds
    Time ends = Time::max();   // while no connection has it
    bool in_use = false;       // by a connection

    [[nodiscard]] std::size_t in_flight() const noexcept {
        return static_cast<std::size_t>(
            std::ranges::count_if(outgoing, [](const Outgoing& one) { return one.stage != Outgoing::Stage::queued; }));
    }
    [[nodiscard]] auto find(wire::PacketIdentifier identifier) noexcept {
        return std::ranges::find_if(outgoing, [&](const Outgoing& one) {
            return one.stage != Outgoing::Stage::queued && one.identifier == identifier;
        });
    }
    [[nodiscard]] wire::PacketIdentifier free_identifier(bool lowest) noexcept {
        wire::PacketIdentifier next = lowest ? wire::PacketIdentifier{0} : last_identifier;
        do
            next = next == 65535 ? wire::PacketIdentifier{1} : static_cast<wire::PacketIdentifier>(next + 1);
        while (find(next) != outgoing.end());
        last_identifier = lowest ? std::max(last_identifier, next) : next;
        return next;
    }
};

struct BrokerState {
    std::list<Session> sessions;
    std::vector<KeptMessage> retained;

    [[nodiscard]] Session* find(std::string_view client_identifier) noexcept {
        const auto found = std::ranges::find(sessions, client_identifier, &Session::client_identifier);
        return found == sessions.end() ? nullptr : &*found;
    }
    void erase(const Session& session) {
        sessions.remove_if([&](const Session& one) { return &one == &session; });
    }
    void retain(const KeptMessage& message) {
        std::erase_if(retained, [&](const KeptMessage& one) { return one->topic_name == message->topic_name; });
        if (!message->payload.empty()) retained.push_back(message);
    }
};

}  // namespace mqtts::simulation
