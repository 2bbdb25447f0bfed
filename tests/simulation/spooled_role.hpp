// SPDX-License-Identifier: Apache-2.0
// A run of mqtts-pub --spool, put together as program/publish does it: with the real spool, in a file. It may be killed
// at any moment, and then another one continues with what the file had.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/spooled_stream.hpp"
#include "simulation/death.hpp"
#include "simulation/roles.hpp"
#include "simulation/spool_witness.hpp"
#include "store/spool.hpp"

namespace mqtts::simulation {

class SpooledRole final : public Role, private client::Outlet {
public:
    /// `run`: which of those in the plan.
    SpooledRole(boost::asio::io_context& io, Network& network, const Log& log, SpoolWitness& witness, std::size_t run);

    [[nodiscard]] bool was_killed() const noexcept override { return mortality_.is_dead(); }

private:
    Awaitable<Result<>> run() override;
    Awaitable<Result<>> publish();
    Awaitable<Result<>> publish_fetched();
    void open();
    void die();
    [[nodiscard]] bool is_dead() const noexcept { return mortality_.is_dead(); }

    // Between the records and the spool: the witness sees what is committed.
    [[nodiscard]] bool can_publish() const noexcept override { return !is_dead() && stream_->can_publish(); }
    Awaitable<> wait_to_publish() override { return stream_->wait_to_publish(); }
    Awaitable<> wait_for_acknowledgement() override { return stream_->wait_for_acknowledgement(); }
    [[nodiscard]] std::size_t publish_some(const wire::Publish& message, std::span<const std::string_view> payloads,
                                           std::uint64_t number, Errc& error) override;
    [[nodiscard]] bool publish_from(ByteSource& payload, const wire::Publish& message, Errc& error) override;
    void end_batch() override { commit(&client::Outlet::end_batch); }
    void flush() override { commit(&client::Outlet::flush); }
    void make_room() override { commit(&client::Outlet::make_room); }
    [[nodiscard]] wire::ProtocolVersion version() const noexcept override { return stream_->version(); }
    void finish() override { commit(&client::Outlet::finish); }
    [[nodiscard]] bool finishing() const noexcept override { return is_dead() || stream_->finishing(); }

    /// A message of the open transaction.
    struct Added {
        std::string topic_name;
        std::string payload;
        std::string content_type;
        wire::Qos qos{};
    };
    void add(const wire::Publish& message, std::string_view payload);
    void commit(void (client::Outlet::*commits)());

    const SpoolingRun& run_;
    const std::size_t number_of_run_;
    SpoolWitness& witness_;
    Recorded recorded_;
    std::optional<store::Spool> spool_;
    std::optional<client::SpooledStream> stream_;
    std::vector<Added> added_;
    Result<> published_;  // how the input ended
    Mortality mortality_;
};

}  // namespace mqtts::simulation
