// SPDX-License-Identifier: Apache-2.0
// A session under test, told as a script: what the program does, what the server sends, how much time passes; and what
// the session sent and reported, as text (see support/server_wire.hpp).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "session/session.hpp"
#include "support/server_wire.hpp"

namespace mqtts::test {

/// Of a session that outlives its connection.
inline session::Settings resumable() {
    session::Settings settings;
    settings.session_expiry_interval = 60;
    return settings;
}

class Script {
public:
    explicit Script(session::Settings settings = {});

    /// Opens a connection without answering CONNECT.
    void open();
    /// Opens a connection and accepts it; forgets CONNECT and the event. `properties` as from PropertyWriter.
    void connect(bool session_present = false, const wire::PropertyWriter& properties = {});
    void lose_connection() { session.connection_lost(); }

    /// The server acknowledges: "PUBACK 1", "PUBREC 1 0x87", "PUBREL 3", "PINGRESP".
    void server(std::string_view packet);
    void server(const wire::Publish& packet) { encode(session.input(), packet, version()); }
    void server(const wire::Connack& packet) { encode(session.input(), packet, version()); }
    void server(const wire::SubscriptionAnswer& packet) { encode(session.input(), packet, version()); }
    void server(const wire::Disconnect& packet) { encode(session.input(), packet, version()); }
    void server_bytes(std::string_view bytes) { session.input().append(bytes); }

    Errc publish(std::string_view topic_name, std::string_view payload, wire::Qos qos, bool retain = false);
    void pass(std::chrono::milliseconds time) { now += time; }

    /// What the session sent since the last call, one packet behind the other: "PUBLISH 1 qos1 a "1"; PINGREQ".
    std::string sent();
    /// The events there are now: "message a "1"; refused 2 a 0x87".
    std::string events();

    session::Clock::time_point now{};
    session::Session session;

private:
    [[nodiscard]] wire::ProtocolVersion version() const { return session.settings().version; }
};

}  // namespace mqtts::test
