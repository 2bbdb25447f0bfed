// SPDX-License-Identifier: Apache-2.0
// Observes each connection, for --tls-report and --check.
#pragma once

#include "client/connection.hpp"
#include "session/session.hpp"

namespace mqtts::client {

class Observer {
public:
    virtual ~Observer() = default;

    /// Reports that TCP, TLS and WebSocket are open, or that one of them failed: Connection::channel() tells how far it
    /// came, also when the connect timeout ended the attempt.
    virtual void opened(const Connection& connection) = 0;

    /// Reports that CONNACK accepted us; Session::limits() are those of this connection.
    virtual void connected(const session::Connected& connected, const session::Session& session) = 0;
};

}  // namespace mqtts::client
