// SPDX-License-Identifier: Apache-2.0
// Watches what a run promises beyond its single messages: patience, its session, and what it says in the end.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
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
    /// It makes an attempt to connect. `begins`: not just to the next endpoint.
    void attempts(unsigned client, Time now, bool begins);
    /// CONNACK refuses it, for a reason that no other attempt can cure.
    void refused_for_good(unsigned client, unsigned connection);
    /// The broker has sent what must end the run with this status.
    void must_end(unsigned client, unsigned connection, int status);
    /// … unless it is killed before.
    void killed(unsigned client) noexcept { runs_[client].status = 0; }
    /// The broker has done something for it that makes a connection last.
    void moved(unsigned client) { runs_[client].attempts.clear(); }

    void asks(unsigned client, const wire::ClientConnect& connect);
    /// The client knows that CONNACK has accepted it.
    void accepted(unsigned client, wire::ProtocolVersion version);
    /// Tells whether each connection before this one was accepted, as far as it knows.
    [[nodiscard]] bool knows_session(unsigned client) const noexcept {
        return runs_[client].begun == runs_[client].connections + 1;
    }
    /// Tells whether a connection is of this run, and not of an earlier one.
    [[nodiscard]] bool is_of_run(unsigned client, unsigned connection) const noexcept {
        return connection >= runs_[client].first_connection;
    }
    /// Tells whether the client has an accepted connection, as far as it knows.
    [[nodiscard]] bool is_connected(unsigned client) const noexcept { return runs_[client].is_connected; }
    /// Counts its accepted connections in this run.
    [[nodiscard]] std::uint32_t connections(unsigned client) const noexcept { return runs_[client].connections; }
    void lost(unsigned client) noexcept { runs_[client].is_connected = false; }
    /// A warning says that a broker does not take early packets.
    void early_not_taken(unsigned client);

    /// A message is delivered to commands, again or for the first time, or handled by them.
    void delivered(const wire::Publish& message, std::uint32_t number, bool in_handling);
    void handled(std::uint32_t number);

    /// The limits forbid this record.
    void forbidden(std::uint32_t number) { forbidden_.insert(number); }
    void subscription_refused() noexcept { subscription_refused_ = true; }
    /// The run goes on without a subscription that the broker refuses, and says so.
    void subscription_left_out() noexcept { left_out_ = true; }
    [[nodiscard]] bool leaves_out() const noexcept { return left_out_; }
    void removal_refused() noexcept { removal_refused_ = true; }

    void ended(unsigned client, const Result<>& result, const client::Statistics& statistics);

private:
    struct Run {
        unsigned first_connection = 0;  // those before it are of an earlier run
        std::deque<Time> attempts;      // the last ones, without progress
        std::uint64_t progress = 0;
        std::uint32_t begun = 0;        // connections
        std::uint32_t connections = 0;  // that were accepted
        bool is_connected = false;
        bool was_accepted = false;
        wire::ProtocolVersion version{};  // in which it was
        bool was_refused = false;
        int status = 0;  // that it must end with; 0: any
    };
    [[nodiscard]] bool is_early(unsigned client) const noexcept {
        return client == 0 ? plan_.publishing.early : plan_.subscribing.early;
    }
    [[nodiscard]] bool may_miss(unsigned client, unsigned connection) const noexcept;
    [[nodiscard]] bool identifiers_tell() const noexcept;
    void check_records(const Result<>& result, const client::Statistics& statistics);
    void check_refusal(const Failure& failure);

    Witness& witness_;
    const Plan& plan_;
    Run runs_[Plan::clients];
    std::set<std::uint32_t> forbidden_;
    /// Messages that were handled while there was no connection: after how many of them, in which session.
    struct Elsewhere {
        std::uint32_t connections = 0;
        std::uint32_t epoch = 0;
    };
    std::map<std::uint32_t, Elsewhere> handled_elsewhere_;
    std::map<std::uint32_t, std::uint32_t> in_handling_since_;  // the epoch of the session
    bool subscription_refused_ = false;
    bool removal_refused_ = false;
    bool left_out_ = false;
};

}  // namespace mqtts::simulation
