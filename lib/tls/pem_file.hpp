// SPDX-License-Identifier: Apache-2.0
// Certificates and keys in PEM files, read so that a file that cannot be used is named together with the line and the
// reason.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "tls/openssl_handle.hpp"
#include "tls/passphrase.hpp"

namespace mqtts::tls {

struct PemFile {
    std::string purpose;  // "CA file", for the sentences
    std::string path;
    Errc unusable;  // the error when it cannot be used
};

using Certificates = std::vector<OpensslHandle<X509>>;
using RevocationLists = std::vector<OpensslHandle<X509_CRL>>;

/// All of the file, whatever its form; never empty.
Result<Secret> read_content(const PemFile& file);

/// All certificates in the file, at least one. Other PEM blocks between them are skipped.
Result<Certificates> read_certificates(const PemFile& file);

/// The same, of `text`, the content of `file`.
Result<Certificates> pem_certificates(const PemFile& file, std::string_view text);

/// All certificate revocation lists in the file, at least one.
Result<RevocationLists> read_revocation_lists(const PemFile& file);

/// The first private key in `text`, the content of `file`. An encrypted one is opened with the pass phrase.
Result<OpensslHandle<EVP_PKEY>> pem_private_key(const PemFile& file, std::string_view text,
                                                const Passphrase& passphrase);

/// "cannot use CA file /etc/x.pem: reason".
Failure unusable(const PemFile& file, std::string_view reason);

}  // namespace mqtts::tls
