// SPDX-License-Identifier: Apache-2.0
// Linux's way. See os.hpp.
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "os/open_file.hpp"
#include "os/os.hpp"

namespace mqtts::os {

bool make_pipe(std::array<int, 2>& ends) noexcept {
    return ::pipe2(ends.data(), O_CLOEXEC) == 0;
}

void close_from(posix_spawn_file_actions_t& actions, int first) noexcept {
    ::posix_spawn_file_actions_addclosefrom_np(&actions, first);
}

int make_socket(int family, int type) noexcept {
    return ::socket(family, type | SOCK_CLOEXEC, 0);
}

int accept(int listener) noexcept {
    return ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
}

bool make_socket_pair(std::array<int, 2>& ends) noexcept {
    return ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0;
}

namespace {

std::string name_of(int descriptor) {
    return "/proc/self/fd/" + std::to_string(descriptor);
}

/// Precondition: the path is absolute.
std::string directory_of(std::string_view path) {
    return std::string(path.substr(0, path.rfind('/') + 1));
}

/// Tells whether opening it again gives the same pipe or terminal: not for the controlling side of a pseudo terminal,
/// which would be a new one.
bool can_be_opened_again(int descriptor) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) return false;
    char name[64];
    const auto is_controlling_side = [&] { return ::ptsname_r(descriptor, name, sizeof name) == 0; };
    return S_ISFIFO(status.st_mode) || (::isatty(descriptor) != 0 && !is_controlling_side());
}

}  // namespace

/// Fails when there is no /proc, or when a terminal belongs to someone else.
int open_again(int descriptor, int mode) noexcept {
    if (!can_be_opened_again(descriptor)) return -1;
    return ::open(name_of(descriptor).c_str(), mode | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

int open_to_read(int descriptor) noexcept {
    return ::open(name_of(descriptor).c_str(), O_RDONLY | O_CLOEXEC);
}

/// An epoll: readable while what it watches is ready.
struct Watch::Impl {
    int epoll;
};

namespace {

/// Returns the events to wait for; that the other end is gone is reported in any case.
std::uint32_t events_of(Direction direction) noexcept {
    switch (direction) {
        case Direction::read:
            return EPOLLIN;
        case Direction::write:
            return EPOLLOUT;
        case Direction::neither:
            break;
    }
    return 0;
}

}  // namespace

Watch::Watch(int file, Direction direction) {
    OpenFile epoll(::epoll_create1(EPOLL_CLOEXEC));
    if (!epoll.is_open()) return;
    epoll_event event{.events = events_of(direction), .data = {}};
    if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, file, &event) == 0)  // EPERM: it refuses what never waits
        impl_ = std::make_unique<Impl>(Impl{epoll.release()});
}

Watch::Watch(Watch&&) noexcept = default;
Watch::~Watch() = default;

int Watch::descriptor() const noexcept {
    return impl_->epoll;
}

void Watch::begin_wait() noexcept {}

void Watch::end_wait() noexcept {}

ssize_t send(int socket, std::string_view bytes, int flags) noexcept {
    return ::send(socket, bytes.data(), bytes.size(), flags | MSG_NOSIGNAL);
}

void acknowledge_now(int socket) noexcept {
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

bool has_names_without_file() noexcept {
    return true;
}

bool sync_data(int descriptor) noexcept {
    return ::fdatasync(descriptor) == 0;
}

void sync_name_of(int descriptor) noexcept {
    char path[PATH_MAX];
    const ssize_t size = ::readlink(name_of(descriptor).c_str(), path, sizeof path);
    const bool is_whole = size > 0 && std::cmp_less(size, sizeof path);
    if (is_whole && path[0] == '/') sync_names(directory_of({path, static_cast<std::size_t>(size)}));
}

bool reserve(int descriptor, off_t size) noexcept {
    errno = ::posix_fallocate(descriptor, 0, size);
    return errno == 0;
}

std::string path_as_called() {
    const auto* const path = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
    return path != nullptr ? path : "";
}

void forbid_dumps() noexcept {
    ::prctl(PR_SET_DUMPABLE, 0);
}

void end_with_parent() noexcept {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

namespace {

/// sched_setattr(2), which the C library does not have. Its header of the kernel cannot be included beside the
/// library's.
struct Scheduling {
    std::uint32_t size = sizeof(Scheduling);
    std::uint32_t policy = 0;
    std::uint64_t flags = 0;
    std::int32_t nice = 0;
    std::uint32_t priority = 0;
    std::uint64_t runtime = 0;  // ns; since Linux 6.12 the length of a turn
    std::uint64_t deadline = 0;
    std::uint64_t period = 0;
};

}  // namespace

void take_short_turns() noexcept {
    constexpr std::uint32_t ordinary = 0;
    constexpr std::uint64_t reset_on_fork = 1;
    constexpr std::uint64_t turn = 100'000;
    // A sandbox may end those who make this call.
    if (::prctl(PR_GET_SECCOMP) != 0) return;
    Scheduling scheduling;
    if (::syscall(SYS_sched_getattr, 0, &scheduling, sizeof scheduling, 0) != 0) return;
    // Programs that we start would lose the advantage that somebody has given us.
    if (scheduling.policy != ordinary || scheduling.nice < 0) return;
    scheduling.flags |= reset_on_fork;
    scheduling.runtime = turn;
    ::syscall(SYS_sched_setattr, 0, &scheduling, 0);
}

std::uint64_t network() noexcept {
    struct stat status {};
    return ::stat("/proc/self/ns/net", &status) == 0 ? status.st_ino : 0;
}

}  // namespace mqtts::os
