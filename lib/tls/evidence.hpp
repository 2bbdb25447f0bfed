// SPDX-License-Identifier: Apache-2.0
// Collects what one TLS connection observes, for the verdict on the server and for the message if it fails.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "tls/certificate_exchange.hpp"
#include "tls/openssl_handle.hpp"
#include "tls/policy.hpp"
#include "tls/rejection.hpp"

namespace mqtts::tls {

struct Evidence {
    const Policy& policy;
    std::string host;                                 // the name that the certificate must have
    Rejection rejection;                              // of the server's certificate, by OpenSSL
    std::optional<Failure> objection;                 // to the server, by us: its key, days left, staple
    std::vector<OpensslHandle<X509>> rejected_chain;  // what the server sent, if it was rejected
    std::optional<int> alert;                         // the fatal alert received
    CertificateExchange exchange;                     // of the client certificate
    bool established = false;                         // our side of the handshake is over
    bool plaintext_received = false;                  // the server's side is over, too
    std::string warning;                              // about the server; empty: nothing
};

/// Returns the evidence that Engine attached to the SSL, so that OpenSSL's callbacks find it.
[[nodiscard]] inline Evidence& evidence_of(const SSL* ssl) noexcept {
    return *static_cast<Evidence*>(SSL_get_app_data(ssl));
}

}  // namespace mqtts::tls
