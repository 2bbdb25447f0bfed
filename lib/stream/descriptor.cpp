// SPDX-License-Identifier: Apache-2.0
#include "stream/descriptor.hpp"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>

#include "async/race.hpp"

namespace mqtts::stream {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

error_code last_error() {
    return {errno, boost::system::system_category()};
}

mode_t kind(int descriptor) {
    struct stat status {};
    return ::fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : 0;
}

bool is_open_for(int descriptor, Descriptor::Direction direction) {
    const int flags = ::fcntl(descriptor, F_GETFL);
    const int other_way = direction == Descriptor::Direction::read ? O_WRONLY : O_RDONLY;
    return flags >= 0 && (flags & O_ACCMODE) != other_way;
}

bool is_ready(int descriptor, short events) {
    pollfd request{.fd = descriptor, .events = events, .revents = 0};
    return ::poll(&request, 1, 0) > 0;
}

/// Repeats the call until no signal interrupts it.
template <class Call>
std::size_t attempt(Call call, error_code& error) {
    for (;;) {
        const ssize_t count = call();
        error = count < 0 ? last_error() : error_code{};
        if (error != asio::error::interrupted) return error ? 0 : static_cast<std::size_t>(count);
    }
}

}  // namespace

Descriptor::Descriptor(os::OpenFile file, Access access)
    : file_(std::move(file)), kind_(kind(file_.get())), access_(access) {}

boost::system::result<Descriptor> Descriptor::inherited(const asio::any_io_executor& executor, int descriptor,
                                                        Direction direction) {
    if (!is_open_for(descriptor, direction)) return error_code{asio::error::bad_descriptor};
    constexpr int behind_standard_error = 3;
    os::OpenFile shared{::fcntl(descriptor, F_DUPFD_CLOEXEC, behind_standard_error)};
    if (!shared.is_open()) return last_error();
    if (kind(descriptor) == S_IFSOCK) return watched(executor, std::move(shared), Access::socket, direction);
    os::OpenFile own{os::open_again(descriptor, direction == Direction::read ? O_RDONLY : O_WRONLY)};
    if (own.is_open()) return watched(executor, std::move(own), Access::direct, direction);
    return watched(executor, std::move(shared), Access::ask_first, direction);
}

boost::system::result<Descriptor> Descriptor::open(const asio::any_io_executor& executor, const std::string& path) {
    os::OpenFile file{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
    if (!file.is_open()) return last_error();
    const mode_t file_kind = kind(file.get());
    if (file_kind == S_IFDIR) return error_code{EISDIR, boost::system::system_category()};
    // Before a named pipe has its first writer, read(2) says end of input while poll(2) says wait.
    const Access access = file_kind == S_IFIFO ? Access::ask_first : Access::direct;
    return watched(executor, std::move(file), access, Direction::read);
}

boost::system::result<Descriptor> Descriptor::watched(const asio::any_io_executor& executor, os::OpenFile file,
                                                      Access access, Direction direction) {
    os::Watch watch(file.get(), direction);
    if (!watch.is_open()) {
        if (errno != EPERM) return last_error();
        return Descriptor{std::move(file), Access::direct};
    }
    Descriptor descriptor{std::move(file), access};
    descriptor.readiness_.emplace(executor, watch.descriptor());
    descriptor.watch_.emplace(std::move(watch));
    return descriptor;
}

std::size_t Descriptor::read(std::span<char> to, Error& error) {
    const int file = file_.get();
    if (access_ == Access::ask_first && !is_ready(file, POLLIN)) {
        error = asio::error::would_block;
        return 0;
    }
    return attempt(
        [&] {
            return access_ == Access::socket ? ::recv(file, to.data(), to.size(), MSG_DONTWAIT)
                                             : ::read(file, to.data(), to.size());
        },
        error);
}

std::size_t Descriptor::write(std::string_view bytes, Error& error) {
    const int file = file_.get();
    if (access_ == Access::ask_first) {
        bytes = bytes.substr(0, PIPE_BUF);
        if (!is_ready(file, POLLOUT)) {
            error = asio::error::would_block;
            return 0;
        }
    }
    return attempt(
        [&] {
            return access_ == Access::socket ? os::send(file, bytes, MSG_DONTWAIT)
                                             : ::write(file, bytes.data(), bytes.size());
        },
        error);
}

namespace {

Awaitable<Descriptor::Error> wait_for(os::Watch& watch, asio::posix::stream_descriptor& readiness) {
    watch.begin_wait();
    const auto [error] =
        co_await readiness.async_wait(asio::posix::stream_descriptor::wait_read, asio::as_tuple(asio::use_awaitable));
    if (!error) watch.end_wait();
    co_return error;
}

}  // namespace

Awaitable<Descriptor::Error> Descriptor::ready() {
    if (!readiness_) co_return Error{};
    co_return co_await wait_for(*watch_, *readiness_);
}

/// Waits for the end of the reader, except of a terminal, whose end comes with a signal, and of a pipe with a name,
/// whose readers may come one after the other.
Awaitable<Descriptor::Error> Descriptor::reader_gone() {
    const bool has_one_reader = kind_ == S_IFSOCK || (kind_ == S_IFIFO && !os::is_named_pipe(file_.get()));
    std::optional<os::Watch> watch;
    if (has_one_reader) watch.emplace(file_.get(), Direction::neither);
    if (!watch || !watch->is_open()) {
        static_cast<void>(co_await async::until());
        co_return asio::error::operation_aborted;
    }
    asio::posix::stream_descriptor readiness(co_await asio::this_coro::executor, watch->descriptor());
    co_return co_await wait_for(*watch, readiness);
}

bool Descriptor::is_terminal() const noexcept {
    return kind_ == S_IFCHR && ::isatty(file_.get()) != 0;
}

bool Descriptor::is_awaited() const noexcept {
    int unread = 0;
    if (kind_ == S_IFIFO) return ::ioctl(file_.get(), FIONREAD, &unread) == 0 && unread == 0;
    return is_terminal();
}

bool Descriptor::seek(std::uint64_t offset) noexcept {
    return ::lseek(file_.get(), static_cast<off_t>(offset), SEEK_SET) >= 0;
}

std::optional<Extent> Descriptor::extent() const noexcept {
    struct stat status {};
    if (::fstat(file_.get(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) return std::nullopt;
    const off_t position = ::lseek(file_.get(), 0, SEEK_CUR);
    if (position < 0 || position > status.st_size) return std::nullopt;
    return Extent{.read = static_cast<std::uint64_t>(position),
                  .size = static_cast<std::uint64_t>(status.st_size),
                  .modified = os::modified(status)};
}

}  // namespace mqtts::stream
