// SPDX-License-Identifier: Apache-2.0
// Converts the values of the TLS options from text to what the settings hold. The cause of each failure is only the
// reason, to follow the option's name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "tls/policy.hpp"

namespace mqtts::cli {

[[nodiscard]] bool is_ascii(std::string_view text) noexcept;

/// Reads the lowest version to speak, "tlsv1.2" or "1.3".
[[nodiscard]] Result<tls::Version> tls_version(std::string_view text);

/// Reads a DNS name in ASCII, or an IP literal.
[[nodiscard]] Result<std::string> server_name(std::string_view text);

/// Reads application protocols with commas between them, each 1 to 255 bytes [RFC 7301, section 3.1].
[[nodiscard]] Result<std::vector<std::string>> application_protocols(std::string_view text);

/// Reads the SHA-256 of a public key, "sha256//BASE64".
[[nodiscard]] Result<tls::Pin> pin(std::string_view text);

/// Reads a pre-shared key of 1 to 256 bytes, in hexadecimal. The failure never quotes it.
[[nodiscard]] Result<Secret> shared_key(std::string_view text);

/// Reads the name of a pre-shared key at the server, 1 to 128 bytes.
[[nodiscard]] Result<std::string> shared_key_identity(std::string_view text);

}  // namespace mqtts::cli
