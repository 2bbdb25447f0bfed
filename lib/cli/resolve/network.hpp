// SPDX-License-Identifier: Apache-2.0
// Where the broker is.
#pragma once

#include <vector>

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"

namespace mqtts::cli {

/// The first host is the endpoint, the others stand by. A host without a port of its own has that of -p; a WebSocket is
/// asked of all of them.
[[nodiscard]] Outcome<std::vector<net::Endpoint>> resolve_endpoints(const Arguments& arguments);

}  // namespace mqtts::cli
