// SPDX-License-Identifier: Apache-2.0
// Small files that options name: configuration, passwords.
#pragma once

#include <string>
#include <system_error>

#include "base/error.hpp"
#include "base/secret.hpp"

namespace mqtts::cli {

/// Reads all of a file or pipe into `text`. Success: an empty error code.
[[nodiscard]] std::error_code read_file(const std::string& path, std::string& text);

/// The first line, without its end; all of the rest is for people. Failure: unusable_password_file.
[[nodiscard]] Result<Secret> read_secret(const std::string& path);

}  // namespace mqtts::cli
