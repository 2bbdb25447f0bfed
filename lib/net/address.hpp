// SPDX-License-Identifier: Apache-2.0
// Classifies a host without asking the network.
#pragma once

#include <string_view>

namespace mqtts::net {

/// Says whether this is an IPv4 or IPv6 address, not a name: no brackets, perhaps a zone such as "fe80::1%eth0".
[[nodiscard]] bool is_ip_literal(std::string_view host);

}  // namespace mqtts::net
