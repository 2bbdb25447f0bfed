// SPDX-License-Identifier: Apache-2.0
// Publishes an input of many records, each a message.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "client/pace.hpp"
#include "client/publisher.hpp"
#include "client/schedule.hpp"
#include "record/record.hpp"

namespace mqtts::client {

class RecordPublisher final : public Publisher {
public:
    RecordPublisher(Outlet& outlet, PublishTemplate message, PublishSource source, RecordSettings settings,
                    const Log& log, Timer& timer = system_timer());

    [[nodiscard]] std::optional<Timer::Clock::duration> lateness() const noexcept override;

private:
    Awaitable<> publish_input() override;
    [[nodiscard]] std::uint64_t waiting() const noexcept override;
    void conclude() override;

    enum class Step : std::uint8_t { done, drained, no_room, too_early, failed };
    Awaitable<> publish_records();
    [[nodiscard]] Step publish_available();
    [[nodiscard]] Errc fetch_records();
    [[nodiscard]] Step publish_waiting();
    [[nodiscard]] Step publish_payloads();
    [[nodiscard]] Step publish_next();
    [[nodiscard]] Step replay_next();
    [[nodiscard]] Result<> schedule_next();
    [[nodiscard]] Timer::Clock::time_point next_time() const noexcept;
    void published(std::size_t count) noexcept;
    [[nodiscard]] Step publish_record(std::string_view record);
    [[nodiscard]] Step publish_read(const wire::Publish& message);
    [[nodiscard]] Step publish(const wire::Publish& message);
    [[nodiscard]] Step leave_out(const Failure& failure);
    [[nodiscard]] Step leave_out(Errc error);

    RecordSettings settings_;
    record::RecordReader reader_;
    Pace pace_;
    std::optional<Schedule> schedule_;
    /// The first record waiting, once it is in the schedule. Its views are valid until the next record is read.
    struct Scheduled {
        wire::Publish message;
        Timer::Clock::time_point due;
    };
    std::optional<Scheduled> scheduled_;
    bool plain_;  // each record is only a payload
    std::array<std::string_view, 64> taken_;
    std::span<std::string_view> waiting_;  // the part of taken_ that is not published yet
    std::uint64_t number_ = 0;             // of the first record waiting, or of the one that is skipped
    bool input_ended_ = false;
    std::uint64_t left_out_ = 0;
    std::optional<Failure> first_left_out_;  // names the record, not the reason
};

}  // namespace mqtts::client
