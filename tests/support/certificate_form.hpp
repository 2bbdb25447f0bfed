// SPDX-License-Identifier: Apache-2.0
// Certificates in every form, well made or not, each issued at run time:
//
//     const Certified root(authority_form("root"));
//     const Certified middle = root.issue(authority_form("middle"));
//     const Certified leaf = middle.issue({.names = {dns("localhost")}, .key = "RSA 1024"});
//     write(leaf.pem() + middle.pem());
//
// support/certificates.hpp has the well made ones with less to say.
#pragma once

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <vector>

namespace mqtts::test {

struct AlternativeName {
    int kind;           // GEN_DNS, GEN_IPADD, GEN_EMAIL, GEN_URI
    std::string value;  // any bytes, not checked; of GEN_IPADD the address as text
};

inline AlternativeName dns(std::string name) {
    return {GEN_DNS, std::move(name)};
}
inline AlternativeName ip(std::string address) {
    return {GEN_IPADD, std::move(address)};
}

/// Extensions are as openssl.cnf has them; an empty one is left out.
struct CertificateForm {
    std::string common_name = "broker";
    std::vector<AlternativeName> names = {};  // subjectAltName
    std::string key = "P-256";                // a curve, "RSA 2048", "ED25519"
    std::string digest = "SHA256";            // of the signature; empty where the key's kind decides
    std::string constraints = "critical,CA:FALSE";
    std::string usage = "critical,digitalSignature";
    std::string extended_usage = "serverAuth";
    std::string name_constraints = {};
    int valid_from_days = -1;   // from now; positive: not valid yet
    int valid_until_days = 30;  // from now; negative: expired
};

/// What may issue certificates.
CertificateForm authority_form(std::string name);

/// A certificate and its private key.
class Certified {
public:
    /// Vouches for itself.
    explicit Certified(const CertificateForm& form) : Certified(form, nullptr) {}

    /// Issued by this one, whether it may or not.
    [[nodiscard]] Certified issue(const CertificateForm& form) const { return Certified(form, this); }

    [[nodiscard]] std::string pem() const;
    [[nodiscard]] std::string key_pem() const;  // PKCS#8, not encrypted

private:
    Certified(const CertificateForm& form, const Certified* issuer);

    struct Free {
        void operator()(X509* certificate) const noexcept { X509_free(certificate); }
        void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
    };
    std::unique_ptr<EVP_PKEY, Free> key_;
    std::unique_ptr<X509, Free> certificate_;
};

}  // namespace mqtts::test
