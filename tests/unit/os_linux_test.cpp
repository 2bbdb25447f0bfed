// SPDX-License-Identifier: Apache-2.0
// What lib/os can do on Linux alone.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdlib>

#include "os/os.hpp"
#include "support/file_descriptor.hpp"
#include "support/patience.hpp"

using namespace mqtts;
using namespace mqtts::test;

TEST_CASE("a process ends with its parent") {
    std::array<int, 2> ends{};
    REQUIRE(os::make_pipe(ends));
    const FileDescriptor reader(ends[0]);
    FileDescriptor writer(ends[1]);
    const pid_t parent = ::fork();
    if (parent == 0) {
        if (::fork() == 0) {
            os::end_with_parent();
            static_cast<void>(::write(writer.get(), "x", 1) == 1);
            for (;;)
                ::pause();
        }
        for (;;)
            ::pause();
    }
    writer.close();
    char byte = 0;
    REQUIRE(::read(reader.get(), &byte, 1) == 1);
    REQUIRE(::kill(parent, SIGKILL) == 0);
    REQUIRE(::waitpid(parent, nullptr, 0) == parent);
    pollfd end{.fd = reader.get(), .events = POLLIN, .revents = 0};
    CHECK(::poll(&end, 1, milliseconds_of_patience) == 1);  // the last holder of the other end is gone
    CHECK(::read(reader.get(), &byte, 1) == 0);
}

TEST_CASE("a terminal is opened again, but not its controlling side") {
    const FileDescriptor controlling(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    REQUIRE(::grantpt(controlling.get()) == 0);
    REQUIRE(::unlockpt(controlling.get()) == 0);
    const FileDescriptor terminal(::open(::ptsname(controlling.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
    const FileDescriptor again(os::open_again(terminal.get(), O_RDONLY));
    CHECK(again.is_open());
    CHECK(::isatty(again.get()) == 1);
    CHECK(os::open_again(controlling.get(), O_RDONLY) == -1);
}

namespace {

/// How the calling process is scheduled, as sched_getattr(2) tells it. The fields are those of 4 bytes.
using Scheduling = std::array<std::uint32_t, 12>;

Scheduling scheduling() {
    Scheduling attributes{};
    if (::syscall(SYS_sched_getattr, 0, attributes.data(), sizeof attributes, 0) != 0) ::_exit(2);
    return attributes;
}

int status_of(pid_t process) {
    int status = 0;
    return ::waitpid(process, &status, 0) == process && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("who takes short turns keeps that from the programs that it starts") {
    const pid_t starter = ::fork();
    if (starter == 0) {
        const Scheduling before = scheduling();
        os::take_short_turns();
        constexpr std::uint32_t resets_on_fork = 1;
        const bool in_sandbox = ::prctl(PR_GET_SECCOMP) != 0;
        const bool is_ordinary = before[1] == 0 && static_cast<std::int32_t>(before[4]) >= 0;
        if (!in_sandbox && is_ordinary && (scheduling()[2] & resets_on_fork) == 0) ::_exit(3);
        const pid_t started = ::fork();
        if (started == 0) ::_exit(scheduling() == before ? 0 : 4);
        ::_exit(status_of(started));
    }
    CHECK(status_of(starter) == 0);
}
