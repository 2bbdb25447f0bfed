// SPDX-License-Identifier: Apache-2.0
// Standard input or a file as awaitable bytes.
//
// Reads straight from the descriptor, so everything the producer has written is seen at once. The open file description
// that other programs share (the shell's terminal, a pipe's other readers) is never switched to non-blocking: pipes and
// terminals are opened a second time where they can be, regular files are always ready.
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
    /// What one read() takes, at most.
    static constexpr std::size_t most_at_once = sizes::read_at_once;

    /// The failure (input_failed): it is closed, or open for writing only.
    static Result<Input> standard_input(boost::asio::any_io_executor executor);
    /// A file, pipe or device; "-" and /dev/stdin are standard input.
    static Result<Input> open(boost::asio::any_io_executor executor, const std::string& path);
    Input(Input&&) noexcept;
    ~Input();

    /// Appends what is there now, at most `most_at_once`; waits when nothing is, if `before_waiting` agrees: otherwise
    /// nothing is appended. false: the input has ended; a failure with Errc::ok: it was cancelled. Passes through the
    /// event loop even when data is always there, so a fast producer starves nobody.
    Awaitable<Result<bool>> read(Buffer& to, std::function<bool()> before_waiting = {});

    /// All that is left of a regular file, to be read only when it is sent. Nothing: it is none, or so little is left
    /// that it may as well be held. The input must outlive it.
    [[nodiscard]] std::unique_ptr<ByteSource> source();

    /// Nothing: how much there will be is unknown.
    [[nodiscard]] std::optional<Extent> extent() const noexcept;

    /// Somebody types it, perhaps.
    [[nodiscard]] bool is_terminal() const noexcept;

private:
    struct Impl;
    explicit Input(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace mqtts::stream
