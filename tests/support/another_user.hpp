// SPDX-License-Identifier: Apache-2.0
// A second user of the machine, in the hands of a test that root runs.
#pragma once

#include <doctest/doctest.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <vector>

namespace mqtts::test {

/// "nobody" on most systems; in any case not root.
inline constexpr uid_t another_user = 65534;

[[nodiscard]] inline bool is_root() {
    return ::geteuid() == 0;
}
inline void skipped_without_root() {
    MESSAGE("skipped: only root can be another user");
}

/// Runs it in a process of its own, which belongs to another user and ends without any clean-up; it must return true.
/// Precondition: is_root().
inline void as_another_user(const std::function<bool()>& work) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(::setgid(another_user) == 0 && ::setuid(another_user) == 0 && work() ? 0 : 1);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}

/// The command line that runs a program as another user.
[[nodiscard]] inline std::vector<std::string> by_another_user(const std::vector<std::string>& command_line) {
    const std::string user = std::to_string(another_user);
    std::vector<std::string> words{"setpriv", "--reuid", user, "--regid", user, "--clear-groups"};
    words.insert(words.end(), command_line.begin(), command_line.end());
    return words;
}

}  // namespace mqtts::test
