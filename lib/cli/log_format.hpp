// SPDX-License-Identifier: Apache-2.0
// The form of the diagnostics before the options are known.
#pragma once

#include <span>

#include "log/log.hpp"

namespace mqtts::cli {

/// What --log-format says on the command line, wherever it stands there, so that an error in the command line itself
/// has this form, too. The last one counts.
[[nodiscard]] Log::Format log_format_in(std::span<char* const> elements) noexcept;

}  // namespace mqtts::cli
