// SPDX-License-Identifier: Apache-2.0
// Trust: what contradicts what, and what needs what.
#pragma once

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "tls/policy.hpp"

namespace mqtts::cli {

/// As it was typed, if it goes together. The failure names both options, and which to leave out or to give.
[[nodiscard]] Outcome<tls::Policy> resolve_tls(const Arguments& arguments);

}  // namespace mqtts::cli
