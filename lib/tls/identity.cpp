// SPDX-License-Identifier: Apache-2.0
#include "tls/identity.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>

#include "text/escape.hpp"
#include "tls/certificate_text.hpp"
#include "tls/exposed_key.hpp"
#include "tls/file_kind.hpp"
#include "tls/identity_file.hpp"
#include "tls/openssl_handle.hpp"
#include "tls/pkcs11.hpp"

namespace mqtts::tls {

namespace {

struct Identity {
    Certificates certificates;
    OpensslHandle<EVP_PKEY> key;
};

PemFile certificate_file(const Policy& policy) {
    return {"certificate file", policy.certificate_file, Errc::unusable_certificate, policy.reading_deadline};
}

PemFile key_file(const Policy& policy) {
    return {"key file", path_of_key(policy), Errc::unusable_key, policy.reading_deadline};
}

Result<OpensslHandle<EVP_PKEY>> read_separate_key(const Policy& policy, const Passphrase& passphrase,
                                                  const IsWanted& is_wanted) {
    if (is_pkcs11_uri(path_of_key(policy))) return token_private_key(path_of_key(policy), passphrase);
    auto file = IdentityFile::open(key_file(policy), passphrase);
    if (!file) return file.error();
    return file->take_private_key(passphrase, is_wanted);
}

Result<OpensslHandle<EVP_PKEY>> read_key(IdentityFile& file, const Policy& policy, const Passphrase& passphrase,
                                         const IsWanted& is_wanted) {
    if (policy.key_file.empty() && !file.holds_private_key())
        return Failure(Errc::unusable_key,
                       fmt::format("certificate file {} holds no private key", escape(policy.certificate_file)),
                       "give the key with --key", {policy.certificate_file});
    if (policy.key_file.empty() || policy.key_file == policy.certificate_file)
        return file.take_private_key(passphrase, is_wanted);
    return read_separate_key(policy, passphrase, is_wanted);
}

Certificates::iterator certificate_of(Certificates& certificates, const EVP_PKEY* key) {
    const auto found = std::ranges::find_if(
        certificates, [&](const auto& certificate) { return X509_check_private_key(certificate.get(), key) == 1; });
    ERR_clear_error();
    return found;
}

// Moves our certificate to the front, wherever it is in the file. If it is the first, the order does not change.
void put_ours_first(Certificates& certificates, const EVP_PKEY* key) {
    const auto ours = certificate_of(certificates, key);
    if (ours == certificates.begin() || ours == certificates.end()) return;
    OpensslHandle<X509> first = std::move(*ours);
    certificates.erase(ours);
    certificates = chain_of(std::move(first), std::move(certificates));
}

Result<Identity> read_token_identity(const Policy& policy, const Passphrase& pin) {
    auto certificate = token_certificate(policy.certificate_file, pin);
    if (!certificate) return certificate.error();
    auto key = read_separate_key(policy, pin, [](const EVP_PKEY*) { return true; });
    if (!key) return key.error();
    Identity identity{{}, *std::move(key)};
    identity.certificates.push_back(*std::move(certificate));
    return identity;
}

Result<Identity> read_identity(const Policy& policy, const Passphrase& passphrase) {
    if (is_pkcs11_uri(policy.certificate_file)) return read_token_identity(policy, passphrase);
    auto file = IdentityFile::open(certificate_file(policy), passphrase);
    if (!file) return file.error();
    auto certificates = file->take_certificates();
    if (!certificates) return certificates.error();
    auto key = read_key(*file, policy, passphrase, [&](const EVP_PKEY* candidate) {
        return certificate_of(*certificates, candidate) != certificates->end();
    });
    if (!key) return key.error();
    put_ours_first(*certificates, key->get());
    return Identity{*std::move(certificates), *std::move(key)};
}

// Explains why OpenSSL refused a certificate: weak keys and signatures are refused only when the context gets them.
Failure refused(const PemFile& file, X509* certificate) {
    const unsigned long error = ERR_peek_last_error();
    const int reason = ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) : 0;
    ERR_clear_error();
    const auto about = [&](const std::string& defect) {
        const std::string subject = to_text(X509_get_subject_name(certificate));
        return unusable(file, {fmt::format("the certificate of {} {}", subject, defect), "use another certificate"});
    };
    if (reason == SSL_R_EE_KEY_TOO_SMALL || reason == SSL_R_CA_KEY_TOO_SMALL) return about(weak_key(certificate));
    if (reason == SSL_R_CA_MD_TOO_WEAK) return about(weak_signature(certificate));
    return about(
        fmt::format("cannot be used in TLS: {} keys make no signatures", key_type(X509_get0_pubkey(certificate))));
}

Result<> use_certificates(SSL_CTX* context, Certificates& certificates, const PemFile& file) {
    if (SSL_CTX_use_certificate(context, certificates.front().get()) != 1)
        return refused(file, certificates.front().get());
    for (auto issuer = certificates.begin() + 1; issuer != certificates.end(); ++issuer) {
        if (SSL_CTX_add0_chain_cert(context, issuer->get()) != 1) return refused(file, issuer->get());
        static_cast<void>(issuer->release());  // the context owns it now
    }
    return {};
}

}  // namespace

Result<> identify_client(SSL_CTX* context, const Policy& policy, const AskPassphrase& ask) {
    if (policy.certificate_file.empty()) return {};
    auto identity = read_identity(policy, Passphrase(policy.key_passphrase, ask));
    if (!identity) return identity.error();
    if (auto used = use_certificates(context, identity->certificates, certificate_file(policy)); !used) return used;
    if (X509_check_private_key(SSL_CTX_get0_certificate(context), identity->key.get()) != 1) {
        ERR_clear_error();
        return Failure(
            Errc::key_mismatch,
            fmt::format("key file {} does not belong to the certificate in {}", path_of_key(policy),
                        policy.certificate_file),
            fmt::format("find the key that {} was made with, or request a new certificate", policy.certificate_file),
            {path_of_key(policy), policy.certificate_file});
    }
    if (SSL_CTX_use_PrivateKey(context, identity->key.get()) != 1)
        return refused(key_file(policy), SSL_CTX_get0_certificate(context));
    ERR_clear_error();  // a token is searched in several ways, and some fail
    return {};
}

}  // namespace mqtts::tls
