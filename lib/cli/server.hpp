// SPDX-License-Identifier: Apache-2.0
// What decides the way to the server and the trust in it.
#pragma once

#include <vector>

#include "net/endpoint.hpp"
#include "tls/policy.hpp"

namespace mqtts::cli {

struct Server {
    transport::Endpoint endpoint;
    std::vector<transport::Endpoint> alternatives;  // to turn to, in this order, where the endpoint cannot be reached
    transport::Route route;
    transport::TlsSettings tls;
};

}  // namespace mqtts::cli
