// SPDX-License-Identifier: Apache-2.0
// The keeper's end of a socket: takes the name, accepts the callers of the same user, and gives the name back.
//
// A keeper holds a lock (flock) on NAME.lock while it lives, in whatever way it ends. So of two that want the name
// exactly one gets it, and what a dead one left is replaced. The socket appears under its name when it accepts
// connections: a caller never finds half of it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/error.hpp"
#include "os/open_file.hpp"
#include "share/directory.hpp"

namespace mqtts::share {

class Listener {
public:
    /// Takes the name, and removes what other dead keepers left. Nothing: a living keeper has it. Failure: the
    /// directory is read-only or full, or the path is longer than a socket's may be.
    [[nodiscard]] static Result<std::optional<Listener>> open(const Directory& directory, const std::string& name);

    Listener(Listener&&) noexcept = default;
    Listener& operator=(Listener&&) = delete;
    /// Removes the socket and the lock if they are still ours, so that no caller comes any more; closes both.
    ~Listener();

    /// Returns the socket, non-blocking, to wait for callers. Closed in programs that this process starts.
    [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }
    /// Accepts a caller who waits: non-blocking, closed in programs. Closes connections of other users at once. Not
    /// open: errno tells why; EAGAIN: nobody waits; EMFILE, ENFILE: too many files are open, and the caller still
    /// waits.
    [[nodiscard]] os::OpenFile accept();
    /// Returns how many connections of other users were closed.
    [[nodiscard]] unsigned refused_users() const noexcept { return refused_users_; }

    /// Tells whether callers still find this socket under its name. If not, somebody removed or replaced it.
    [[nodiscard]] bool is_found() const noexcept;
    /// Closes our copy and removes nothing: for the process that leaves the socket to another one it has made with
    /// fork(2), and for one that a signal may end while another has the name.
    void leave() noexcept;

private:
    Listener(os::OpenFile directory, os::OpenFile lock, os::OpenFile socket, std::string name, ino_t inode) noexcept;

    os::OpenFile directory_;
    os::OpenFile lock_;
    os::OpenFile socket_;
    std::string name_;
    ino_t inode_;
    unsigned refused_users_ = 0;
};

}  // namespace mqtts::share
