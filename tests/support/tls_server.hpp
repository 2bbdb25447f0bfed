// SPDX-License-Identifier: Apache-2.0
// The server's side of TLS, for tests: in memory, and blocking on a loopback socket.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "support/certificates.hpp"
#include "support/file_descriptor.hpp"

namespace mqtts::test {

struct TlsServerOptions {
    Identity identity = {};
    int minimum_version = 0;  // TLS1_2_VERSION; 0: OpenSSL's
    int maximum_version = 0;
    std::string ciphers = {};            // for TLS 1.2
    std::string client_ca_pem = {};      // not empty: a client certificate from this authority is required
    bool certificate_optional = false;   // asked for, but not required
    bool certificate_unchecked = false;  // whatever is sent is taken
    std::string client_signatures = {};  // taken of the client; empty: OpenSSL's
    std::string groups = {};             // empty: OpenSSL's
    std::string protocol = {};           // ALPN: this one or none; empty: does not know ALPN
    bool protocol_imposed = false;       // even on a client that did not offer it
    std::string staple = {};             // an OCSP response, DER
    std::string ticket_keys = {};        // 80 bytes: servers that share them resume each other's sessions
    std::string shared_key = {};         // not empty: PSK, with this identity
    std::string shared_key_identity = {};
};

/// Bytes in, bytes out. Written with OpenSSL's own memory BIOs, so that it shares nothing with what it tests.
class TlsPeer {
public:
    explicit TlsPeer(const TlsServerOptions& options);

    void receive(std::string_view ciphertext);
    /// All that is to be sent, an alert included.
    [[nodiscard]] std::string take_ciphertext();

    /// Goes on with the handshake. True once it is over.
    bool shake_hands();
    [[nodiscard]] bool failed() const noexcept { return failed_; }

    /// The plaintext of all that was received.
    [[nodiscard]] std::string read();
    /// The client sent close_notify.
    [[nodiscard]] bool client_closed() const noexcept;
    void write(std::string_view plaintext);
    void update_keys();
    void close();

    /// The application protocol agreed on with ALPN.
    [[nodiscard]] std::string protocol() const;
    /// "ECDHE-PSK-AES128-GCM-SHA256"
    [[nodiscard]] std::string cipher() const { return SSL_get_cipher_name(ssl_.get()); }
    /// "X25519"
    [[nodiscard]] std::string group() const;
    /// The client came with a session that we resumed.
    [[nodiscard]] bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
    /// What the client sent as SNI.
    [[nodiscard]] std::string server_name() const;

private:
    struct Free {
        void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
        void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    };
    std::unique_ptr<TlsServerOptions> options_;  // OpenSSL's callbacks look there
    std::unique_ptr<SSL_CTX, Free> context_;
    std::unique_ptr<SSL, Free> ssl_;
    bool failed_ = false;
};

/// Accepts one connection on a free port of 127.0.0.1 and runs the conversation in a thread; then closes it.
class LoopbackServer {
public:
    using Conversation = std::function<void(int socket)>;
    explicit LoopbackServer(Conversation conversation);
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;
    ~LoopbackServer();

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

private:
    FileDescriptor listener_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

/// Blocking TLS on a socket of a conversation.
class TlsConnection {
public:
    TlsConnection(int socket, const TlsServerOptions& options) : socket_(socket), peer_(options) {}

    bool accept();
    /// The next plaintext; empty at the end, orderly or not.
    std::string read();
    /// false: not all of it could be sent.
    bool write(std::string_view plaintext);
    /// close_notify.
    void close();
    [[nodiscard]] bool client_closed() const noexcept { return peer_.client_closed(); }
    /// What was negotiated.
    [[nodiscard]] const TlsPeer& peer() const noexcept { return peer_; }

private:
    bool receive();
    bool flush();

    int socket_;
    TlsPeer peer_;
};

}  // namespace mqtts::test
