// SPDX-License-Identifier: Apache-2.0
#include "share/connect.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>

#include "os/os.hpp"
#include "os/system_reason.hpp"
#include "share/peer.hpp"

namespace mqtts::share {

namespace {

/// Connects, also when a signal comes. A local socket never keeps us waiting: it is connected, or it fails.
bool connect_to(int socket, const sockaddr_un& address, socklen_t size) noexcept {
    while (::connect(socket, reinterpret_cast<const sockaddr*>(&address), size) != 0) {
        if (errno == EISCONN) return true;
        if (errno != EINTR) return false;
    }
    return true;
}

std::string reason_of(int error) {
    return error == EAGAIN || error == EWOULDBLOCK ? "too many callers wait" : os::system_reason(error);
}

}  // namespace

Result<std::optional<os::OpenFile>> connect(const Directory& directory, const std::string& name) {
    const std::string path = directory.path_of(name);
    struct stat status {};
    if (::fstatat(directory.descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) return std::optional<os::OpenFile>();
        return unusable(path, os::system_reason(errno));
    }
    if (!S_ISSOCK(status.st_mode) || status.st_uid != ::geteuid())
        return unusable(path, "it is no socket of ours", "remove the file");
    sockaddr_un address{};
    const socklen_t size = os::local_address(path, address);
    if (size == 0)
        return unusable(directory.path(), "its path is too long for a socket",
                        "set XDG_RUNTIME_DIR to a directory with a shorter path");
    os::OpenFile socket(os::make_socket(AF_UNIX, SOCK_STREAM));
    if (!socket.is_open() || ::fcntl(socket.get(), F_SETFL, O_NONBLOCK) != 0)
        return unusable(path, os::system_reason(errno));
    if (!connect_to(socket.get(), address, size)) {
        if (errno == ENOENT || errno == ECONNREFUSED) return std::optional<os::OpenFile>();
        return unusable(path, reason_of(errno));
    }
    if (!is_same_user(socket.get())) return unusable(path, "another user listens there");
    return std::optional<os::OpenFile>(std::move(socket));
}

}  // namespace mqtts::share
