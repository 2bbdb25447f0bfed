// SPDX-License-Identifier: Apache-2.0
// Which destinations are reached without the proxy, as curl and others read NO_PROXY.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mqtts::net {

/// Is the host reached without the proxy? Each entry of `no_proxy` is a name, which holds for all names below it as
/// well ("example.com", ".example.com", "*.example.com"), an address ("::1"), a network ("10.0.0.0/8"), or "*" for
/// every host. With a port behind it ("example.com:8883", "[::1]:8883") it holds for that port alone.
[[nodiscard]] bool goes_direct(const std::vector<std::string>& no_proxy, std::string_view host, std::uint16_t port = 0);

}  // namespace mqtts::net
