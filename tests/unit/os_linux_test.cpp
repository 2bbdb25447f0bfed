// SPDX-License-Identifier: Apache-2.0
// What lib/os can do on Linux alone.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
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
