// SPDX-License-Identifier: Apache-2.0
// Small files that options name: configuration, passwords.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/secret.hpp"

namespace mqtts::cli {

/// The first line, without its end; all of the rest is for people. Failure: unusable_password_file, or timed_out when
/// the deadline passes. It names the file only if there is one: instead of it people give the password itself.
[[nodiscard]] Result<Secret> read_secret(const std::string& path,
                                         const std::optional<std::chrono::steady_clock::time_point>& deadline);

/// Why the bytes of a file are no text as it is read here: PowerShell writes UTF-16. Empty: they may be.
[[nodiscard]] std::string_view objection_to_encoding(std::string_view bytes) noexcept;

/// Without the mark that Windows puts in front of UTF-8.
[[nodiscard]] std::string_view without_utf8_mark(std::string_view text) noexcept;

}  // namespace mqtts::cli
