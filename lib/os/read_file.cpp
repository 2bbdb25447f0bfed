// SPDX-License-Identifier: Apache-2.0
#include "os/read_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include "os/open_file.hpp"

namespace mqtts::os {

namespace {

using Deadline = std::optional<std::chrono::steady_clock::time_point>;

std::error_code last_error() {
    return {errno, std::generic_category()};
}

int milliseconds_left(const Deadline& deadline) {
    if (!deadline) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, std::numeric_limits<int>::max()));
}

/// Waits until a read does not wait, also for the first writer of a pipe.
std::error_code wait_for(int file, const Deadline& deadline) {
    for (;;) {
        if (deadline && std::chrono::steady_clock::now() >= *deadline) return make_error_code(std::errc::timed_out);
        pollfd waiting{.fd = file, .events = POLLIN, .revents = 0};
        const int ready = ::poll(&waiting, 1, milliseconds_left(deadline));
        if (ready > 0) return {};
        if (ready < 0 && errno != EINTR) return last_error();
    }
}

/// A file that becomes longer while it is read, or whose size is not told, is read in such pieces.
constexpr std::size_t grown_at_once = 4096;

bool is_regular(int file) {
    struct stat status {};
    return ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

std::error_code read_file(const std::string& path, std::string& text, const Deadline& deadline) {
    const OpenFile file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!file.is_open()) return last_error();
    const bool never_waits = is_regular(file.get());
    char block[16 * 1024];
    for (;;) {
        if (!never_waits)
            if (const std::error_code error = wait_for(file.get(), deadline)) return error;
        const ssize_t count = ::read(file.get(), block, sizeof block);
        if (count == 0) return {};
        if (count > 0)
            text.append(block, static_cast<std::size_t>(count));
        else if (errno != EINTR && errno != EAGAIN)
            return last_error();
    }
}

std::error_code read_regular_file(const std::string& path, SecretBytes& bytes, std::size_t limit) {
    const OpenFile file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    struct stat status {};
    if (!file.is_open() || ::fstat(file.get(), &status) != 0) return last_error();
    if (S_ISDIR(status.st_mode)) return make_error_code(std::errc::is_a_directory);
    if (!S_ISREG(status.st_mode)) return make_error_code(std::errc::invalid_seek);
    if (std::cmp_greater(status.st_size, limit)) return make_error_code(std::errc::file_too_large);
    const auto expected = static_cast<std::size_t>(status.st_size);
    for (std::size_t offset = 0;;) {
        const std::size_t wanted = offset < expected ? expected - offset + 1 : grown_at_once;  // behind the end, too
        const ssize_t count = ::pread(file.get(), bytes.prepare(wanted).data(), wanted, static_cast<off_t>(offset));
        if (count == 0) return {};
        if (count < 0 && errno != EINTR) return last_error();
        if (count < 0) continue;
        bytes.commit(static_cast<std::size_t>(count));
        offset += static_cast<std::size_t>(count);
        if (offset > limit) return make_error_code(std::errc::file_too_large);
    }
}

std::string_view waiting_reason(bool begun) noexcept {
    return begun ? "its end has not come yet" : "nothing has come from it yet";
}

}  // namespace mqtts::os
