// SPDX-License-Identifier: Apache-2.0
#include "share/listener.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "os/os.hpp"
#include "os/system_reason.hpp"
#include "share/lock.hpp"
#include "share/peer.hpp"

namespace mqtts::share {

namespace {

std::string lock_of(const std::string& name) {
    return name + ".lock";
}

/// Returns the inode of the socket with this name, 0 if there is no such socket.
ino_t inode_of(int directory, const std::string& name) noexcept {
    struct stat status {};
    const bool is_socket =
        ::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISSOCK(status.st_mode);
    return is_socket ? status.st_ino : 0;
}

/// Makes a socket that accepts connections, under a name that nobody looks for. It is found in the open directory
/// afterwards, or the path has led somewhere else.
Result<os::OpenFile> listen_at(const Directory& directory, const std::string& name) {
    sockaddr_un address{};
    const std::string path = directory.path_of(name);
    const socklen_t size = os::local_address(path, address);
    if (size == 0)
        return unusable(directory.path(), "its path is too long for a socket",
                        "set XDG_RUNTIME_DIR to a directory with a shorter path");
    ::unlinkat(directory.descriptor(), name.c_str(), 0);
    os::OpenFile socket(os::make_socket(AF_UNIX, SOCK_STREAM));
    const bool listens = socket.is_open() && ::fcntl(socket.get(), F_SETFL, O_NONBLOCK) == 0 &&
                         ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                         ::fchmodat(directory.descriptor(), name.c_str(), S_IRUSR | S_IWUSR, 0) == 0 &&
                         ::listen(socket.get(), SOMAXCONN) == 0;
    if (!listens) {
        Failure failure = unusable(directory.path(), os::system_reason(errno));
        ::unlinkat(directory.descriptor(), name.c_str(), 0);
        return failure;
    }
    return socket;
}

}  // namespace

Listener::Listener(os::OpenFile directory, os::OpenFile lock, os::OpenFile socket, std::string name,
                   ino_t inode) noexcept
    : directory_(std::move(directory)),
      lock_(std::move(lock)),
      socket_(std::move(socket)),
      name_(std::move(name)),
      inode_(inode) {}

Result<std::optional<Listener>> Listener::open(const Directory& directory, const std::string& name) {
    os::OpenFile lock = take_lock(directory.descriptor(), lock_of(name));
    if (!lock.is_open() && errno == EWOULDBLOCK) return std::optional<Listener>();
    if (!lock.is_open()) return unusable(directory.path(), os::system_reason(errno));
    os::OpenFile own(::fcntl(directory.descriptor(), F_DUPFD_CLOEXEC, 0));
    const std::string unfinished = name + ".new";
    auto socket = own.is_open() ? listen_at(directory, unfinished)
                                : Result<os::OpenFile>(unusable(directory.path(), os::system_reason(errno)));
    if (!socket) {
        remove_lock(directory.descriptor(), lock_of(name), lock);
        return socket.error();
    }
    const ino_t inode = inode_of(own.get(), unfinished);
    if (inode == 0 || ::renameat(own.get(), unfinished.c_str(), own.get(), name.c_str()) != 0) {
        Failure failure = unusable(directory.path(), os::system_reason(errno));
        ::unlinkat(own.get(), unfinished.c_str(), 0);
        remove_lock(own.get(), lock_of(name), lock);
        return failure;
    }
    remove_remains(own.get());
    return std::optional<Listener>(Listener(std::move(own), std::move(lock), std::move(*socket), name, inode));
}

Listener::~Listener() {
    if (!socket_.is_open()) return;
    if (is_found()) ::unlinkat(directory_.get(), name_.c_str(), 0);
    socket_.close();
    remove_lock(directory_.get(), lock_of(name_), lock_);
}

os::OpenFile Listener::accept() {
    for (;;) {
        os::OpenFile caller(os::accept(socket_.get()));
        if (!caller.is_open()) {
            if (errno == EINTR || errno == ECONNABORTED) continue;
            if (errno == EWOULDBLOCK) errno = EAGAIN;
            return caller;
        }
        if (!is_same_user(caller.get()))
            ++refused_users_;
        else if (::fcntl(caller.get(), F_SETFL, O_NONBLOCK) == 0)
            return caller;
    }
}

bool Listener::is_found() const noexcept {
    return socket_.is_open() && inode_of(directory_.get(), name_) == inode_;
}

void Listener::leave() noexcept {
    socket_.close();
    lock_.close();
    directory_.close();
}

}  // namespace mqtts::share
