// SPDX-License-Identifier: Apache-2.0
// What systems do in different ways, and nothing else.
//
// linux.cpp has Linux's way, portable.cpp that of POSIX for all others; CMake chooses, and with MQTTS_PORTABLE it takes
// the portable one on Linux, too, where it is tested. No name that only Linux has is outside of this directory: a test
// looks for them. Errors are in errno, as those of the calls are that the functions stand for.
#pragma once

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

struct sockaddr_un;  // NOLINT(readability-identifier-naming): the system's

namespace mqtts::os {

// Descriptors: no new one is open in a program that this process starts.

/// pipe(2): the first to read from, the second to write to. false: there is none.
[[nodiscard]] bool make_pipe(std::array<int, 2>& ends) noexcept;
/// socket(2) and accept(2); -1: there is none.
[[nodiscard]] int make_socket(int family, int type) noexcept;
[[nodiscard]] int accept(int listener) noexcept;
/// socketpair(2) of local streams. false: there is none.
[[nodiscard]] bool make_socket_pair(std::array<int, 2>& ends) noexcept;

/// The pipe or terminal that `descriptor` is, opened once more for `mode` (O_RDONLY, O_WRONLY), so that it can be
/// non-blocking, and is, without any effect on others who hold it. -1: it is something else, or this cannot be done.
[[nodiscard]] int open_again(int descriptor, int mode) noexcept;
/// A pipe with a name, by which another reader may open it when the last one has left. Precondition: it is a pipe.
[[nodiscard]] bool is_named_pipe(int descriptor) noexcept;
/// The regular file that `descriptor` may only write to, opened to be read. -1: it cannot be.
[[nodiscard]] int open_to_read(int descriptor) noexcept;

/// What is waited for: something to read, room to write, or, with neither of them, that the other end is gone.
enum class Direction { read, write, neither };

/// A descriptor for the event loop in the place of a file that the loop must not touch: it would make the file
/// non-blocking, for all who share it.
class Watch {
public:
    /// Not open (errno: EPERM) for what never has to be waited for, a regular file.
    Watch(int file, Direction direction);
    Watch(Watch&&) noexcept;
    ~Watch();

    [[nodiscard]] bool is_open() const noexcept { return impl_ != nullptr; }
    /// From begin_wait() on it becomes readable when `file` is ready. Whoever asks for it closes it.
    [[nodiscard]] int descriptor() const noexcept;
    void begin_wait() noexcept;
    /// It was readable. Not to be called after a wait that was given up.
    void end_wait() noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Sockets

/// send(2) that raises no signal when the other end is gone, provided that the process ignores SIGPIPE: not every
/// system can be told so for one call.
[[nodiscard]] ssize_t send(int socket, std::string_view bytes, int flags = 0) noexcept;
/// Sends the acknowledgement of what came without waiting for data that could carry it, where the system lets us.
void acknowledge_now(int socket) noexcept;
/// The shortest time that a segment and its acknowledgement took, where the system knows it; otherwise 0.
[[nodiscard]] std::chrono::microseconds shortest_round_trip(int socket) noexcept;
/// Whether a local socket may have a name without a file.
[[nodiscard]] bool has_names_without_file() noexcept;
/// The address of a local socket: a path, or after '@' a name without a file. Returns its size, or 0 for none.
[[nodiscard]] socklen_t local_address(std::string_view name, sockaddr_un& address) noexcept;

// Files

/// Returns once the content of the file is safe on the device, and as much about it as is needed to read it.
[[nodiscard]] bool sync_data(int descriptor) noexcept;
/// Takes room on the disk for the first `size` bytes, and makes a shorter file as long. What is in it stays. false:
/// there is no room, and the file is as it was.
[[nodiscard]] bool reserve(int descriptor, off_t size) noexcept;
/// When it was last modified, since 1970, as exactly as the system knows. `Status` is struct stat.
template <class Status>
[[nodiscard]] std::chrono::nanoseconds modified(const Status& status) noexcept {
    const auto since_1970 = [](const timespec& time) {
        return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
    };
    if constexpr (requires { status.st_mtim; })
        return since_1970(status.st_mtim);
    else
        return since_1970(status.st_mtimespec);  // macOS
}

// Processes

/// The environment of this one, for a program that it starts.
[[nodiscard]] char**& environment() noexcept;
/// The calling process is killed when its parent ends, however that comes about, where the system offers it.
void end_with_parent() noexcept;

// The system itself

/// Which one this is, as os-release(5) says: "rocky", like "rhel centos fedora", 9 for 9.4. Empty where nothing does.
struct Release {
    std::string id;
    std::string like;
    int version = 0;
};
[[nodiscard]] Release release();
[[nodiscard]] Release parse_release(std::string_view os_release);

}  // namespace mqtts::os
