// SPDX-License-Identifier: Apache-2.0
// What a connection has shown of the client certificate, and what its end says about it.
//
// In TLS 1.2 a server judges the certificate during the handshake, in TLS 1.3 after it. Some servers send an alert,
// others just close the connection. Each of these ends gets its failure here, from what was asked for and what was
// sent, never from the moment when the end came: both versions give the same failure.
//
// Pure functions. certificate_exchange.hpp finds the facts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace mqtts::tls {

/// A defect of the client certificate that we can see ourselves.
struct CertificateFault {
    enum class Kind : std::uint8_t { date, usage, issuer };
    Kind kind{};
    std::string cause;  // "it expired on 2026-10-01T00:00:00Z (notAfter)"
    std::string cure;   // "renew the client certificate"
};

struct ClientCertificate {
    bool requested = false;                // the server asked for one
    bool sent = false;                     // the server got ours
    std::vector<std::string> issuers;      // the issuers that the server accepts; empty: any
    std::string file;                      // the file of ours; empty: none was given
    std::string subject;                   // of ours: "CN=sensor"
    std::string issuer;                    // of ours, or of the last certificate that was sent with it
    std::string key;                       // its type: "EC, secp256k1"
    std::vector<CertificateFault> faults;  // of ours, if it was sent
};

/// How the server, or a proxy in front of it, ended the connection.
struct ServerEnd {
    std::optional<int> alert = {};  // nothing: close_notify, the end of TCP, or a reset
    bool spoken = false;            // plaintext came first: the server had accepted the client
};

/// Decides whether the certificate is the reason. client_certificate_required, client_certificate_refused: an alert
/// says so. closed_without_client_certificate, closed_on_client_certificate: it is likely, but the broker behind the
/// server may also be down. Nothing: an alert says something else, or nothing was seen.
[[nodiscard]] std::optional<Failure> explain(const ClientCertificate& ours, const ServerEnd& end);

/// Returns the hint about the certificate for a server that refuses us without naming a reason: "give the client
/// certificate that the server asks for with --cert and --key". Empty: the server did not ask for one.
[[nodiscard]] std::string advice(const ClientCertificate& ours);

/// Says what was asked for and what was sent, for the log; empty: nothing was asked for.
[[nodiscard]] std::string to_text(const ClientCertificate& ours);

}  // namespace mqtts::tls
