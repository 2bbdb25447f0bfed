// SPDX-License-Identifier: Apache-2.0
// An Identity in the forms other than PEM in which people keep certificates and keys.
#pragma once

#include <string>

#include "support/certificates.hpp"

namespace mqtts::test {

/// The certificate alone, in DER.
std::string certificate_der(const Identity& identity);

/// The private key in DER: PKCS#8; encrypted where there is a pass phrase.
std::string key_der(const Identity& identity, const std::string& passphrase = {});

/// The private key in the form in which OpenSSL itself once wrote it ("BEGIN EC PRIVATE KEY"), in PEM, encrypted.
std::string old_encrypted_key_pem(const Identity& identity, const std::string& passphrase);

/// Certificate, key and, in reverse order, chain; without a MAC a wrong pass phrase looks like a damaged file.
std::string pkcs12(const Identity& identity, const std::string& passphrase, bool mac = true);

}  // namespace mqtts::test
