// SPDX-License-Identifier: Apache-2.0
// Finds out whether a private key is encrypted with a cipher that OpenSSL no longer supports. This is done before
// asking for the pass phrase: OpenSSL would call the right one wrong.
#pragma once

#include <openssl/types.h>

#include <string>
#include <string_view>

#include "tls/finding.hpp"

namespace mqtts::tls {

/// Return "DES-CBC"; empty: OpenSSL supports the cipher, or the key is not encrypted. The first looks at the PEM block
/// at the beginning of `text`, the second at PKCS#8 in DER.
[[nodiscard]] std::string lost_cipher_of_pem(std::string_view text);
[[nodiscard]] std::string lost_cipher_of_der(std::string_view content);

/// Returns "it is encrypted with DES-CBC, which OpenSSL 3.0 no longer supports" and "convert it with …".
[[nodiscard]] Finding describe_lost_cipher(std::string_view cipher, const std::string& path);

}  // namespace mqtts::tls
