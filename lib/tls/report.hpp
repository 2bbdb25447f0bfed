// SPDX-License-Identifier: Apache-2.0
// What a TLS connection negotiated and with whom, for people and machines: --tls-report, --check.
//
// Strings come from strangers: they are escaped already.
#pragma once

#include <openssl/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace mqtts::tls {

struct CertificateReport {
    std::string subject;
    std::string issuer;
    std::vector<std::string> hosts;  // in subjectAltName
    std::string not_before;          // RFC 3339
    std::string not_after;
    int days_remaining = 0;            // until not_after; negative: it has passed
    std::string key_type;              // "RSA", "EC", "ML-DSA-65"
    std::optional<int> key_size = {};  // in bits; nothing: its type says it all
    std::string signature;             // "ecdsa-with-SHA256"
    std::string pin;                   // "sha256//BASE64", as --pin takes it
};

struct Report {
    std::string version;               // "TLSv1.3"
    std::string cipher;                // "TLS_AES_256_GCM_SHA384"
    std::string group;                 // "x25519"; empty: none, or none that has a name
    std::string application_protocol;  // by ALPN; empty: none
    bool resumed = false;
    bool checked = true;               // false: --insecure, or a pre-shared key took the place of certificates
    bool pinned = false;               // if it was checked, then its key alone: --pin-only
    std::optional<Failure> rejection;  // of the server
    std::vector<CertificateReport> certificates;  // as the server sent them, its own first
};

/// Nothing: the server has not even answered our ClientHello. Precondition: Engine made this SSL.
[[nodiscard]] std::optional<Report> report_on(SSL* ssl);

}  // namespace mqtts::tls
