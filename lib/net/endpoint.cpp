// SPDX-License-Identifier: Apache-2.0
#include "net/endpoint.hpp"

#include <fmt/format.h>

namespace mqtts::net {

std::string to_string(const Endpoint& endpoint) {
    const bool brackets = endpoint.host.find(':') != std::string::npos;
    return fmt::format(fmt::runtime(brackets ? "[{}]:{}" : "{}:{}"), endpoint.host, endpoint.port);
}

}  // namespace mqtts::net
