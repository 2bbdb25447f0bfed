// Small files that options name: configuration, passwords.
#pragma once

#include <string>
#include <system_error>

namespace mqtts::cli {

/// Reads all of a file or pipe into `text`. Success: an empty error code.
[[nodiscard]] std::error_code read_file(const std::string& path, std::string& text);

}  // namespace mqtts::cli
