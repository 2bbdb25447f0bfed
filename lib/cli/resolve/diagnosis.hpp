// SPDX-License-Identifier: Apache-2.0
// What is told about the connection and the work, and what a check is about.
#pragma once

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "cli/settings.hpp"

namespace mqtts::cli {

[[nodiscard]] Outcome<DiagnosisSettings> resolve_diagnosis(const Arguments& arguments);

/// With --check there are no messages but that of --check-topic, and no session: what else was said about them, on the
/// command line or in a configuration file, is as if it was not.
[[nodiscard]] Arguments about_the_connection(Arguments arguments);

}  // namespace mqtts::cli
