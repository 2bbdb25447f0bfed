// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/settings.hpp"
#include "cli/arguments.hpp"

namespace mqtts::cli {

/// Enhanced authentication: --auth-method, and what it needs.
[[nodiscard]] Result<auth::Settings> resolve_authentication(const SessionArguments& typed);

}  // namespace mqtts::cli
