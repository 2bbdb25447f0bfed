// SPDX-License-Identifier: Apache-2.0
// Moves data from the input to messages to the session, and stops wherever the next stage is full.
//
//   read(2) ──► Framer ──► RecordReader ──► Outlet::publish ──► Session::output ──► TLS ──► kernel     RecordPublisher
//   read(2), or a large file that is not held ───▲                                                     WholePublisher
//
// Nothing is read that cannot be sent: when the window is closed or the kernel is full, the framer is not drained, the
// input is not read, and the producer blocks. While there is more to read, published messages may wait to fill a block;
// otherwise they leave at once: a single line typed into an idle pipe waits for nothing.
#pragma once

#include <cstdint>
#include <optional>

#include "client/outlet.hpp"
#include "client/settings.hpp"
#include "client/timer.hpp"
#include "log/log.hpp"
#include "record/framer.hpp"
#include "stream/input.hpp"

namespace mqtts::client {

/// Where messages come from. Without an input, everything is in the framer already.
struct PublishSource {
    record::Framer framer;
    std::optional<stream::Input> input;
};

class Publisher {
public:
    Publisher(const Publisher&) = delete;
    Publisher& operator=(const Publisher&) = delete;
    virtual ~Publisher() = default;

    /// Keeps the outlet open after the last message, because an answer is awaited.
    void leave_open() noexcept { leave_open_ = true; }

    /// Publishes everything, calls Outlet::finish() and then waits to be cancelled, when Client::run() ends.
    Awaitable<Result<>> run();

    /// Returns, once run() is cancelled, the failure of reading the input or of a message that could not even be sent.
    [[nodiscard]] const Result<>& result() const noexcept { return result_; }
    /// Returns the part of the input that was published, 0 to 1; nothing: the size of the input is unknown.
    [[nodiscard]] std::optional<double> part_published() noexcept;
    /// Tells whether the input is a terminal, by whatever name it was opened.
    [[nodiscard]] bool is_typed() const noexcept { return input_ && input_->is_terminal(); }
    /// Returns how late the latest message was; nothing: no times are kept.
    [[nodiscard]] virtual std::optional<Timer::Clock::duration> lateness() const noexcept { return std::nullopt; }
    /// Returns when the last message of a whole input was published.
    [[nodiscard]] Timer::Clock::time_point published_at() const noexcept { return published_at_; }

protected:
    /// All references must outlive the publisher.
    Publisher(Outlet& outlet, PublishTemplate message, PublishSource source, const Log& log, Timer& timer);

    /// Publishes until the input has ended, the outlet is finishing, or result_ is a failure.
    virtual Awaitable<> publish_input() = 0;
    /// Returns the number of bytes that were read and are neither published nor in the framer.
    [[nodiscard]] virtual std::uint64_t waiting() const noexcept { return 0; }
    /// Finishes the result: everything is published, or nothing more will be.
    virtual void conclude() {}

    enum class Read : std::uint8_t { more, ended, cancelled };
    /// Reads once there is room for the data. A failure to read is stored in result_ and ends the input.
    Awaitable<Read> read();
    /// Waits until there is room, or none is needed.
    Awaitable<> wait_for_outlet();
    /// Returns the failure of a message that the server does not take.
    [[nodiscard]] static Failure refusal(const wire::Publish& message, Errc error);
    /// Returns the failure of a message that is longer than Framer::maximum_message_size().
    [[nodiscard]] static Failure longer_than_allowed();

    Outlet& outlet_;
    PublishTemplate template_;
    wire::Publish message_;  // of the template, once run() has begun
    record::Framer framer_;
    std::optional<stream::Input> input_;
    const Log& log_;
    Timer& timer_;
    Timer::Clock::time_point published_at_;
    Result<> result_;

private:
    bool leave_open_ = false;
};

}  // namespace mqtts::client
