// SPDX-License-Identifier: Apache-2.0
// The options of TLS: which contradict each other, and which need another one.
#pragma once

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "tls/policy.hpp"

namespace mqtts::cli {

/// Returns the policy as it was typed. The failure names both options, and which one to give or to leave out.
[[nodiscard]] Result<tls::Policy> resolve_tls(const Arguments& arguments);

}  // namespace mqtts::cli
