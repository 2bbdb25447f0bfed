// SPDX-License-Identifier: Apache-2.0
// The rules about --check, and the form of the diagnostics before the options are known.
#pragma once

#include <span>

#include "base/error.hpp"
#include "cli/settings.hpp"
#include "log/log.hpp"

namespace mqtts::cli {

/// With --check there are no messages but that of --check-topic, and no session: what else was said about them, on the
/// command line or in a configuration file, is as if it was not.
Result<> check_diagnosis(Settings& settings);

/// What --log-format says on the command line, wherever it stands there, so that an error in the command line itself
/// has this form, too. The last one counts.
[[nodiscard]] Log::Format log_format_in(std::span<char* const> elements) noexcept;

}  // namespace mqtts::cli
