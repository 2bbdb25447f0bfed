// SPDX-License-Identifier: Apache-2.0
// Where the broker is, and the way there.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"

namespace mqtts::cli {

/// The first host is the endpoint, the others stand by. A host without a port of its own has that of -p; a WebSocket is
/// asked of all of them.
[[nodiscard]] Outcome<std::vector<net::Endpoint>> resolve_endpoints(const Arguments& arguments);

/// This machine is reached without a proxy that nobody named for this program.
[[nodiscard]] net::Route resolve_route(const Arguments& arguments);

/// So that -p is for none of them.
[[nodiscard]] bool all_have_ports(const std::vector<HostAndPort>& hosts) noexcept;

/// As entries of --no-proxy.
[[nodiscard]] const std::vector<std::string>& hosts_without_inherited_proxy();

}  // namespace mqtts::cli
