// SPDX-License-Identifier: Apache-2.0
// What a connection has shown of our own certificate, and what its end says about it.
//
// In TLS 1.2 a server judges our certificate in the handshake, in 1.3 behind it; some say so in an alert, others hang
// up. All of them get their sentence here, from what was asked for and what was sent, never from the moment at which
// the end came: both versions give the same failure.
//
// Pure. certificate_exchange.hpp finds the facts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace mqtts::tls {

/// What is wrong with our certificate, as far as we can see ourselves.
struct CertificateFault {
    enum class Kind : std::uint8_t { date, usage, issuer };
    Kind kind{};
    std::string text;  // "it has expired, on 2026-10-01T00:00:00Z (notAfter)"
};

struct ClientCertificate {
    bool requested = false;                // the server asked for one
    bool sent = false;                     // it got ours
    std::vector<std::string> issuers;      // of whom the request wants one; empty: of anybody
    std::string file;                      // where ours is; empty: none was given
    std::string subject;                   // of ours: "CN=sensor"
    std::string issuer;                    // of ours, or of the last one that was sent behind it
    std::string key;                       // its kind: "EC, secp256k1"
    std::vector<CertificateFault> faults;  // of ours, if it was sent
};

/// How the server, or whoever stands in front of it, ended the connection.
struct ServerEnd {
    std::optional<int> alert = {};  // nothing: close_notify, the end of TCP, or a reset
    bool spoken = false;            // behind plaintext: the server had let us in
};

/// Is the certificate the reason? client_certificate_required, client_certificate_refused: yes, an alert says so.
/// closed_without_client_certificate, closed_on_client_certificate: most likely, but perhaps what is behind the server
/// is not there yet. Nothing: an alert says something else, or there is nothing to see.
[[nodiscard]] std::optional<Failure> explain(const ClientCertificate& ours, const ServerEnd& end);

/// What to do about the certificate where a server refuses us for no reason that it names: "give the client certificate
/// that it asks for (--cert and --key)". Empty: it did not ask for one.
[[nodiscard]] std::string advice(const ClientCertificate& ours);

/// What was asked for and what was sent, for the log; empty: nothing was asked for.
[[nodiscard]] std::string to_text(const ClientCertificate& ours);

}  // namespace mqtts::tls
