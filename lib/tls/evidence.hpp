// SPDX-License-Identifier: Apache-2.0
// What one TLS connection saw, for the verdict on the server and for the sentence when it fails.
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
    std::string host;                                 // whose certificate is expected
    Rejection rejection;                              // of the server's certificate, by OpenSSL
    std::optional<Failure> objection;                 // to the server, by us: its key, the days it has left, its staple
    std::vector<OpensslHandle<X509>> rejected_chain;  // what the server sent, if there is either
    std::optional<int> alert;                         // received and fatal
    CertificateExchange exchange;                     // of ours
    bool established = false;                         // the handshake is over, for us
    bool plaintext_received = false;                  // it is over for the server too
    std::string warning;                              // about the server; empty: none
};

/// Engine leaves it with each SSL, where OpenSSL's callbacks find it.
[[nodiscard]] inline Evidence& evidence_of(const SSL* ssl) noexcept {
    return *static_cast<Evidence*>(SSL_get_app_data(ssl));
}

}  // namespace mqtts::tls
