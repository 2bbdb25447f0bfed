// SPDX-License-Identifier: Apache-2.0
// Directories and users for the tests of lib/share.
#pragma once

#include <doctest/doctest.h>
#include <sys/types.h>
#include <unistd.h>

#include <functional>

#include "killed_process.hpp"
#include "share/directory.hpp"
#include "support/temporary_directory.hpp"

namespace mqtts::test {

[[nodiscard]] inline share::UserDirectories runtime_in(const TemporaryDirectory& base) {
    return {.runtime = base.path(), .cache = {}, .home = {}};
}

/// "nobody" on most systems; in any case not root.
inline constexpr uid_t another_user = 65534;

[[nodiscard]] inline bool is_root() {
    return ::geteuid() == 0;
}
inline void skipped_without_root() {
    MESSAGE("skipped: only root can be another user");
}

/// Runs it in a process of its own, which belongs to another user. Precondition: is_root().
inline void as_another_user(const std::function<bool()>& work) {
    in_killed_process([&] { return ::setgid(another_user) == 0 && ::setuid(another_user) == 0 && work(); });
}

}  // namespace mqtts::test
