// SPDX-License-Identifier: Apache-2.0
// The lock that shows that a keeper lives: the system releases it when the last process that has it ends.
#pragma once

#include <string>

#include "os/open_file.hpp"

namespace mqtts::share {

/// Takes the lock on the file `name` in the open directory, which it makes if it is missing. Never waits. Not open:
/// errno tells why; EWOULDBLOCK: a living keeper has it; EEXIST: what has this name is no file of ours.
[[nodiscard]] os::OpenFile take_lock(int directory, const std::string& name);

/// Removes the file of a lock that we hold, and releases it.
void remove_lock(int directory, const std::string& name, os::OpenFile& lock) noexcept;

/// Removes the sockets and locks of keepers that ended without doing it themselves.
void remove_remains(int directory);

}  // namespace mqtts::share
