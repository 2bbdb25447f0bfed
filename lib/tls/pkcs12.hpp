// SPDX-License-Identifier: Apache-2.0
// Opens PKCS#12 (RFC 7292): a certificate, its chain and its private key in one file, usually encrypted.
#pragma once

#include <string_view>

#include "base/error.hpp"
#include "tls/pem_file.hpp"

namespace mqtts::tls {

struct Pkcs12 {
    Certificates certificates;    // the one of the key, then its chain; all of them if there is no key
    OpensslHandle<EVP_PKEY> key;  // null: there is no key
};

/// Says whether `content` has the outer form of PKCS#12.
[[nodiscard]] bool is_pkcs12(std::string_view content);

/// Opens `content`, the content of `file`; does not ask for a pass phrase that is empty. Failure (unusable_key,
/// unusable_certificate): the pass phrase is wrong, there is no MAC to check it with, or OpenSSL no longer supports the
/// encryption.
[[nodiscard]] Result<Pkcs12> open_pkcs12(const PemFile& file, std::string_view content, const Passphrase& passphrase);

}  // namespace mqtts::tls
