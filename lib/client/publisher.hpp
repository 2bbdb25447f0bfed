// SPDX-License-Identifier: Apache-2.0
// From input to messages to the session, stopping wherever the next stage is full.
//
//   read(2) ──► Framer ──► RecordReader ──► Outlet::publish ──► Session::output ──► TLS ──► kernel     RecordPublisher
//   read(2), or a large file that is not held ───▲                                                     WholePublisher
//
// Nothing is read that cannot be sent: when the window is closed or the kernel is full, the framer is not drained, the
// input is not read, and the producer blocks. While there is more to read, what was published may wait to fill a block
// with it; when there is not, it leaves at once: a single line typed into an idle pipe waits for nothing.
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

/// Where messages come from. Without an input, what the framer holds already is all there is.
struct PublishSource {
    record::Framer framer;
    std::optional<stream::Input> input;
};

class Publisher {
public:
    Publisher(const Publisher&) = delete;
    Publisher& operator=(const Publisher&) = delete;
    virtual ~Publisher() = default;

    /// The outlet goes on after the last message: there is an answer to wait for.
    void leave_open() noexcept { leave_open_ = true; }

    /// Publishes everything, calls Outlet::finish() and then waits to be cancelled, when Client::run() ends.
    Awaitable<Result<>> run();

    /// Once run() is cancelled: the failure of reading the input, or of a message that could not even be sent.
    [[nodiscard]] const Result<>& result() const noexcept { return result_; }
    /// The part of the input that was published, 0 to 1; nothing: how much there will be is unknown.
    [[nodiscard]] std::optional<double> part_published() noexcept;
    /// The input is a terminal, by whatever name it was opened.
    [[nodiscard]] bool is_typed() const noexcept { return input_ && input_->is_terminal(); }
    /// When the last message of a whole input was published.
    [[nodiscard]] Timer::Clock::time_point published_at() const noexcept { return published_at_; }

protected:
    /// All references must outlive the publisher.
    Publisher(Outlet& outlet, PublishTemplate message, PublishSource source, const Log& log, Timer& timer);

    /// Until the input has ended, the outlet is finishing, or result_ is a failure.
    virtual Awaitable<> publish_input() = 0;
    /// Bytes that were read and are not published, beside those in the framer.
    [[nodiscard]] virtual std::uint64_t waiting() const noexcept { return 0; }
    /// All is published, or nothing more will be.
    virtual void conclude() {}

    enum class Read : std::uint8_t { more, ended, cancelled };
    /// Reads once there is room for what it brings. A failure to read is in result_, and the end.
    Awaitable<Read> read();
    /// There is room then, or no need for it.
    Awaitable<> wait_for_outlet();
    /// The server does not take this message.
    [[nodiscard]] static Failure refusal(const wire::Publish& message, Errc error);

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
