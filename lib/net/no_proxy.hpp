// SPDX-License-Identifier: Apache-2.0
// Decides which destinations are reached without the proxy, as curl and others read NO_PROXY.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mqtts::net {

/// Says whether the host is reached without the proxy. Each entry of `no_proxy` is a name, which includes all names
/// below it ("example.com", ".example.com", "*.example.com"), an address ("::1"), a network ("10.0.0.0/8"), or "*" for
/// every host. An entry with a port ("example.com:8883", "[::1]:8883") applies to that port only.
[[nodiscard]] bool goes_direct(const std::vector<std::string>& no_proxy, std::string_view host, std::uint16_t port = 0);

}  // namespace mqtts::net
