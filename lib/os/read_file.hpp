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

#include "os/secret_bytes.hpp"

namespace mqtts::os {

/// Appends the content of `path` to `text`, and waits for bytes that are still to come, until the deadline if there is
/// one. Returns an empty error code on success; std::errc::timed_out: the deadline has passed;
/// std::errc::is_a_directory.
[[nodiscard]] std::error_code read_file(const std::string& path, std::string& text,
                                        const std::optional<std::chrono::steady_clock::time_point>& deadline);

/// Appends the content of a regular file. Never waits, and moves the position of no descriptor that is open already
/// (`path` may be /dev/stdin), so that the file can be read once more. std::errc::file_too_large: it has more than
/// `limit` bytes; std::errc::invalid_seek: it is a pipe, a terminal or a device; std::errc::is_a_directory. After an
/// error a part of the content may have been appended.
[[nodiscard]] std::error_code read_regular_file(const std::string& path, SecretBytes& bytes, std::size_t limit);

/// Returns the end of a sentence about a file that kept us waiting; `begun`: some bytes have come from it.
[[nodiscard]] std::string_view waiting_reason(bool begun) noexcept;

}  // namespace mqtts::os
