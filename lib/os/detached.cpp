// SPDX-License-Identifier: Apache-2.0
#include "os/detached.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

#include "os/names_in.hpp"
#include "os/open_file.hpp"
#include "os/os.hpp"

namespace mqtts::os {

namespace {

/// Closes a descriptor that programs which we start would get: only those that we were started with are such.
void close_if_inherited(int descriptor) noexcept {
    const int flags = ::fcntl(descriptor, F_GETFD);
    if (flags >= 0 && (flags & FD_CLOEXEC) == 0) ::close(descriptor);
}

void close_inherited() noexcept {
    const OpenFile list(::open("/dev/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (const auto names = list.is_open() ? names_in(list.get()) : std::nullopt; names && names->size() > 3) {
        for (const std::string& name : *names) {
            const int descriptor = std::atoi(name.c_str());
            if (descriptor > STDERR_FILENO) close_if_inherited(descriptor);
        }
        return;
    }
    constexpr rlim_t most = 1 << 20;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = 1024;
    for (int descriptor = STDERR_FILENO + 1; descriptor < static_cast<int>(std::min(limit.rlim_cur, most));
         ++descriptor)
        close_if_inherited(descriptor);
}

void empty_standard_descriptors() noexcept {
    const OpenFile nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor)
        if (!nothing.is_open() || ::dup2(nothing.get(), descriptor) < 0) ::close(descriptor);
}

}  // namespace

pid_t fork_detached() noexcept {
    std::array<int, 2> ends{};
    if (!make_pipe(ends)) return -1;
    close_inherited();  // here, where the memory is warm: it takes longer in the child, for which we wait
    OpenFile reader(ends[0]);
    OpenFile writer(ends[1]);
    const pid_t child = ::fork();
    if (child == 0) {
        ::setsid();
        forbid_dumps();
        empty_standard_descriptors();
        static_cast<void>(::chdir("/") == 0);
        return 0;  // which closes the pipe
    }
    if (child < 0) return child;
    writer.close();
    char byte = 0;
    while (::read(reader.get(), &byte, 1) < 0 && errno == EINTR) {
    }
    return child;
}

}  // namespace mqtts::os
