// SPDX-License-Identifier: Apache-2.0
// An input of many records, each a message.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "client/pace.hpp"
#include "client/publisher.hpp"
#include "record/record.hpp"

namespace mqtts::client {

class RecordPublisher final : public Publisher {
public:
    RecordPublisher(Outlet& outlet, PublishTemplate message, PublishSource source, RecordSettings settings,
                    const Log& log, Timer& timer = system_timer());

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
    void published(std::size_t count) noexcept;
    [[nodiscard]] Step publish_record(std::string_view record);
    [[nodiscard]] Step publish(const wire::Publish& message);
    [[nodiscard]] Step leave_out(const Failure& failure);
    [[nodiscard]] Step leave_out(Errc error);

    RecordSettings settings_;
    record::RecordReader reader_;
    Pace pace_;
    bool plain_;  // a record is nothing but a payload
    std::array<std::string_view, 64> taken_;
    std::span<std::string_view> waiting_;  // of those taken, the ones that are not published yet
    std::uint64_t number_ = 0;             // of the first one waiting, or of the record that is left out
    bool input_ended_ = false;
    std::uint64_t left_out_ = 0;
    std::optional<Failure> first_left_out_;  // only the record, no reason
};

}  // namespace mqtts::client
