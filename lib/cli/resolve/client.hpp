// SPDX-License-Identifier: Apache-2.0
// The settings of the client.
#pragma once

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "client/settings.hpp"

namespace mqtts::cli {

/// Makes all of them but the observer and the keeper of receipts, which the programs have.
[[nodiscard]] Result<client::Settings> resolve_client(const Arguments& arguments);

}  // namespace mqtts::cli
