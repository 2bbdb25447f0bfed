// SPDX-License-Identifier: Apache-2.0
// Directories, users and processes that end at once, for the tests of lib/share.
#pragma once

#include "killed_process.hpp"
#include "share/directory.hpp"
#include "support/another_user.hpp"
#include "support/temporary_directory.hpp"

namespace mqtts::test {

[[nodiscard]] inline share::UserDirectories runtime_in(const TemporaryDirectory& base) {
    return {.runtime = base.path(), .cache = {}, .home = {}};
}

}  // namespace mqtts::test
