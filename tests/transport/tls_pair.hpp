// SPDX-License-Identifier: Apache-2.0
// A tls::Engine face to face with a server in memory.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>

#include "support/certificates.hpp"
#include "support/tls_server.hpp"
#include "tls/context.hpp"
#include "tls/engine.hpp"

namespace mqtts::test {

/// Checks it, too: what a failing test shows is then the text.
inline bool contains(const std::string& text, std::string_view part) {
    INFO(text);
    INFO(part);
    const bool found = text.find(part) != std::string::npos;
    CHECK(found);
    return found;
}

/// The authority most tests believe in; making a key is not free.
inline const Authority& authority() {
    static const Authority root("test root");
    return root;
}

/// What a server at "localhost" needs.
inline TlsServerOptions server_options(const CertificateOptions& certificate = {.dns_names = {"localhost"}}) {
    return {.identity = authority().issue(certificate)};
}

/// Takes everything that stands in a buffer.
inline std::string take(Buffer& buffer) {
    std::string bytes(buffer.readable());
    buffer.clear();
    return bytes;
}

struct ClientOptions {
    std::string host = "localhost";
    std::string ca_pem = authority().certificate_pem();  // empty: the system's trust store
    Identity identity = {};
    bool verify = true;
    tls::Policy more = {};         // what else; the members above win
    std::string destination = {};  // for which a session is kept
};

class TlsPair {
public:
    explicit TlsPair(const TlsServerOptions& server = server_options(), const ClientOptions& client = {})
        : context_(make_context(client)), engine(context_, client.host, client.destination), peer(server) {}

    /// Until the client is through with it, one way or the other; the server has then all that the client sent.
    Status shake_hands() {
        for (;;) {
            const Status status = engine.handshake();
            deliver_to_server();
            if (status != Status::would_block) return status;
            const std::string answer = peer.take_ciphertext();
            if (answer.empty()) return engine.truncated();
            engine.incoming().append(answer);
        }
    }

    void deliver_to_server() {
        peer.receive(take(engine.outgoing()));
        peer.shake_hands();
    }
    void deliver_to_client() { engine.incoming().append(peer.take_ciphertext()); }

    /// Everything the client can decrypt now, and the status behind it.
    std::pair<std::string, Status> decrypt() {
        deliver_to_client();
        Buffer plaintext;
        Status status = engine.decrypt(plaintext);
        while (status == Status::ok)
            status = engine.decrypt(plaintext);
        return {take(plaintext), status};
    }

    /// The failure of a connection that must fail, in the handshake or, as TLS 1.3 has it, right behind it.
    Failure failure() {
        const Status status = shake_hands();
        if (status != Status::failed && decrypt().second != Status::failed) return Failure(Errc::ok);
        return engine.failure();
    }

    [[nodiscard]] const std::string& ca_file() const noexcept { return ca_file_; }
    [[nodiscard]] const std::string& certificate_file() const noexcept { return certificate_file_; }

private:
    tls::Context make_context(const ClientOptions& client) {
        if (!client.ca_pem.empty()) ca_file_ = directory_.write("ca.pem", client.ca_pem);
        tls::Policy settings = client.more;
        settings.ca_file = ca_file_;
        settings.verify = client.verify;
        if (!client.identity.key_pem.empty()) {
            settings.certificate_file = certificate_file_ =
                directory_.write("client.pem", client.identity.certificate_pem);
            settings.key_file = directory_.write("client.key", client.identity.key_pem);
        }
        return tls::Context::create(settings).value();
    }

    TemporaryDirectory directory_;
    std::string ca_file_;
    std::string certificate_file_;
    tls::Context context_;

public:
    tls::Engine engine;
    TlsPeer peer;
};

}  // namespace mqtts::test
