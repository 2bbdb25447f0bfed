// SPDX-License-Identifier: Apache-2.0
// Shows the fields of a certificate to people.
//
// A stranger may have chosen them: text is escaped, and cut to a length that fits a line.
#pragma once

#include <openssl/types.h>

#include <optional>
#include <string>
#include <vector>

#include "tls/policy.hpp"

namespace mqtts::tls {

/// Returns "CN=broker, O=Example", or "no name".
[[nodiscard]] std::string to_text(const X509_NAME* name);

/// Returns "2026-10-01T00:00:00Z".
[[nodiscard]] std::string to_text(const ASN1_TIME* time);

/// Returns "sha256//BASE64", as --pin takes it.
[[nodiscard]] std::string to_text(const Pin& pin);

/// Computes the pin of the certificate's public key.
[[nodiscard]] Pin pin_of(const X509* certificate);

/// Returns "RSA", "EC", "ML-DSA-65".
[[nodiscard]] std::string key_type(const EVP_PKEY* key);

/// Returns the size in bits if keys of this type come in several sizes and the size says how strong one is. Returns
/// nothing for the others: an ML-DSA-65 key has 15616 bits, which does not measure its strength.
[[nodiscard]] std::optional<int> key_size(const EVP_PKEY* key);

/// Returns "RSA, 2048 bits", or "ML-DSA-65".
[[nodiscard]] std::string key_text(const std::string& type, std::optional<int> size);

/// Returns "EC, secp256k1": the facts that decide whether a server accepts the key.
[[nodiscard]] std::string key_kind(const EVP_PKEY* key);

/// Returns "has a key that is too weak (RSA, 1024 bits; …)".
[[nodiscard]] std::string weak_key(const X509* certificate);

/// Returns "has a signature that is too weak (SHA1; …)".
[[nodiscard]] std::string weak_signature(X509* certificate);

/// Returns the hosts in subjectAltName: its DNS names and IP addresses.
[[nodiscard]] std::vector<std::string> hosts_in(const X509* certificate);

/// Counts whole days until notAfter; negative: it has passed.
[[nodiscard]] int days_remaining(const X509* certificate);

/// Returns "expires on 2026-10-01T00:00:00Z (notAfter), in 3 days", or "expired on …".
[[nodiscard]] std::string describe_end(const X509* certificate);

/// A certificate with fewer days left gets a warning, unless the settings ask for another number.
inline constexpr unsigned usual_days_remaining = 14;

}  // namespace mqtts::tls
