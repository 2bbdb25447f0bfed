// SPDX-License-Identifier: Apache-2.0
// A program that may end at any moment, and what a broker says to it meanwhile.
#pragma once

#include <doctest/doctest.h>

#include <future>
#include <optional>
#include <stdexcept>

#include "support/process.hpp"
#include "support/scripted_broker.hpp"

namespace mqtts::test {

/// Runs the program, and meanwhile the broker's side. Nothing: that side said false, or waited in vain.
template <class Side>
std::optional<Outcome> converse(ScriptedBroker& broker, const Command& command, Side side) {
    std::future<Outcome> program = std::async(std::launch::async, [&] {
        Outcome outcome = run(command);
        broker.knock();
        return outcome;
    });
    bool complete = false;
    std::string reason;
    try {
        complete = side();
    } catch (const std::runtime_error& error) {
        reason = error.what();
    }
    Outcome outcome = program.get();
    if (complete) return outcome;
    MESSAGE("not so far: " << reason << "; status " << outcome.status << ", " << outcome.error);
    return std::nullopt;
}

/// The next packet begins so.
inline bool hears(ScriptedBroker& broker, std::string_view beginning) {
    return broker.receive().starts_with(beginning);
}

/// Says nothing more, until the program has left.
inline void see_off(ScriptedBroker& broker) {
    std::string packet;
    while (packet != "closed" && packet != "lost")
        packet = broker.receive();
    broker.close();
}

/// Takes CONNECT, and a subscription to one Topic Filter; both are granted. False: it does not come so far.
inline bool hears_subscriber(ScriptedBroker& broker) {
    broker.accept();
    if (!hears(broker, "CONNECT ")) return false;
    broker.send(wire::Connack{});
    if (!hears(broker, "SUBSCRIBE 1 ")) return false;
    broker.send(wire::SubscriptionAnswer{.reason_codes = "\x01", .packet_identifier = 1});
    return true;
}

}  // namespace mqtts::test
