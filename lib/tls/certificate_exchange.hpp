// SPDX-License-Identifier: Apache-2.0
// Watches a handshake for what becomes of our certificate: whether it is asked for, by whom, and what is sent.
//
// OpenSSL sends an empty list, without an error, where the server takes no signature of our key, so what is sent is
// read from the message itself.
#pragma once

#include <openssl/types.h>

#include <string>

#include "tls/client_certificate.hpp"

namespace mqtts::tls {

/// Raw, as it was seen.
struct CertificateExchange {
    bool answered = false;   // a message of the server's handshake has come
    bool requested = false;  // CertificateRequest has
    std::string sent;        // our message Certificate; empty: none was sent yet
};

/// From now on it is noted in evidence_of(ssl).exchange, until unwatch_exchange(): the handshake is over, and nothing
/// of it can follow.
void watch_exchange(SSL* ssl);
void unwatch_exchange(SSL* ssl);

/// What was seen, understood. It costs more than to watch: for who has to tell it.
[[nodiscard]] ClientCertificate client_certificate_of(const SSL* ssl);

}  // namespace mqtts::tls
