// SPDX-License-Identifier: Apache-2.0
// A broker whose every step the test writes, over TLS on a loopback port:
//
//     ScriptedBroker broker;
//     Process publisher({.arguments = broker.arguments({"mqtts-pub", "-t", "a", "-q", "1", "-m", "x"})});
//     broker.accept();
//     CHECK(broker.receive().starts_with("CONNECT"));
//     broker.send(wire::Connack{});
//     CHECK(broker.receive() == "PUBLISH 1 qos1 a \"x\"");
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/listener.hpp"
#include "support/server_wire.hpp"
#include "support/tls_server.hpp"

namespace mqtts::test {

class ScriptedBroker {
public:
    ScriptedBroker();

    /// The command line of a program, followed by the options that reach this broker.
    [[nodiscard]] std::vector<std::string> arguments(std::vector<std::string> command_line) const;
    [[nodiscard]] std::uint16_t port() const noexcept { return listener_.port(); }

    /// Takes the next connection and shakes hands. `version` is what both are to speak on it.
    void accept(wire::ProtocolVersion version = wire::ProtocolVersion::v5);

    /// Connects and leaves: whoever waits in accept() for a client that is not to come waits no more, but fails. May be
    /// called from another thread.
    void knock() const { wait_until_accepting(port()); }

    /// Takes the next connection and its CONNECT, and grants it.
    void accept_client();
    /// The same, and its subscription to one Topic Filter.
    void accept_subscriber();

    /// The next packet, as to_text() shows it; at the end of the connection "closed", or "lost" without close_notify.
    [[nodiscard]] std::string receive();
    /// Does the client send something, or leave, within this time? It is still to be received.
    [[nodiscard]] bool hears_within(std::chrono::milliseconds time) const;
    /// The same packet once more, as it was sent: receive() does not show long payloads.
    [[nodiscard]] const std::string& last_packet() const noexcept { return last_packet_; }

    template <class Packet>
    void send(const Packet& packet) {
        Buffer bytes;
        encode(bytes, packet, version_);
        send_bytes(bytes.readable());
    }
    void send_bytes(std::string_view bytes) { connection_->write(bytes); }

    /// Sends `chunk` again and again and reads nothing, until the client has taken nothing for `quiet`, or `limit`
    /// bytes. Returns how many it took. Only dropping the connection makes sense after it.
    std::size_t flood(std::string_view chunk, std::size_t limit, std::chrono::seconds quiet);

    /// close_notify, then the end of the connection.
    void close();
    /// The end of the connection without close_notify.
    void drop();

private:
    void expect(std::string_view beginning);

    Identity identity_;
    TemporaryDirectory directory_;
    std::string ca_file_;
    Listener listener_;
    FileDescriptor socket_;
    std::optional<TlsConnection> connection_;
    wire::ProtocolVersion version_ = wire::ProtocolVersion::v5;
    std::string received_;  // plaintext that is not yet a whole packet
    std::string last_packet_;
};

}  // namespace mqtts::test
