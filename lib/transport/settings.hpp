// What decides the way to the server and the trust in it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mqtts::transport {

/// How to ask for a WebSocket [RFC 6455].
struct WebSocketSettings {
    std::string path = "/mqtt";        // and query, as it stands in the request
    std::vector<std::string> headers;  // "Name: value", for the request
};

struct Endpoint {
    std::string host;  // a name, or an IP literal without brackets
    std::uint16_t port = 8883;
    std::optional<WebSocketSettings> websocket = {};  // MQTT goes through one, inside TLS; nothing: through TLS alone
};

/// "host:port", "[::1]:port".
[[nodiscard]] std::string to_string(const Endpoint& endpoint);

struct TlsSettings {
    std::string ca_file;           // PEM; together with ca_path it replaces the system's trust store
    std::string ca_path;           // directory of certificates named by their hash
    std::string certificate_file;  // PEM, the client's certificate and its chain
    std::string key_file;          // PEM, the client's private key; given with the certificate or not at all
    bool verify = true;            // false (--insecure): neither chain nor name is checked
};

struct Settings {
    Endpoint endpoint;
    TlsSettings tls;
};

}  // namespace mqtts::transport
