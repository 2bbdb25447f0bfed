// SPDX-License-Identifier: Apache-2.0
// What decides the trust in a server, what we prove to it, and what is negotiated.
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

/// SHA-256 of a SubjectPublicKeyInfo: it names a public key, in whatever certificate it stands.
using Pin = std::array<unsigned char, 32>;

/// Of TLS-PSK, in bytes.
inline constexpr std::size_t longest_shared_key = 256;
inline constexpr std::size_t longest_shared_key_identity = 128;

struct Policy {
    std::string ca_file;           // PEM; together with ca_path it replaces the system's trust store
    std::string ca_path;           // directory of certificates named by their hash
    bool system_trust = false;     // the system's trust store counts, too, where one of these is given
    std::string certificate_file;  // ours and its chain: PEM, DER, PKCS#12 or a pkcs11: URI
    std::string key_file;  // its private key: PEM, DER, PKCS#12 or a pkcs11: URI; empty: it is in certificate_file
    std::optional<Secret> key_passphrase;  // opens these two; nothing: they are not encrypted, or somebody is asked
    bool verify = true;                    // false (--insecure): neither chain nor name is checked

    // What more the server has to prove.
    std::string server_name;                         // expected of the certificate, and SNI; empty: the host
    std::vector<Pin> pins;                           // not empty: the server's key is one of these
    bool pins_suffice = false;                       // and that decides alone: no issuer, name or date counts
    std::vector<std::string> crl_files;              // PEM; not empty: every issuer in the chain has a list in them
    bool staple_required = false;                    // a stapled OCSP response says that the certificate is good
    std::optional<unsigned> minimum_days_remaining;  // of the server's certificate; nothing: few are a warning

    // What is negotiated.
    Version minimum_version = Version::v1_2;
    std::string ciphers;                             // TLS 1.2 cipher list and TLS 1.3 suites, mixed; empty: OpenSSL's
    std::string groups;                              // for the key exchange; empty: OpenSSL's
    std::vector<std::string> application_protocols;  // ALPN, the most wanted first; each 1 to 255 bytes

    // A key that the server has as well takes the place of all certificates (TLS-PSK).
    Secret shared_key;                // the bytes; empty: certificates
    std::string shared_key_identity;  // tells the server which of its keys

    bool session_cache = false;  // keep sessions for the next run: see tls/resumption.hpp

    /// Until then all of these files have to be read; nothing: it may take forever.
    std::optional<std::chrono::steady_clock::time_point> reading_deadline;

    std::string key_log_file;  // gets the secrets of every connection, for Wireshark; empty: none

    [[nodiscard]] bool uses_system_store() const noexcept {
        return system_trust || (ca_file.empty() && ca_path.empty());
    }
};

}  // namespace mqtts::tls
