// SPDX-License-Identifier: Apache-2.0
// Certificates made while the test runs, so that none expires in the tree.
//
//     Authority authority("test root");
//     Identity server = authority.issue({.common_name = "broker", .dns_names = {"localhost"}});
//     TemporaryDirectory directory;
//     auto ca_file = directory.write("ca.pem", authority.certificate_pem());
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

#include "support/temporary_directory.hpp"

namespace mqtts::test {

struct CertificateOptions {
    std::string common_name = {};
    std::vector<std::string> dns_names = {};     // subjectAltName
    std::vector<std::string> ip_addresses = {};  // subjectAltName
    int valid_from_days = -1;                    // from now; positive: not valid yet
    int valid_until_days = 30;                   // from now; negative: expired
    bool authority = false;                      // may issue certificates
    bool client = false;                         // extended key usage: clientAuth instead of serverAuth
    bool rsa = false;                            // RSA with 2048 bits instead of EC P-256
    std::string key_type = {};                   // another kind by OpenSSL's name: "ED25519"
};

struct Identity {
    std::string certificate_pem;  // the certificate, then the intermediate ones up to the root, which is left out
    std::string key_pem;          // PKCS#8, not encrypted
};

/// The private key of `identity` as PKCS#8 encrypted with `passphrase`. More forms: support/identity_forms.hpp
std::string encrypted_key_pem(const Identity& identity, const std::string& passphrase);

/// A certificate that vouches for itself.
Identity self_signed(const CertificateOptions& options);

class Authority {
public:
    /// A root. Of the options only validity and kind of key count. Throws if OpenSSL has no such kind.
    explicit Authority(std::string name, CertificateOptions options = {});

    /// The authority's own certificate alone.
    [[nodiscard]] const std::string& certificate_pem() const noexcept { return certificate_pem_; }

    /// For what it signs besides certificates: support/revocation.hpp
    [[nodiscard]] std::string key_pem() const;

    [[nodiscard]] Identity issue(const CertificateOptions& options) const;
    [[nodiscard]] Authority intermediate(std::string name) const;

private:
    struct Free {
        void operator()(X509* certificate) const noexcept { X509_free(certificate); }
        void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
    };
    Authority() = default;

    std::unique_ptr<X509, Free> certificate_;
    std::unique_ptr<EVP_PKEY, Free> key_;
    std::string certificate_pem_;
    std::string chain_pem_;  // what a server sends behind its own certificate: nothing below a root
};

}  // namespace mqtts::test
