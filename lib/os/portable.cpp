// SPDX-License-Identifier: Apache-2.0
// The way of POSIX, with what macOS and FreeBSD add to it where POSIX has none. See os.hpp.
#include <fcntl.h>
#include <poll.h>
#include <sys/param.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <system_error>
#include <thread>

#include "os/os.hpp"

namespace mqtts::os {

namespace {

/// Closes the descriptor in programs that this process starts. Between the two calls another thread may start one,
/// which then holds the descriptor for as long as it runs.
int closed_in_programs(int descriptor) noexcept {
    if (descriptor >= 0) ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    return descriptor;
}

bool closed_in_programs(const std::array<int, 2>& ends) noexcept {
    for (const int end : ends)
        closed_in_programs(end);
    return true;
}

}  // namespace

void close_from(posix_spawn_file_actions_t& /*actions*/, int first) noexcept {
    for (int descriptor = first; descriptor < ::getdtablesize(); ++descriptor)
        closed_in_programs(descriptor);
}

bool make_pipe(std::array<int, 2>& ends) noexcept {
    return ::pipe(ends.data()) == 0 && closed_in_programs(ends);
}

int make_socket(int family, int type) noexcept {
    return closed_in_programs(::socket(family, type, 0));
}

int accept(int listener) noexcept {
    return closed_in_programs(::accept(listener, nullptr, nullptr));
}

bool make_socket_pair(std::array<int, 2>& ends) noexcept {
    return ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0 && closed_in_programs(ends);
}

/// Opens only terminals again, by their name: poll(2) tells of one only that some bytes fit, and a larger write would
/// wait. In most systems /dev/fd gives for a pipe the same description once more, not a new one.
int open_again(int descriptor, int mode) noexcept {
    std::array<char, 256> name{};
    const bool is_controlling_side = ::ptsname(descriptor) != nullptr;  // which makes another terminal when opened
    if (::isatty(descriptor) == 1 && !is_controlling_side && ::ttyname_r(descriptor, name.data(), name.size()) == 0)
        return ::open(name.data(), mode | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    errno = ENOTSUP;
    return -1;
}

int open_to_read(int descriptor) noexcept {
#if defined(F_GETPATH)  // macOS
    char path[MAXPATHLEN];
    if (::fcntl(descriptor, F_GETPATH, path) != 0) return -1;
    return ::open(path, O_RDONLY | O_CLOEXEC);
#elif defined(O_EMPTY_PATH)  // FreeBSD 14
    return ::openat(descriptor, "", O_RDONLY | O_EMPTY_PATH | O_CLOEXEC);
#else
    return ::open(("/dev/fd/" + std::to_string(descriptor)).c_str(), O_RDONLY | O_CLOEXEC);
#endif
}

namespace {

/// Blocks signals, which are for the threads that wait for them or block them: a thread started meanwhile gets no
/// signals.
class NoSignals {
public:
    NoSignals() noexcept {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    NoSignals(const NoSignals&) = delete;
    NoSignals& operator=(const NoSignals&) = delete;
    ~NoSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_{};
};

/// Returns the events to wait for. POLLHUP is reported in any case, but macOS ignores a file without any event asked
/// for.
short events_of(Direction direction) noexcept {
    switch (direction) {
        case Direction::read:
            return POLLIN;
        case Direction::write:
            return POLLOUT;
        case Direction::neither:
            break;
    }
    return POLLHUP;
}

}  // namespace

/// A thread that waits in poll(2) each time it is asked to, and tells through a pipe when the wait is over.
struct Watch::Impl {
    Impl(int watched, Direction way) : file(watched), events(events_of(way)) {
        if (!make_pipe(asking)) throw std::system_error(errno, std::generic_category());
        if (!make_pipe(telling)) {
            close_both(asking);
            throw std::system_error(errno, std::generic_category());
        }
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        ::close(asking[1]);  // which ends the thread
        if (thread.joinable()) thread.join();
        ::close(asking[0]);
        ::close(telling[1]);  // the other end is its user's
    }

    static void close_both(const std::array<int, 2>& ends) noexcept {
        for (const int end : ends)
            ::close(end);
    }

    void start() {
        const NoSignals during_this;
        thread = std::thread([this] { run(); });
    }

    void run() const noexcept {
        char request = 0;
        while (::read(asking[0], &request, 1) == 1 && becomes_ready())
            static_cast<void>(::write(telling[1], &request, 1) == 1);
    }

    /// Returns false when nobody wants to know any more.
    bool becomes_ready() const noexcept {
        std::array<pollfd, 2> both{pollfd{file, events, 0}, pollfd{asking[0], POLLIN, 0}};
        while (::poll(both.data(), both.size(), -1) < 0 && errno == EINTR) {
        }
        return both[1].revents == 0;
    }

    int file;
    short events;
    std::array<int, 2> asking{};
    std::array<int, 2> telling{};
    bool is_asked = false;  // and has not told yet
    std::thread thread;
};

Watch::Watch(int file, Direction direction) {
    struct stat status {};
    if (::fstat(file, &status) != 0) return;
    if (S_ISREG(status.st_mode) || S_ISBLK(status.st_mode) || S_ISDIR(status.st_mode)) {
        errno = EPERM;
        return;
    }
    try {
        impl_ = std::make_unique<Impl>(file, direction);
        impl_->start();
    } catch (const std::system_error& error) {
        if (impl_) ::close(impl_->telling[0]);
        impl_.reset();
        errno = error.code().value();
    }
}

Watch::Watch(Watch&&) noexcept = default;
Watch::~Watch() = default;

int Watch::descriptor() const noexcept {
    return impl_->telling[0];
}

void Watch::begin_wait() noexcept {
    const char request = 0;
    if (!impl_->is_asked) impl_->is_asked = ::write(impl_->asking[1], &request, 1) == 1;
}

void Watch::end_wait() noexcept {
    char told = 0;
    impl_->is_asked = ::read(impl_->telling[0], &told, 1) != 1;
}

ssize_t send(int socket, std::string_view bytes, int flags) noexcept {
    return ::send(socket, bytes.data(), bytes.size(), flags);
}

void acknowledge_now(int /*socket*/) noexcept {}

std::chrono::microseconds shortest_round_trip(int /*socket*/) noexcept {
    return {};
}

bool has_names_without_file() noexcept {
    return false;
}

bool sync_data(int descriptor) noexcept {
#ifdef F_FULLFSYNC  // macOS: fsync(2) stops in the cache of the disk
    if (::fcntl(descriptor, F_FULLFSYNC) == 0) return true;
#endif
    return ::fsync(descriptor) == 0;
}

#ifdef F_GETPATH  // macOS
void sync_name_of(int descriptor) noexcept {
    char path[MAXPATHLEN];
    if (::fcntl(descriptor, F_GETPATH, path) != 0) return;
    const std::string all = path;
    sync_names(all.substr(0, all.rfind('/') + 1));
}
#else
void sync_name_of(int /*descriptor*/) noexcept {}
#endif

bool reserve(int descriptor, off_t size) noexcept {
    static constexpr std::array<char, 16384> zeros{};
    const off_t before = ::lseek(descriptor, 0, SEEK_END);
    if (before < 0) return false;
    for (off_t end = before; end < size;) {
        const auto wanted = static_cast<std::size_t>(std::min<off_t>(zeros.size(), size - end));
        const ssize_t count = ::pwrite(descriptor, zeros.data(), wanted, end);
        if (count > 0) {
            end += count;
        } else if (count == 0 || errno != EINTR) {
            const int error = errno;
            static_cast<void>(::ftruncate(descriptor, before) == 0);
            errno = error;
            return false;
        }
    }
    return true;
}

std::string path_as_called() {
    return {};
}

void forbid_dumps() noexcept {
    const rlimit nothing{.rlim_cur = 0, .rlim_max = 0};
    ::setrlimit(RLIMIT_CORE, &nothing);
}

void end_with_parent() noexcept {}

void take_short_turns() noexcept {}

std::uint64_t network() noexcept {
    return 0;
}

}  // namespace mqtts::os
