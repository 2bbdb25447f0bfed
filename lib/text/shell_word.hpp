// SPDX-License-Identifier: Apache-2.0
// Writes a path for a command in a hint, which people paste into a shell.
#pragma once

#include <string>

namespace mqtts {

/// Writes `path` for a command, in quotes if the shell needs them.
[[nodiscard]] std::string shell_word(const std::string& path);

}  // namespace mqtts
