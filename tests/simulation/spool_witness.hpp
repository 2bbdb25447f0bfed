// SPDX-License-Identifier: Apache-2.0
// Knows what the processes that share a spool have promised. A message that was committed is in the spool, or with the
// broker, or somebody was told that it was refused; what a process says that waits for the next one is there.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "client/statistics.hpp"
#include "simulation/network.hpp"
#include "store/spool.hpp"

namespace mqtts::simulation {

class SpoolWitness {
public:
    explicit SpoolWitness(Network& network) noexcept : network_(network), witness_(network.witness) {}

    /// A process has opened the spool.
    void opened(store::Spool& spool);
    /// A message is committed: another process would find it.
    void accepted(const wire::Publish& message, std::string_view payload);
    /// A spool does not keep a message.
    void left_out();
    /// Returns the record that the next process begins with: the first one that was not accepted.
    [[nodiscard]] std::uint32_t first_left() const noexcept { return first_left_; }

    /// A process was killed, and had published this by then.
    void killed(const client::Statistics& statistics);
    /// The run ended, before anything is said of the spool.
    void ended(const Result<>& result, bool had_input, const client::Statistics& statistics);
    /// What it says in the end.
    void concluded(const Result<>& result, store::Spool& spool);

private:
    struct Row {
        std::uint32_t number = 0;
        bool received = false;
    };
    [[nodiscard]] std::vector<Row> read(store::Spool& spool);
    void broken(Invariant invariant, std::string what) { witness_.broken(invariant, std::move(what)); }
    void check_rows(const std::vector<Row>& rows);
    void check_count(std::size_t rows);
    void tell(const client::Statistics& statistics);
    void check_saying(const Result<>& result, std::size_t rows);

    Network& network_;
    Witness& witness_;
    std::uint32_t first_left_ = 0;
    std::uint64_t told_refused_ = 0;  // by all processes
    std::uint64_t told_twice_ = 0;
    /// Of the last process: what it found and did.
    struct {
        std::size_t rows = 0;
        std::size_t received = 0;
        std::size_t accepted = 0;
        std::uint64_t left_out = 0;
        std::uint64_t refused = 0;
        std::uint64_t finished = 0;
        bool was_killed = false;
        Result<> result;
    } last_;
};

}  // namespace mqtts::simulation
