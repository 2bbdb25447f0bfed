// SPDX-License-Identifier: Apache-2.0
// The rules across the properties of -D, and the settings that some of them have.
#pragma once

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "session/settings.hpp"

namespace mqtts::cli {

/// Adds the properties of its packets to a session whose lifetime is known: it decides what DISCONNECT may contain.
[[nodiscard]] Result<session::Settings> with_properties(session::Settings session, const SessionArguments& typed);

}  // namespace mqtts::cli
