// SPDX-License-Identifier: Apache-2.0
// Standard output: gathers what is to be written in one buffer, and writes it with one write(2) for all of it.
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
    /// Standard output. The failure (output_failed): it is closed, or open for reading only, which is what the programs
    /// put in the place of a closed one.
    static Result<Output> open_stdout(const boost::asio::any_io_executor& executor);
    Output(Output&&) noexcept;
    ~Output();

    /// To append what is to be written.
    [[nodiscard]] Gather& pending() noexcept;

    /// Writes everything pending; waits while the reader is slow, and can be cancelled then: what is unwritten stays
    /// pending. Failure: output_failed with the system's reason; broken_pipe() tells a reader that left from a full
    /// disk.
    Awaitable<Result<>> flush();

    /// Waits until the reader of a pipe or a socket has left, and fails as flush() would then. It can be cancelled; for
    /// anything else than a pipe or a socket it has to be.
    Awaitable<Result<>> reader_gone();

    /// From now on flush() waits until what it has written is safe on the device, too.
    /// Precondition: is_file().
    void sync_when_flushed() noexcept;

    /// It goes to the end of a file whose last line has no end, as a process leaves it that was killed while writing.
    [[nodiscard]] bool continues_line() const;

    [[nodiscard]] bool broken_pipe() const noexcept;
    [[nodiscard]] bool is_file() const noexcept;
    [[nodiscard]] bool is_terminal() const noexcept;
    /// Somebody has read all of it: it is a pipe that is empty, or a terminal.
    [[nodiscard]] bool is_awaited() const noexcept;

private:
    struct Impl;
    explicit Output(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace mqtts::stream
