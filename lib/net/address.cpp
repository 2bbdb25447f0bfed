// SPDX-License-Identifier: Apache-2.0
#include "net/address.hpp"

#include <boost/asio/ip/address.hpp>

namespace mqtts::net {

bool is_ip_literal(std::string_view host) {
    boost::system::error_code error;
    boost::asio::ip::make_address(host, error);
    return !error;
}

}  // namespace mqtts::net
