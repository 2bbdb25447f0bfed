// SPDX-License-Identifier: Apache-2.0
// Reports what a TLS connection negotiated, and with which server, for --tls-report and --check.
//
// The strings come from strangers, and are already escaped.
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
    std::string group;                 // "x25519"; empty: there is no group, or it has no name
    std::string application_protocol;  // chosen by ALPN; empty: none
    bool resumed = false;
    bool checked = true;                          // false: --insecure, or a pre-shared key instead of certificates
    bool pinned = false;                          // only its key was checked: --pin-only
    std::optional<Failure> rejection;             // of the server
    std::vector<CertificateReport> certificates;  // as the server sent them, its own first
};

/// Reports on the connection. Nothing: the server has not answered our ClientHello. Precondition: Engine made this SSL.
[[nodiscard]] std::optional<Report> report_on(SSL* ssl);

}  // namespace mqtts::tls
