// SPDX-License-Identifier: Apache-2.0
#include "net/address.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>

#include "net/endpoint.hpp"

namespace mqtts::net {

std::string to_string(const Endpoint& endpoint) {
    const bool brackets = endpoint.host.find(':') != std::string::npos;
    return fmt::format(fmt::runtime(brackets ? "[{}]:{}" : "{}:{}"), endpoint.host, endpoint.port);
}

bool is_ip_literal(std::string_view host) {
    boost::system::error_code error;
    boost::asio::ip::make_address(host, error);
    return !error;
}

}  // namespace mqtts::net
