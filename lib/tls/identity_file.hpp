// SPDX-License-Identifier: Apache-2.0
// Reads a file with our certificate, our private key or both. Its content shows the form: PEM, DER or PKCS#12.
#pragma once

#include <optional>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "tls/pem_file.hpp"
#include "tls/pkcs12.hpp"

namespace mqtts::tls {

class IdentityFile {
public:
    /// Reads the file, and opens PKCS#12. The pass phrase is asked for only if the content is encrypted. Failure: names
    /// the file, if possible the line, and the reason.
    static Result<IdentityFile> open(PemFile file, const Passphrase& passphrase);

    /// Takes the certificates, in the order of the file. Call it once.
    [[nodiscard]] Result<Certificates> take_certificates();

    [[nodiscard]] bool holds_private_key() const noexcept;

    /// Takes the private key; of several keys the wanted one, or the first. Failure: unusable_key. Call it once.
    [[nodiscard]] Result<OpensslHandle<EVP_PKEY>> take_private_key(const Passphrase& passphrase,
                                                                   const IsWanted& is_wanted);

private:
    IdentityFile(PemFile file, Secret content) : file_(std::move(file)), content_(std::move(content)) {}

    [[nodiscard]] Result<OpensslHandle<EVP_PKEY>> der_private_key(const Passphrase& passphrase) const;

    PemFile file_;
    Secret content_;
    std::optional<Pkcs12> pkcs12_;
};

}  // namespace mqtts::tls
