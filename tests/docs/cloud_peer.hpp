// SPDX-License-Identifier: Apache-2.0
// A stand-in for brokers in the cloud: it does what their documentation says, and complains of a client that does not.
//
//     CloudPeer peer({{.host = "broker.example", .port = 443, .protocol = "x-amzn-mqtt-ca", .identity = identity}});
//     run({.arguments = {"mqtts-pub", "-h", "broker.example", "-p", "443", …}, .environment = {peer.proxy()}});
//     CHECK(peer.complaints().empty());
//
// The client reaches it through an HTTP proxy, which is the peer as well: so it learns the host and the port that the
// client asked for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/link.hpp"
#include "support/tls_server.hpp"
#include "wire/packet.hpp"

namespace mqtts::test {

/// One port of a broker.
struct CloudRules {
    std::string host;
    std::uint16_t port = 8883;
    Identity identity = {};
    bool has_name = true;  // false: an address, without a name in the handshake

    // What the client must do
    std::string protocol = {};                                  // the application protocol it must agree on
    std::string client_ca_pem = {};                             // it must have a certificate of this authority
    std::string path = {};                                      // it must ask for a WebSocket there
    wire::ProtocolVersion version = wire::ProtocolVersion::v5;  // and no newer one
    bool identifier_required = false;
    std::string identifier = {};       // it must have this one; empty: any
    std::string user_name = {};        // must be this one; empty: any, or none at all
    std::string password_begins = {};  // empty: any, or none at all

    // What the broker takes
    wire::Qos maximum_qos = wire::Qos::exactly_once;
    bool retain = true;
    bool shared_subscriptions = true;
    bool subscription_identifiers = true;
    std::size_t most_filters = 100;     // in one SUBSCRIBE
    std::size_t most_slashes = 100;     // in a topic
    std::string publish_below = {};     // topics begin so
    std::string subscribe_below = {};   // filters begin so
    std::string forbidden_filter = {};  // only this one

    // The message that a subscriber gets
    std::string topic_name = {};
    std::string payload = {};
};

class CloudPeer {
public:
    explicit CloudPeer(std::vector<CloudRules> rules);

    /// For the environment of the client.
    [[nodiscard]] std::string proxy() const;

    /// Serves no more clients. What the ones before did against the rules; each had its connection closed at once.
    [[nodiscard]] const std::vector<std::string>& complaints();
    /// "host:port" of all connections. Precondition: complaints() was called.
    [[nodiscard]] const std::vector<std::string>& visited() const noexcept { return visited_; }

private:
    void serve(int socket);

    std::vector<CloudRules> rules_;
    std::vector<std::string> complaints_;
    std::vector<std::string> visited_;
    Link link_;
};

}  // namespace mqtts::test
