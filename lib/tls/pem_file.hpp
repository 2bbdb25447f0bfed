// SPDX-License-Identifier: Apache-2.0
// Certificates and keys in PEM files, read so that a file that cannot be used is named together with the line and the
// reason.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
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
    Errc unusable;                                                       // the error when it cannot be used
    std::optional<std::chrono::steady_clock::time_point> deadline = {};  // of reading it
};

using Certificates = std::vector<OpensslHandle<X509>>;
using RevocationLists = std::vector<OpensslHandle<X509_CRL>>;

/// All of the file, whatever its form; never empty. Failure: besides that of the file, timed_out.
Result<Secret> read_content(const PemFile& file);

/// Does the content of a file, which is not empty, begin as DER does, and PKCS#12?
[[nodiscard]] bool is_der(std::string_view content) noexcept;

/// All certificates in the file, PEM or DER, at least one. Other PEM blocks between them are skipped.
Result<Certificates> read_certificates(const PemFile& file);

/// The same, of `text`, the content of `file`.
Result<Certificates> pem_certificates(const PemFile& file, std::string_view text);

/// All certificate revocation lists in the file, PEM or DER, at least one.
Result<RevocationLists> read_revocation_lists(const PemFile& file);

/// Is this the key that is looked for?
using IsWanted = std::function<bool(const EVP_PKEY*)>;

/// The private key in `text`, the content of `file`; of several, the one that is wanted, or the first. An encrypted one
/// is opened with the pass phrase.
Result<OpensslHandle<EVP_PKEY>> pem_private_key(const PemFile& file, std::string_view text,
                                                const Passphrase& passphrase, const IsWanted& is_wanted);

/// Is there a private key among the PEM blocks?
[[nodiscard]] bool holds_pem_key(std::string_view text);

/// The first certificate, and behind it each one's issuer, as far as they are among the `others`: a server wants each
/// certificate to certify the one before it.
[[nodiscard]] Certificates chain_of(OpensslHandle<X509> first, Certificates others);

/// "cannot use CA file /etc/x.pem: reason".
Failure unusable(const PemFile& file, std::string_view reason);

}  // namespace mqtts::tls
