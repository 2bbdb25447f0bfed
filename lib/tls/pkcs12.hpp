// SPDX-License-Identifier: Apache-2.0
// PKCS#12 (RFC 7292): a certificate, its chain and its private key in one file, usually encrypted.
#pragma once

#include <string_view>

#include "base/error.hpp"
#include "tls/pem_file.hpp"

namespace mqtts::tls {

struct Pkcs12 {
    Certificates certificates;    // that of the key, then each one's issuer, as far as they are there; without it all
    OpensslHandle<EVP_PKEY> key;  // null: there is none
};

/// Whether `content` has the outer form of PKCS#12.
[[nodiscard]] bool is_pkcs12(std::string_view content);

/// Opens `content`, which is that of `file`; needs no pass phrase where it is empty. Failure (unusable_key,
/// unusable_certificate): the pass phrase is wrong, there is no MAC to try it on, or the encryption is one of long ago.
[[nodiscard]] Result<Pkcs12> open_pkcs12(const PemFile& file, std::string_view content, const Passphrase& passphrase);

}  // namespace mqtts::tls
