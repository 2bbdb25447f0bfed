// SPDX-License-Identifier: Apache-2.0
// A file descriptor that the event loop can wait for, without changing what other processes share.
//
// Asio waits for a descriptor only after it has set O_NONBLOCK, and that flag belongs to the open file description,
// which the shell, the producer of a pipe and every other holder of the terminal share. So a Descriptor
//
//   uses regular files, and everything else that never waits, unchanged;
//   opens pipes and terminals a second time, where the system lets it, as a description of its own with O_NONBLOCK;
//   passes MSG_DONTWAIT with each call on a socket;
//   asks poll(2) before each call on anything else, and writes no more than a pipe takes without waiting.
//
// Asio never sees the file itself, but an os::Watch in its place, which it may make non-blocking.
#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "async/awaitable.hpp"
#include "os/open_file.hpp"
#include "os/os.hpp"

namespace mqtts::stream {

/// How far a file was read.
struct Extent {
    std::uint64_t read = 0;               // bytes
    std::uint64_t size = 0;               // more than 0, and not less than `read`
    std::chrono::nanoseconds modified{};  // since 1970
};

class Descriptor {
public:
    using Direction = os::Direction;
    using Error = boost::system::error_code;

    /// Uses a descriptor that this process was started with. It stays open; the Descriptor has its own. bad_descriptor:
    /// it is closed, or open in the other direction.
    static boost::system::result<Descriptor> inherited(const boost::asio::any_io_executor& executor, int descriptor,
                                                       Direction direction);
    /// Opens a file, pipe or device to read from.
    static boost::system::result<Descriptor> open(const boost::asio::any_io_executor& executor,
                                                  const std::string& path);

    /// Calls read(2) or write(2) without waiting: would_block when there is nothing to do now. read: 0 without an error
    /// is the end of the input.
    std::size_t read(std::span<char> to, Error& error);
    std::size_t write(std::string_view bytes, Error& error);

    /// Waits until the call that said would_block is worth repeating. The error: cancelled.
    Awaitable<Error> ready();
    /// Waits until nobody can read any more what is written to a pipe without a name or a socket; forever for anything
    /// else. The error: cancelled.
    Awaitable<Error> reader_gone();

    [[nodiscard]] bool is_terminal() const noexcept;
    /// Tells whether everything written was read: it is a pipe that is empty, or a terminal.
    [[nodiscard]] bool is_awaited() const noexcept;
    /// Goes on at this offset of a regular file; returns false when it cannot.
    [[nodiscard]] bool seek(std::uint64_t offset) noexcept;
    /// Returns the extent of a regular file that is not empty; nothing: it is something else.
    [[nodiscard]] std::optional<Extent> extent() const noexcept;

private:
    enum class Access { direct, socket, ask_first };

    Descriptor(os::OpenFile file, Access access);
    static boost::system::result<Descriptor> watched(const boost::asio::any_io_executor& executor, os::OpenFile file,
                                                     Access access, Direction direction);

    os::OpenFile file_;
    mode_t kind_;  // S_IFREG, S_IFIFO, …
    Access access_;
    std::optional<os::Watch> watch_;                                  // of file_; nothing: it never waits
    std::optional<boost::asio::posix::stream_descriptor> readiness_;  // the descriptor of watch_
};

}  // namespace mqtts::stream
