// SPDX-License-Identifier: Apache-2.0
// Reads a small file at once: configuration, certificates, keys, passwords.
//
// Such a file may be a pipe, as `--key <(command)` makes one, or a terminal, and its writer may be slow or hang.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace mqtts::os {

/// Appends the content of `path` to `text`, and waits for bytes that are still to come, until the deadline if there is
/// one. Returns an empty error code on success; std::errc::timed_out: the deadline has passed;
/// std::errc::is_a_directory.
[[nodiscard]] std::error_code read_file(const std::string& path, std::string& text,
                                        const std::optional<std::chrono::steady_clock::time_point>& deadline);

/// Returns the end of a sentence about a file that kept us waiting; `begun`: some bytes have come from it.
[[nodiscard]] std::string_view waiting_reason(bool begun) noexcept;

}  // namespace mqtts::os
