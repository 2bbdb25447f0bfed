// SPDX-License-Identifier: Apache-2.0
// Watches a handshake for our certificate: whether the server asks for one, from which issuers, and what is sent.
//
// If the server accepts no signature of our key, OpenSSL sends an empty list, without an error. So what is sent is
// read from the message itself.
#pragma once

#include <openssl/types.h>

#include <string>

#include "tls/client_certificate.hpp"

namespace mqtts::tls {

/// The raw observations.
struct CertificateExchange {
    bool answered = false;   // a handshake message of the server has arrived
    bool requested = false;  // a CertificateRequest has arrived
    std::string sent;        // our Certificate message; empty: it was not sent yet
};

/// Records the exchange in evidence_of(ssl).exchange, until unwatch_exchange() says that the handshake is over.
void watch_exchange(SSL* ssl);
void unwatch_exchange(SSL* ssl);

/// Decodes the observations. It costs more than watching, so it is called only when a message needs the result.
[[nodiscard]] ClientCertificate client_certificate_of(const SSL* ssl);

}  // namespace mqtts::tls
