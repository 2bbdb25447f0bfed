// SPDX-License-Identifier: Apache-2.0
// The cipher that a private key is encrypted with, where OpenSSL has given it up. It is looked for before the pass
// phrase is wanted: the right one would be called wrong.
#pragma once

#include <openssl/types.h>

#include <string>
#include <string_view>

namespace mqtts::tls {

/// "DES-CBC"; empty: OpenSSL has the cipher, or the key is not encrypted. Of the PEM block at the beginning of `text`,
/// and of PKCS#8 in DER.
[[nodiscard]] std::string lost_cipher_of_pem(std::string_view text);
[[nodiscard]] std::string lost_cipher_of_der(std::string_view content);

/// "it is encrypted with DES-CBC, which …: convert it with …".
[[nodiscard]] std::string describe_lost_cipher(std::string_view cipher, const std::string& path);

}  // namespace mqtts::tls
