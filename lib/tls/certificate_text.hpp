// SPDX-License-Identifier: Apache-2.0
// What stands in a certificate, for people.
//
// A stranger may have chosen it: text is escaped, and no longer than a line can bear.
#pragma once

#include <openssl/types.h>

#include <optional>
#include <string>
#include <vector>

#include "tls/policy.hpp"

namespace mqtts::tls {

/// "CN=broker, O=Example"; "no name".
[[nodiscard]] std::string to_text(const X509_NAME* name);

/// "2026-10-01T00:00:00Z".
[[nodiscard]] std::string to_text(const ASN1_TIME* time);

/// "sha256//BASE64", as --pin takes it.
[[nodiscard]] std::string to_text(const Pin& pin);

/// Of the certificate's public key.
[[nodiscard]] Pin pin_of(const X509* certificate);

/// "RSA", "EC", "ML-DSA-65".
[[nodiscard]] std::string key_type(const EVP_PKEY* key);

/// In bits, where keys of this kind come in several sizes, and the number says how strong one is. Nothing for the
/// others: the 15616 bits of an ML-DSA-65 are no measure of it.
[[nodiscard]] std::optional<int> key_size(const EVP_PKEY* key);

/// "RSA, 2048 bits"; "ML-DSA-65".
[[nodiscard]] std::string key_text(const std::string& type, std::optional<int> size);

/// "EC, secp256k1": what decides whether others take it.
[[nodiscard]] std::string key_kind(const EVP_PKEY* key);

/// "has a key that is too weak (RSA, 1024 bits): …".
[[nodiscard]] std::string weak_key(const X509* certificate);

/// "bears a signature with a digest that is too weak (SHA1): …".
[[nodiscard]] std::string weak_signature(X509* certificate);

/// The hosts in subjectAltName; other kinds of name there are no hosts.
[[nodiscard]] std::vector<std::string> hosts_in(const X509* certificate);

/// Whole days until notAfter; negative: it has passed.
[[nodiscard]] int days_remaining(const X509* certificate);

/// "ends on 2026-10-01T00:00:00Z (notAfter), in 3 days"; "expired on …".
[[nodiscard]] std::string describe_end(const X509* certificate);

/// So few days (fewer than this) are worth a warning, unless another number is asked for.
inline constexpr unsigned usual_days_remaining = 14;

}  // namespace mqtts::tls
