// SPDX-License-Identifier: Apache-2.0
// The rules across the options on TLS: what contradicts what, and what needs what.
#pragma once

#include "base/error.hpp"
#include "cli/server.hpp"

namespace mqtts::cli {

/// Failure (bad_option): names both options, and which to leave out or to give.
Result<> check_tls(const Server& settings);

}  // namespace mqtts::cli
