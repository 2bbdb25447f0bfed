// SPDX-License-Identifier: Apache-2.0
// Standard output: gathers everything in one buffer, and writes it with one write(2).
//
// See stream/input.hpp for how the descriptor is opened. A write error is reported once with the reason; after it
// nothing counts as written.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "base/gather.hpp"

namespace mqtts::stream {

class Output {
public:
    /// Opens standard output. Fails (output_failed) when it is closed, or open for reading only, as the programs make
    /// it when it is closed.
    static Result<Output> open_stdout(const boost::asio::any_io_executor& executor);
    Output(Output&&) noexcept;
    ~Output();

    /// Returns the buffer to append output to.
    [[nodiscard]] Gather& pending() noexcept;

    /// Writes everything pending. Waits while the reader is slow, and can be cancelled then: unwritten bytes stay
    /// pending. Fails with output_failed and the system's reason; broken_pipe() tells a reader that left from a full
    /// disk.
    Awaitable<Result<>> flush();

    /// Waits until the reader of a pipe or a socket has left, and fails as flush() would then. Can be cancelled, and
    /// must be for anything but a pipe or a socket.
    Awaitable<Result<>> reader_gone();

    /// Makes flush() wait until the written bytes are safe on the device, too.
    void sync_when_flushed() noexcept;

    /// Tells whether it appends to a file whose last line has no end, as a process leaves it that was killed while
    /// writing.
    [[nodiscard]] bool continues_line() const;

    [[nodiscard]] bool broken_pipe() const noexcept;
    [[nodiscard]] bool is_file() const noexcept;
    [[nodiscard]] bool is_terminal() const noexcept;
    /// Tells whether everything was read: it is a pipe that is empty, or a terminal.
    [[nodiscard]] bool is_awaited() const noexcept;

private:
    struct Impl;
    explicit Output(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace mqtts::stream
