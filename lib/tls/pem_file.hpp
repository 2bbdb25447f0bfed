// SPDX-License-Identifier: Apache-2.0
// Reads certificates and keys from PEM and DER files. If a file cannot be used, the failure names it with the line and
// the reason.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "tls/finding.hpp"
#include "tls/openssl_handle.hpp"
#include "tls/passphrase.hpp"

namespace mqtts::tls {

struct PemFile {
    std::string purpose;  // "CA file", for messages
    std::string path;
    Errc unusable;                                                       // the error when it cannot be used
    std::optional<std::chrono::steady_clock::time_point> deadline = {};  // of reading it
};

using Certificates = std::vector<OpensslHandle<X509>>;
using RevocationLists = std::vector<OpensslHandle<X509_CRL>>;

/// Reads the whole file, in any form; it is never empty. Failure: that of the file, or timed_out.
Result<Secret> read_content(const PemFile& file);

/// Says whether the content begins as DER does, and PKCS#12. Precondition: it is not empty.
[[nodiscard]] bool is_der(std::string_view content) noexcept;

/// Reads all certificates in the file, PEM or DER, at least one. Other PEM blocks between them are skipped.
Result<Certificates> read_certificates(const PemFile& file);

/// Decodes all certificates in `text`, the content of `file`.
Result<Certificates> pem_certificates(const PemFile& file, std::string_view text);

/// Reads all certificate revocation lists in the file, PEM or DER, at least one.
Result<RevocationLists> read_revocation_lists(const PemFile& file);

/// Says whether this is the wanted key.
using IsWanted = std::function<bool(const EVP_PKEY*)>;

/// Decodes the private key in `text`, the content of `file`; of several keys the wanted one, or the first. An encrypted
/// key is opened with the pass phrase.
Result<OpensslHandle<EVP_PKEY>> pem_private_key(const PemFile& file, std::string_view text,
                                                const Passphrase& passphrase, const IsWanted& is_wanted);

/// Says whether there is a private key among the PEM blocks.
[[nodiscard]] bool holds_pem_key(std::string_view text);

/// Builds the chain of `first`: each certificate is followed by its issuer, as a server expects, as long as the
/// `others` have it.
[[nodiscard]] Certificates chain_of(OpensslHandle<X509> first, Certificates others);

/// Makes the failure "cannot use CA file /etc/x.pem: CAUSE", with the cure as its hint.
Failure unusable(const PemFile& file, const Finding& why);

}  // namespace mqtts::tls
