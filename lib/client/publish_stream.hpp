// SPDX-License-Identifier: Apache-2.0
// From input to messages to the session, stopping wherever the next stage is full.
//
//   read(2) ──► Framer ──► RecordReader ──► Outlet::publish ──► Session::output ──► TLS ──► kernel
//   a large file that is one message ──────────────────────────────────▲
//
// Nothing is read that cannot be sent: when the window is closed or the kernel is full, the framer is not drained, the
// input is not read, and the producer blocks. While there is more to read, what was published may wait to fill a block
// with it; when there is not, it leaves at once: a single line typed into an idle pipe waits for nothing.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "client/outlet.hpp"
#include "client/pace.hpp"
#include "client/settings.hpp"
#include "log/log.hpp"
#include "record/framer.hpp"
#include "record/record.hpp"
#include "stream/input.hpp"

namespace mqtts::client {

class PublishStream {
public:
    /// `outlet` and `log` must outlive the stream. Without an input, what the framer holds already is all there is.
    PublishStream(Outlet& outlet, PublishTemplate message, record::Framer framer, std::optional<stream::Input> input,
                  const Log& log);

    /// The framer hands out records; otherwise all of the input is one message.
    void take_records(const RecordSettings& settings);
    void repeat(const Repetition& repetition) noexcept { repetition_ = repetition; }
    /// The outlet goes on after the last message: there is an answer to wait for.
    void leave_open() noexcept { leave_open_ = true; }

    /// Publishes everything, calls Outlet::finish() and then waits to be cancelled, when Client::run() ends.
    Awaitable<Result<>> run();

    /// Once run() is cancelled: the failure of reading the input, or of a message that could not even be sent.
    [[nodiscard]] const Result<>& result() const noexcept { return result_; }
    /// The part of the input that was published, 0 to 1; nothing: how much there will be is unknown.
    [[nodiscard]] std::optional<double> part_published() noexcept;
    /// When the last message of a whole input was published.
    [[nodiscard]] std::chrono::steady_clock::time_point published_at() const noexcept { return published_at_; }

private:
    using Clock = std::chrono::steady_clock;

    void make_room_for_file();
    Awaitable<> publish_input();
    Awaitable<> publish_records();
    enum class Step { done, drained, no_room, too_early, failed };
    [[nodiscard]] Step publish_available();
    [[nodiscard]] Errc take_records();
    [[nodiscard]] Step publish_waiting();
    [[nodiscard]] Step publish_payloads();
    [[nodiscard]] Step publish_next();
    void published(std::size_t count) noexcept;
    Awaitable<> publish_whole();
    [[nodiscard]] Result<> take_whole();
    [[nodiscard]] Step publish_once();
    Awaitable<> wait_for_outlet();
    [[nodiscard]] Step publish_record(std::string_view record);
    [[nodiscard]] Step publish(const wire::Publish& message);
    [[nodiscard]] Step refuse(const wire::Publish& message, Errc error);
    [[nodiscard]] Step leave_out(const Failure& failure);
    [[nodiscard]] Step leave_out(Errc error);
    void conclude();

    Outlet& outlet_;
    PublishTemplate template_;
    wire::Publish message_;  // of the template, once run() has begun; with a payload where all of the input is one
    record::Framer framer_;
    std::optional<stream::Input> input_;
    const Log& log_;
    std::optional<RecordSettings> records_;
    bool plain_ = true;  // a record is nothing but a payload
    std::array<std::string_view, 64> taken_;
    std::span<std::string_view> waiting_;  // of those taken, the ones that are not published yet
    std::uint64_t number_ = 0;             // of the first one waiting, or of the record that is left out
    record::RecordReader reader_{record::RecordForm::payload};
    Pace pace_;
    Repetition repetition_;
    std::unique_ptr<ByteSource> source_;  // of the payload, when all of the input is one message and need not be held
    bool leave_open_ = false;
    bool input_ended_ = false;
    std::uint64_t left_out_ = 0;
    std::optional<Failure> first_left_out_;  // only the record, no reason
    Clock::time_point published_at_;
    Result<> result_;
};

}  // namespace mqtts::client
