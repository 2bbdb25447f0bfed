// SPDX-License-Identifier: Apache-2.0
// All that the client needs to know.
#pragma once

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "client/settings.hpp"

namespace mqtts::cli {

/// But for its observer and its keeper of receipts, which the programs have.
[[nodiscard]] Outcome<client::Settings> resolve_client(const Arguments& arguments);

}  // namespace mqtts::cli
