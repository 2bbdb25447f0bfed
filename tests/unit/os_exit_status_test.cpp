// SPDX-License-Identifier: Apache-2.0
#include "os/exit_status.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

using mqtts::os::exit_status_of;

namespace {

/// Of a process that ends so.
int status_of_process(const std::function<void()>& end) {
    const pid_t child = ::fork();
    if (child == 0) {
        end();
        ::_exit(99);  // it did not
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return exit_status_of(status);
}

int status_after(int signal) {
    return status_of_process([signal] {
        const rlimit no_core{};
        ::setrlimit(RLIMIT_CORE, &no_core);
        std::signal(signal, SIG_DFL);
        std::raise(signal);
    });
}

}  // namespace

TEST_CASE("a process that ends by itself has its own status") {
    for (const int status : {0, 1, 27, 127, 128, 255})
        CHECK(status_of_process([status] { ::_exit(status); }) == status);
}

TEST_CASE("a process that signal n ends has 128 + n") {
    for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGKILL, SIGPIPE, SIGTERM})
        CHECK(status_after(signal) == 128 + signal);
}
