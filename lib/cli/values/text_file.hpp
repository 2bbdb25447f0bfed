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

/// Reads the first line, without its end, and ignores the rest. Fails with unusable_password_file, or with timed_out
/// when the deadline passes. The failure names the file only if it exists: people give the password itself instead.
[[nodiscard]] Result<Secret> read_secret(const std::string& path,
                                         const std::optional<std::chrono::steady_clock::time_point>& deadline);

/// Does a file begin with the mark of UTF-16? PowerShell writes such files, and they are not read.
[[nodiscard]] bool is_utf16(std::string_view bytes) noexcept;

inline constexpr std::string_view it_is_utf16 = "it is UTF-16 text, as Windows writes it";
inline constexpr std::string_view how_to_convert_utf16 = "convert it with iconv -f UTF-16 -t UTF-8";

/// Removes the mark that Windows puts in front of UTF-8.
[[nodiscard]] std::string_view without_utf8_mark(std::string_view text) noexcept;

}  // namespace mqtts::cli
