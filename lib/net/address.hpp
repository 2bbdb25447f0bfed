// SPDX-License-Identifier: Apache-2.0
// What is said about a host without asking the network.
#pragma once

#include <string_view>

namespace mqtts::net {

/// An IPv4 or IPv6 address (no brackets, a zone such as "fe80::1%eth0" allowed), not a name to resolve.
[[nodiscard]] bool is_ip_literal(std::string_view host);

}  // namespace mqtts::net
