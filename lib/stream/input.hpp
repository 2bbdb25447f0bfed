// SPDX-License-Identifier: Apache-2.0
// Standard input or a file as awaitable bytes.
//
// Reads straight from the descriptor, so everything the producer has written is seen at once. The open file description
// that other programs share (the shell's terminal, a pipe's other readers) is never switched to non-blocking: pipes and
// terminals are opened a second time if possible, regular files are always ready.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "async/awaitable.hpp"
#include "base/buffer.hpp"
#include "base/byte_source.hpp"
#include "base/error.hpp"
#include "base/sizes.hpp"
#include "stream/descriptor.hpp"

namespace mqtts::stream {

class Input {
public:
    /// The most that one read() takes.
    static constexpr std::size_t most_at_once = sizes::read_at_once;

    /// Opens standard input. Fails (input_failed) when it is closed, or open for writing only.
    static Result<Input> standard_input(boost::asio::any_io_executor executor);
    /// Opens a file, pipe or device; "-" and /dev/stdin are standard input.
    static Result<Input> open(boost::asio::any_io_executor executor, const std::string& path);
    Input(Input&&) noexcept;
    ~Input();

    /// Appends the bytes that are there now, at most `most_at_once`. Waits when there are no bytes, if `before_waiting`
    /// agrees; otherwise appends nothing. Returns false when the input has ended; a failure with Errc::ok: it was
    /// cancelled. Passes through the event loop even when data is always there, so that a fast producer starves nobody.
    Awaitable<Result<bool>> read(Buffer& to, std::function<bool()> before_waiting = {});

    /// Returns the rest of a regular file, to be read only when it is sent. Nothing: it is something else, or the rest
    /// is small enough to be held. The input must outlive it.
    [[nodiscard]] std::unique_ptr<ByteSource> source();

    /// Returns the extent; nothing: the size of the input is unknown.
    [[nodiscard]] std::optional<Extent> extent() const noexcept;

    /// Tells whether somebody may type the input.
    [[nodiscard]] bool is_terminal() const noexcept;

private:
    struct Impl;
    explicit Input(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace mqtts::stream
