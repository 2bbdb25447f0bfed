// SPDX-License-Identifier: Apache-2.0
// What has to be known of the command line before it is understood: in which form its own errors are told.
#pragma once

#include <span>

#include "log/log.hpp"

namespace mqtts::cli {

/// What --log-format says on the command line, wherever it stands there, so that an error in the command line itself
/// has this form, too. The last one counts.
[[nodiscard]] Log::Format log_format_in(std::span<char* const> elements) noexcept;

/// Is --check=json on the command line, so that an error in the command line itself is reported on standard output,
/// too? The last --check counts.
[[nodiscard]] bool wants_json_report(std::span<char* const> elements) noexcept;

}  // namespace mqtts::cli
