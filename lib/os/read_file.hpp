// SPDX-License-Identifier: Apache-2.0
// All of a small file at once: configuration, certificates, keys, passwords.
//
// Such a file may be a pipe, as `--key <(command)` makes one, or a terminal, and what writes to it may be slow or hang.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace mqtts::os {

/// Appends all that is in `path` to `text`, and waits for what has to come; nothing: for as long as it takes. Success:
/// an empty error code. std::errc::timed_out: the deadline has passed; std::errc::is_a_directory.
[[nodiscard]] std::error_code read_file(const std::string& path, std::string& text,
                                        const std::optional<std::chrono::steady_clock::time_point>& deadline);

/// The end of a sentence about a file that kept us waiting; `begun`: something has come from it.
[[nodiscard]] std::string_view waiting_reason(bool begun) noexcept;

}  // namespace mqtts::os
