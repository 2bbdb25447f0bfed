// SPDX-License-Identifier: Apache-2.0
// The server's side of MQTT in a WebSocket, written without the code that it tests.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "support/tls_server.hpp"

namespace mqtts::test {

/// The bits of a frame's first byte [RFC 6455, 5.2].
inline constexpr unsigned final_frame = 0x80;
inline constexpr unsigned continuation_frame = 0x0;
inline constexpr unsigned text_frame = 0x1;
inline constexpr unsigned binary_frame = 0x2;
inline constexpr unsigned close_frame = 0x8;
inline constexpr unsigned ping_frame = 0x9;
inline constexpr unsigned pong_frame = 0xA;

/// A frame for the client, not masked.
[[nodiscard]] std::string server_frame(unsigned first_byte, std::string_view payload);
/// The whole message in one.
[[nodiscard]] inline std::string server_message(std::string_view payload) {
    return server_frame(final_frame | binary_frame, payload);
}

struct ClientFrame {
    unsigned first_byte = 0;
    std::string mask;
    std::string payload;  // unmasked
};
/// Takes a frame of a client off the front; nothing: it is not complete. Throws when it is not masked.
[[nodiscard]] std::optional<ClientFrame> take_client_frame(std::string& bytes);

/// A field of a client's request; empty: there is none.
[[nodiscard]] std::string request_field(std::string_view request, std::string_view name);
/// The answer that agrees to it.
[[nodiscard]] std::string upgrade_response(std::string_view request);

/// Blocking MQTT on a TLS connection, in a WebSocket if the client asks for one.
class MqttConnection {
public:
    explicit MqttConnection(TlsConnection& connection) : connection_(connection) {}

    /// The next bytes of MQTT; empty at the end, orderly or not.
    std::string read();
    bool write(std::string_view bytes);
    /// Sends any frame.
    bool write_frame(unsigned first_byte, std::string_view payload);
    /// Close, if it is a WebSocket, and close_notify.
    void close();
    /// In order: with Close, if it is a WebSocket, and close_notify.
    [[nodiscard]] bool client_closed() const noexcept;
    /// What the client asked for a WebSocket with; empty: it did not.
    [[nodiscard]] const std::string& request() const noexcept { return request_; }

private:
    bool upgrade();

    TlsConnection& connection_;
    std::string received_;
    std::string request_;
    bool started_ = false;
    bool close_received_ = false;
};

}  // namespace mqtts::test
