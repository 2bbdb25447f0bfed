// SPDX-License-Identifier: Apache-2.0
// Values of the options on TLS, turned into what the settings hold. Each failure is the reason alone, to follow the
// option's name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "tls/policy.hpp"

namespace mqtts::cli {

[[nodiscard]] bool is_ascii(std::string_view text) noexcept;

/// "tlsv1.2", "1.3": the lowest version to speak.
[[nodiscard]] Result<tls::Version> tls_version(std::string_view text);

/// A DNS name in ASCII, or an IP literal.
[[nodiscard]] Result<std::string> server_name(std::string_view text);

/// Application protocols with commas between them, each 1 to 255 bytes [RFC 7301, section 3.1].
[[nodiscard]] Result<std::vector<std::string>> application_protocols(std::string_view text);

/// "sha256//BASE64": the SHA-256 of a public key.
[[nodiscard]] Result<tls::Pin> pin(std::string_view text);

/// A pre-shared key of 1 to 256 bytes, in hexadecimal. Never shown.
[[nodiscard]] Result<Secret> shared_key(std::string_view text);

/// What tells the server which key: 1 to 128 bytes.
[[nodiscard]] Result<std::string> shared_key_identity(std::string_view text);

}  // namespace mqtts::cli
