// SPDX-License-Identifier: Apache-2.0
// What decides the way to the server and the trust in it.
#pragma once

#include <vector>

#include "net/endpoint.hpp"
#include "tls/policy.hpp"

namespace mqtts::cli {

struct Server {
    net::Endpoint endpoint;
    std::vector<net::Endpoint> alternatives;  // to turn to, in this order, where the endpoint cannot be reached
    net::Route route;
    tls::Policy tls;
};

}  // namespace mqtts::cli
