// SPDX-License-Identifier: Apache-2.0
// The settings of TLS: which server to trust, what we prove to it, and what is negotiated.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.hpp"

namespace mqtts::tls {

enum class Version : std::uint8_t { v1_2, v1_3 };

/// SHA-256 of a SubjectPublicKeyInfo: it identifies a public key, in any certificate.
using Pin = std::array<unsigned char, 32>;

/// Limits of TLS-PSK, in bytes.
inline constexpr std::size_t longest_shared_key = 256;
inline constexpr std::size_t longest_shared_key_identity = 128;

struct Policy {
    std::string ca_file;           // PEM; together with ca_path it replaces the system's trust store
    std::string ca_path;           // directory of certificates named by their hash
    bool system_trust = false;     // use the system's trust store as well as these
    std::string certificate_file;  // ours and its chain: PEM, DER, PKCS#12 or a pkcs11: URI
    std::string key_file;  // its private key: PEM, DER, PKCS#12 or a pkcs11: URI; empty: it is in certificate_file
    std::optional<Secret> key_passphrase;  // opens these two; nothing: they are not encrypted, or the user is asked
    bool verify = true;                    // false (--insecure): neither chain nor name is checked

    // What else the server must prove.
    std::string server_name;                         // the name in the certificate and in SNI; empty: the host
    std::vector<Pin> pins;                           // the server's key must be one of these; empty: any key
    bool pins_suffice = false;                       // only the pins count: no issuer, name or date
    std::vector<std::string> crl_files;              // PEM; with any, every issuer in the chain needs a list
    bool staple_required = false;                    // the server must staple an OCSP response that says good
    std::optional<unsigned> minimum_days_remaining;  // of the server's certificate; nothing: warn if few are left

    // What is negotiated.
    Version minimum_version = Version::v1_2;
    std::string ciphers;  // TLS 1.2 cipher list and TLS 1.3 suites, mixed; empty: OpenSSL's defaults
    std::string groups;   // for the key exchange; empty: OpenSSL's defaults
    std::vector<std::string> application_protocols;  // ALPN, in order of preference; each has 1 to 255 bytes

    // A key that the server has, too, replaces all certificates (TLS-PSK).
    Secret shared_key;                // the bytes; empty: use certificates
    std::string shared_key_identity;  // tells the server which of its keys to use

    bool session_cache = false;  // keep sessions for the next run: see tls/resumption.hpp

    /// All of these files must be read by then; nothing: without a limit.
    std::optional<std::chrono::steady_clock::time_point> reading_deadline;

    std::string key_log_file;  // gets the secrets of every connection, for Wireshark; empty: no file

    [[nodiscard]] bool uses_system_store() const noexcept {
        return system_trust || (ca_file.empty() && ca_path.empty());
    }
};

}  // namespace mqtts::tls
