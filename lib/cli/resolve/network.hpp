// SPDX-License-Identifier: Apache-2.0
// The addresses of the brokers, and the way there.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"

namespace mqtts::cli {

/// Makes an endpoint of each host. The first is used, the others are for when it fails. A host without a port has that
/// of -p; all or none use a WebSocket.
[[nodiscard]] Result<std::vector<net::Endpoint>> resolve_endpoints(const Arguments& arguments);

/// Makes the way. A proxy that was not given for this program is not used to reach this machine.
[[nodiscard]] net::Route resolve_route(const Arguments& arguments);

/// Does no host need the port of -p?
[[nodiscard]] bool all_have_ports(const std::vector<HostAndPort>& hosts) noexcept;

/// Lists the hosts for which an inherited proxy is not used, as entries of --no-proxy.
[[nodiscard]] const std::vector<std::string>& hosts_without_inherited_proxy();

}  // namespace mqtts::cli
