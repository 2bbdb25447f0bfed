// SPDX-License-Identifier: Apache-2.0
// The rules across the properties of -D, and the settings that some of them stand for.
#pragma once

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "session/settings.hpp"

namespace mqtts::cli {

/// The session with the properties of its packets. Its life is known already: what DISCONNECT may say depends on it.
[[nodiscard]] Outcome<session::Settings> with_properties(session::Settings session, const SessionArguments& typed);

}  // namespace mqtts::cli
