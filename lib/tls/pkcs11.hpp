// SPDX-License-Identifier: Apache-2.0
// A certificate and a private key in a token: a smart card, or what behaves like one. The key never leaves it.
//
// OpenSSL's engine "pkcs11" does the work, where there is one, otherwise its provider of the same name; with the
// modules that p11-kit knows, or the one in PKCS11_MODULE_PATH.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "os/os.hpp"
#include "tls/openssl_handle.hpp"
#include "tls/passphrase.hpp"

namespace mqtts::tls {

/// Whether this names what is in a token, not a file [RFC 7512].
[[nodiscard]] bool is_pkcs11_uri(std::string_view path) noexcept;

/// The certificate that `uri` names. The PIN is wanted where the token shows it to its owner only. Failure:
/// unusable_certificate, or what asking for the PIN failed with.
[[nodiscard]] Result<OpensslHandle<X509>> token_certificate(const std::string& uri, const Passphrase& pin);

/// The private key that `uri` names; to sign with it is up to the token, and blocks until it has. A wrong PIN is tried
/// once, for tokens count. Failure: unusable_key, or what asking for the PIN failed with.
[[nodiscard]] Result<OpensslHandle<EVP_PKEY>> token_private_key(const std::string& uri, const Passphrase& pin);

/// What to install for this system where there is neither engine nor provider: "the package …".
[[nodiscard]] std::string token_package(const os::Release& release);

}  // namespace mqtts::tls
