// SPDX-License-Identifier: Apache-2.0
// The calls that systems do in different ways, and nothing else.
//
// linux.cpp has Linux's way, portable.cpp that of POSIX for all others; CMake chooses, and with MQTTS_PORTABLE it takes
// the portable one on Linux, too, where it is tested. Names that only Linux has are only in this directory: a test
// looks for them. Errors are in errno, as with the calls that the functions replace.
#pragma once

#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sockaddr_un;  // NOLINT(readability-identifier-naming): the system's

namespace mqtts::os {

// Descriptors: programs that this process starts do not get the new ones.

/// Calls pipe(2): the first end to read from, the second to write to. Returns false on failure.
[[nodiscard]] bool make_pipe(std::array<int, 2>& ends) noexcept;
/// Call socket(2) and accept(2). Return -1 on failure.
[[nodiscard]] int make_socket(int family, int type) noexcept;
[[nodiscard]] int accept(int listener) noexcept;
/// Calls socketpair(2) for local streams. Returns false on failure.
[[nodiscard]] bool make_socket_pair(std::array<int, 2>& ends) noexcept;

/// Lets a program that is started with these actions have no descriptor from `first` on, also none of those that we
/// were started with.
void close_from(posix_spawn_file_actions_t& actions, int first) noexcept;

/// Opens the pipe or terminal `descriptor` once more for `mode` (O_RDONLY, O_WRONLY), non-blocking, without any effect
/// on others who hold it. Returns -1 when it is something else, or this cannot be done.
[[nodiscard]] int open_again(int descriptor, int mode) noexcept;
/// Tells whether the pipe has a name, by which another reader may open it when the last one has left. Precondition: it
/// is a pipe.
[[nodiscard]] bool is_named_pipe(int descriptor) noexcept;
/// Opens the regular file, which `descriptor` may only write to, for reading. Returns -1 on failure.
[[nodiscard]] int open_to_read(int descriptor) noexcept;

/// What to wait for: something to read, room to write, or, with neither of them, that the other end is gone.
enum class Direction { read, write, neither };

/// A descriptor for the event loop instead of a file that the loop must not touch: it would make the file non-blocking,
/// for all who share it.
class Watch {
public:
    /// Is not open (errno: EPERM) for a file that never has to be waited for, a regular file.
    Watch(int file, Direction direction);
    Watch(Watch&&) noexcept;
    ~Watch();

    [[nodiscard]] bool is_open() const noexcept { return impl_ != nullptr; }
    /// Returns the descriptor, which becomes readable when `file` is ready, from begin_wait() on. The caller closes it.
    [[nodiscard]] int descriptor() const noexcept;
    void begin_wait() noexcept;
    /// Ends a wait after it was readable. Do not call it after a wait that was given up.
    void end_wait() noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Sockets

/// Calls send(2), which raises no signal when the other end is gone, provided that the process ignores SIGPIPE: not
/// every system can be told so for one call.
[[nodiscard]] ssize_t send(int socket, std::string_view bytes, int flags = 0) noexcept;
/// Sends the acknowledgement of received bytes without waiting for data that could carry it, if the system lets us.
void acknowledge_now(int socket) noexcept;
/// Returns the shortest time that a segment and its acknowledgement took, if the system knows it; otherwise 0.
[[nodiscard]] std::chrono::microseconds shortest_round_trip(int socket) noexcept;
/// Tells whether a local socket may have a name without a file.
[[nodiscard]] bool has_names_without_file() noexcept;
/// Makes the address of a local socket: a path, or after '@' a name without a file. Returns its size, or 0 on failure.
[[nodiscard]] socklen_t local_address(std::string_view name, sockaddr_un& address) noexcept;
/// Finds out which user is at the other end of a connected local stream: the effective user of the process that called
/// connect(2) or listen(2). Returns false on failure.
[[nodiscard]] bool peer_user(int socket, uid_t& user) noexcept;

// Files

/// Returns when the content of the file, and as much about it as is needed to read it, is safe on the device.
[[nodiscard]] bool sync_data(int descriptor) noexcept;
/// Returns when the names of the files in the directory are safe on the device, as far as the system can do that for a
/// directory, and lets us.
void sync_names(const std::string& directory) noexcept;
/// Does so for the directory that the open file has its name in, if the system tells which one that is.
void sync_name_of(int descriptor) noexcept;
/// Takes room on the disk for the first `size` bytes, and makes a shorter file as long. The content stays. Returns
/// false when there is no room; the file is unchanged then.
[[nodiscard]] bool reserve(int descriptor, off_t size) noexcept;
[[nodiscard]] inline std::chrono::nanoseconds since_1970(const timespec& time) noexcept {
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}
/// Returns when it was last modified, since 1970, as exactly as the system knows. `Status` is struct stat.
template <class Status>
[[nodiscard]] std::chrono::nanoseconds modified(const Status& status) noexcept {
    if constexpr (requires { status.st_mtim; })
        return since_1970(status.st_mtim);
    else
        return since_1970(status.st_mtimespec);  // macOS
}
/// Returns the same for its content or what is known about it: a change that hides its time of modification shows here.
template <class Status>
[[nodiscard]] std::chrono::nanoseconds changed(const Status& status) noexcept {
    if constexpr (requires { status.st_ctim; })
        return since_1970(status.st_ctim);
    else
        return since_1970(status.st_ctimespec);  // macOS
}

// Processes

/// Returns the environment of this process, for a program that it starts.
[[nodiscard]] char**& environment() noexcept;
/// Returns the path that this process was started with, if the system tells; it may be relative. Else nothing.
[[nodiscard]] std::string path_as_called();
/// Keeps the memory of the calling process out of core dumps and, where the system offers it, away from other processes
/// of the same user.
void forbid_dumps() noexcept;
/// Kills the calling process when its parent ends, in whatever way, if the system offers it.
void end_with_parent() noexcept;
/// Asks for short turns on the processor, and in exchange for a turn soon after each event, if the system offers it:
/// for a process that hands out work, and must not wait behind those it has given work to. Programs that it starts are
/// scheduled as usual.
void take_short_turns() noexcept;

// The system itself

/// Returns a number that tells the networks apart which processes of this system can be in: in another one the same
/// name may be another server. 0: there is only one, or the system does not tell.
[[nodiscard]] std::uint64_t network() noexcept;

/// The system, as os-release(5) names it: "rocky", like "rhel centos fedora", 9 for 9.4. Empty if the file is missing.
struct Release {
    std::string id;
    std::string like;
    int version = 0;
};
[[nodiscard]] Release release();
[[nodiscard]] Release parse_release(std::string_view os_release);

}  // namespace mqtts::os
