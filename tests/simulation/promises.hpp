// SPDX-License-Identifier: Apache-2.0
// Watches what a run promises beyond its single messages: patience, its session, and what it says in the end.
#pragma once

#include <cstdint>
#include <deque>
#include <set>

#include "base/error.hpp"
#include "client/statistics.hpp"
#include "simulation/faults.hpp"
#include "simulation/witness.hpp"
#include "wire/decode_client.hpp"

namespace mqtts::simulation {

class Promises {
public:
    Promises(Witness& witness, const Plan& plan) : witness_(witness), plan_(plan) {}

    /// A run begins.
    void begins(unsigned client);
    /// It makes an attempt to connect.
    void attempts(unsigned client, Time now);
    /// CONNACK refuses it, for a reason that no other attempt can cure.
    void refused_for_good(unsigned client, unsigned connection);
    /// The broker has done something for it that makes a connection last.
    void moved(unsigned client) { runs_[client].attempts.clear(); }

    void asks(unsigned client, const wire::ClientConnect& connect);
    /// The client knows that CONNACK has accepted it.
    void accepted(unsigned client) { runs_[client].was_accepted = true; }

    /// The limits forbid this record.
    void forbidden(std::uint32_t number) { forbidden_.insert(number); }
    void subscription_refused() noexcept { subscription_refused_ = true; }

    void ended(unsigned client, const Result<>& result, const client::Statistics& statistics);

private:
    struct Run {
        std::deque<Time> attempts;  // the last ones, without progress
        std::uint64_t progress = 0;
        bool was_accepted = false;
        bool was_refused = false;
    };
    [[nodiscard]] bool is_early(unsigned client) const noexcept {
        return client == 0 ? plan_.publishing.early : plan_.subscribing.early;
    }
    void check_records(const Result<>& result, const client::Statistics& statistics);
    void check_refusal(const Failure& failure);

    Witness& witness_;
    const Plan& plan_;
    Run runs_[Plan::clients];
    std::set<std::uint32_t> forbidden_;
    bool subscription_refused_ = false;
};

}  // namespace mqtts::simulation
