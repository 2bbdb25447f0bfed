// SPDX-License-Identifier: Apache-2.0
// Holds the sentence that a run ends with against what has happened: each part of it needs a cause that the model
// knows, and each number in it is that of the model. A part that is not in the table of sentences.cpp is a failure,
// too.
#pragma once

#include <bitset>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "client/statistics.hpp"
#include "simulation/faults.hpp"
#include "simulation/witness.hpp"
#include "wire/packet.hpp"

namespace mqtts::simulation {

enum class Ending : std::uint8_t;

/// What has happened to a client that its last sentence may tell of.
struct Heard {
    std::bitset<Fault::kinds> faults;
    std::bitset<4> endings;                    // of connections, see Ending
    std::bitset<ailments> ailments_met;        // of endpoints
    std::set<std::string_view> reasons;        // that the broker has given, in any packet
    bool goodbye = false;                      // the broker has sent DISCONNECT
    bool came = false;                         // something has, on the last connection
    bool silent_attempt = false;               // nothing has, on an earlier one
    std::uint32_t attempts = 0;                // to connect, in this run
    const client::Statistics* told = nullptr;  // at the end
};

class Sentences {
public:
    Sentences(Witness& witness, const Plan& plan) : witness_(witness), plan_(plan) {}

    // What happens
    void happened(unsigned client, const Fault& fault);
    void attempts(unsigned client) {
        Heard& heard = heard_[client];
        heard.silent_attempt |= heard.attempts++ != 0 && !heard.came;
        heard.came = false;
    }
    /// The client takes bytes.
    void came(unsigned client) { heard_[client].came = true; }
    /// An endpoint is out of order.
    void suffers(unsigned client, Ailment ailment) {
        heard_[client].ailments_met.set(static_cast<std::size_t>(ailment));
    }
    /// A connection has ended, as the client sees it.
    void over(unsigned client, Ending how) { heard_[client].endings.set(static_cast<std::size_t>(how)); }
    /// The broker gives this reason.
    void said(unsigned client, wire::ReasonCode reason);

    /// The broker sends DISCONNECT.
    void goodbye(unsigned client) { heard_[client].goodbye = true; }

    void begins(unsigned client) { heard_[client] = {}; }
    /// The run has failed.
    void ended(unsigned client, const Failure& failure, const client::Statistics& statistics);

private:
    Witness& witness_;
    const Plan& plan_;
    Heard heard_[Plan::clients];
};

}  // namespace mqtts::simulation
