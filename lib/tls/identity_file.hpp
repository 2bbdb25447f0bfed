// SPDX-License-Identifier: Apache-2.0
// A file with our certificate, our private key or both, in the form that its content shows: PEM, DER or PKCS#12.
#pragma once

#include <optional>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "tls/pem_file.hpp"
#include "tls/pkcs12.hpp"

namespace mqtts::tls {

class IdentityFile {
public:
    /// Reads it, and opens PKCS#12. The pass phrase is wanted for what is encrypted only. Failure: names the file, the
    /// line where it can, and why.
    static Result<IdentityFile> open(PemFile file, const Passphrase& passphrase);

    /// The certificates of the file, as they stand there. Once.
    [[nodiscard]] Result<Certificates> take_certificates();

    [[nodiscard]] bool holds_private_key() const noexcept;

    /// The private key; of several, the one that is wanted, or the first. Failure: unusable_key. Once.
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
