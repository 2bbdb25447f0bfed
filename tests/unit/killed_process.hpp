// SPDX-License-Identifier: Apache-2.0
// What a store has to survive.
#pragma once

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace mqtts::test {

/// Runs it in a process of its own, which ends without any clean-up: as kill -9 does it.
inline void in_killed_process(const std::function<bool()>& work) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(work() ? 0 : 1);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}

}  // namespace mqtts::test
