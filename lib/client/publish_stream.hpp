// From input to messages to the session, stopping wherever the next stage is full.
//
//   read(2) ──► Framer ──► RecordReader ──► Outlet::publish ──► Session::output ──► TLS ──► kernel
//
// Nothing is read that cannot be sent: when the window is closed or the kernel is full, the framer is not drained, the
// input is not read, and the producer blocks. While there is more to read, what was published may wait to fill a block
// with it; when there is not, it leaves at once: a single line typed into an idle pipe waits for nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/log.hpp"
#include "client/outlet.hpp"
#include "client/pace.hpp"
#include "stream/framer.hpp"
#include "stream/input.hpp"
#include "stream/record.hpp"

namespace mqtts::client {

/// What every message of the stream has in common, where its record does not say otherwise.
struct PublishTemplate {
    std::string topic_name;
    wire::PropertyWriter properties;
    wire::Qos qos = wire::Qos::at_most_once;
    bool retain = false;
    /// Otherwise an empty input is an error: `failed-command | …` must not clear a retained message.
    bool may_be_empty = true;
};

/// An input of many records, each a message.
struct RecordSettings {
    std::string name;  // "standard input: line": what stands before the number of a record
    stream::RecordForm form = stream::RecordForm::payload;
    std::string topic_delimiter;     // of topic_and_payload
    bool skip_bad = false;           // a record that cannot be published is left out; otherwise it ends the work
    double messages_per_second = 0;  // at most; 0: as fast as possible
};

/// A message that is all of its input may be published several times, each time after the last one is acknowledged.
struct Repetition {
    std::uint64_t times = 1;
    std::chrono::milliseconds delay{};  // at least, between two of them
};

class PublishStream {
public:
    /// `outlet` and `log` must outlive the stream. Without an input, what the framer holds already is all there is.
    PublishStream(Outlet& outlet, PublishTemplate message, stream::Framer framer, std::optional<stream::Input> input,
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
    enum class Step { done, drained, no_room, failed };
    [[nodiscard]] Step publish_available();
    Awaitable<> publish_whole();
    Awaitable<> wait_for_outlet();
    Awaitable<> wait_for_room();
    [[nodiscard]] bool is_due() { return !pace_.limited() || pace_.take(Clock::now()); }
    [[nodiscard]] Step publish(std::string_view record);
    [[nodiscard]] Step publish_record(std::string_view record);
    [[nodiscard]] Step publish_message(const wire::Publish& message);
    [[nodiscard]] Step leave_out(const Failure& failure);
    [[nodiscard]] Step leave_out(Errc error);
    void conclude();

    Outlet& outlet_;
    PublishTemplate template_;
    wire::Publish message_;  // of the template, once run() has begun; its payload is the last one
    stream::Framer framer_;
    std::optional<stream::Input> input_;
    const Log& log_;
    std::optional<RecordSettings> records_;
    bool plain_ = true;                        // a record is nothing but a payload
    std::optional<std::string_view> waiting_;  // a record for which there is no room yet
    stream::RecordReader reader_{stream::RecordForm::payload};
    Pace pace_;
    Repetition repetition_;
    bool leave_open_ = false;
    bool input_ended_ = false;
    std::uint64_t left_out_ = 0;
    std::optional<Failure> first_left_out_;  // only the record, no reason
    Clock::time_point published_at_;
    Result<> result_;
};

}  // namespace mqtts::client
