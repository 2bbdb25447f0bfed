// SPDX-License-Identifier: Apache-2.0
// Which received messages are printed, and how.
#pragma once

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "output/print_settings.hpp"

namespace mqtts::cli {

/// Makes the settings. --output decides the whole form of a message, so no other option may.
[[nodiscard]] Result<output::PrintSettings> resolve_print(const Arguments& arguments);

}  // namespace mqtts::cli
