// SPDX-License-Identifier: Apache-2.0
// Who wants to know more of each connection than that it is there: --tls-report, --check.
#pragma once

#include "client/connection.hpp"
#include "session/session.hpp"

namespace mqtts::client {

class Observer {
public:
    virtual ~Observer() = default;

    /// TCP, TLS and WebSocket are there, or one of them failed: Connection::channel() says how far it came, also
    /// when the connect timeout ended the attempt.
    virtual void opened(const Connection& connection) = 0;

    /// CONNACK accepted us; Session::limits() are those of this connection.
    virtual void connected(const session::Connected& connected, const session::Session& session) = 0;
};

}  // namespace mqtts::client
