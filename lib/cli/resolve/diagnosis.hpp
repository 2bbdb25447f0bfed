// SPDX-License-Identifier: Apache-2.0
// What is reported about the connection and the work, and the arguments of a check.
#pragma once

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "cli/settings.hpp"

namespace mqtts::cli {

[[nodiscard]] Result<DiagnosisSettings> resolve_diagnosis(const Arguments& arguments);

/// Removes what a check ignores. It has no messages but that of --check-topic, and no session, whatever the command
/// line or a configuration file says about them.
[[nodiscard]] Arguments about_the_connection(Arguments arguments);

}  // namespace mqtts::cli
