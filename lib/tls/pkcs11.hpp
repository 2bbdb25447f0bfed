// SPDX-License-Identifier: Apache-2.0
// Uses a certificate and a private key in a token: a smart card, or a device that behaves like one. The key never
// leaves it.
//
// OpenSSL's engine "pkcs11" does the work if it is installed, otherwise its provider of the same name; with the modules
// that p11-kit knows, or the one in PKCS11_MODULE_PATH.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "os/os.hpp"
#include "tls/openssl_handle.hpp"
#include "tls/passphrase.hpp"

namespace mqtts::tls {

/// Says whether this names an object in a token, not a file [RFC 7512].
[[nodiscard]] bool is_pkcs11_uri(std::string_view path) noexcept;

/// Loads the certificate that `uri` names. The PIN is asked for only if the token wants it. Failure:
/// unusable_certificate, or the failure of asking for the PIN.
[[nodiscard]] Result<OpensslHandle<X509>> token_certificate(const std::string& uri, const Passphrase& pin);

/// Loads the private key that `uri` names. The token signs with it, and blocks until it has. A wrong PIN is tried once,
/// as tokens count attempts. Failure: unusable_key, or the failure of asking for the PIN.
[[nodiscard]] Result<OpensslHandle<EVP_PKEY>> token_private_key(const std::string& uri, const Passphrase& pin);

/// Names what to install on this system if there is neither engine nor provider: "the package …".
[[nodiscard]] std::string token_package(const os::Release& release);

}  // namespace mqtts::tls
