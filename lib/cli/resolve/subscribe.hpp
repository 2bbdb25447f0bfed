// SPDX-License-Identifier: Apache-2.0
// What mqtts-sub does with what it receives.
#pragma once

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "cli/settings.hpp"

namespace mqtts::cli {

/// Of mqtts-pub, and of a check: nothing in particular.
[[nodiscard]] Outcome<SubscribeSettings> resolve_subscribe(const Arguments& arguments);

}  // namespace mqtts::cli
