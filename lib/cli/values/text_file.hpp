// SPDX-License-Identifier: Apache-2.0
// Small files that options name: configuration, passwords.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/secret.hpp"

namespace mqtts::cli {

/// The first line, without its end; all of the rest is for people. Failure: unusable_password_file, or timed_out when
/// the deadline passes. It names the file only if there is one: instead of it people give the password itself.
[[nodiscard]] Result<Secret> read_secret(const std::string& path,
                                         const std::optional<std::chrono::steady_clock::time_point>& deadline);

}  // namespace mqtts::cli
