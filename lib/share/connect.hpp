// SPDX-License-Identifier: Apache-2.0
// The caller's end of a socket.
#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "os/open_file.hpp"
#include "share/directory.hpp"

namespace mqtts::share {

/// Connects to the keeper of this name: non-blocking, closed in programs that this process starts. Never waits.
/// Nothing: no keeper listens there. Failure: what has the name is no socket of ours (a link, for example), another
/// user listens there, or more callers wait than the system admits.
[[nodiscard]] Result<std::optional<os::OpenFile>> connect(const Directory& directory, const std::string& name);

}  // namespace mqtts::share
