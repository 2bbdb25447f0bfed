// SPDX-License-Identifier: Apache-2.0
#include "tls/identity.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <sys/stat.h>

#include "tls/identity_file.hpp"
#include "tls/openssl_handle.hpp"
#include "tls/pkcs11.hpp"
#include "tls/reason.hpp"

namespace mqtts::tls {

namespace {

struct Identity {
    Certificates certificates;
    OpensslHandle<EVP_PKEY> key;
};

const std::string& path_of_key(const Policy& policy) {
    return policy.key_file.empty() ? policy.certificate_file : policy.key_file;
}

Result<OpensslHandle<EVP_PKEY>> read_separate_key(const Policy& policy, const Passphrase& passphrase) {
    const std::string& path = path_of_key(policy);
    if (is_pkcs11_uri(path)) return token_private_key(path, passphrase);
    auto key_file = IdentityFile::open({"key file", path, Errc::unusable_key}, passphrase);
    if (!key_file) return key_file.error();
    return key_file->take_private_key(passphrase);
}

Result<OpensslHandle<EVP_PKEY>> read_key(IdentityFile& certificate_file, const Policy& policy,
                                         const Passphrase& passphrase) {
    if (policy.key_file.empty() && !certificate_file.holds_private_key())
        return Failure(Errc::unusable_key, fmt::format("certificate file {} holds no private key: give it with --key",
                                                       policy.certificate_file));
    if (policy.key_file.empty() || policy.key_file == policy.certificate_file)
        return certificate_file.take_private_key(passphrase);
    return read_separate_key(policy, passphrase);
}

Result<Identity> read_token_identity(const Policy& policy, const Passphrase& pin) {
    auto certificate = token_certificate(policy.certificate_file, pin);
    if (!certificate) return certificate.error();
    auto key = read_separate_key(policy, pin);
    if (!key) return key.error();
    Identity identity{{}, *std::move(key)};
    identity.certificates.push_back(*std::move(certificate));
    return identity;
}

Result<Identity> read_identity(const Policy& policy, const Passphrase& passphrase) {
    if (is_pkcs11_uri(policy.certificate_file)) return read_token_identity(policy, passphrase);
    auto file =
        IdentityFile::open({"certificate file", policy.certificate_file, Errc::unusable_certificate}, passphrase);
    if (!file) return file.error();
    auto certificates = file->take_certificates();
    if (!certificates) return certificates.error();
    auto key = read_key(*file, policy, passphrase);
    if (!key) return key.error();
    return Identity{*std::move(certificates), *std::move(key)};
}

// OpenSSL refuses some keys and signatures for their weakness only here.
Failure refused(const PemFile& file) {
    const char* reason = reason_text(ERR_peek_last_error());
    Failure failure = unusable(file, reason ? reason : "OpenSSL refuses it");
    ERR_clear_error();
    return failure;
}

Result<> use_certificates(SSL_CTX* context, Certificates& certificates, const PemFile& file) {
    if (SSL_CTX_use_certificate(context, certificates.front().get()) != 1) return refused(file);
    for (auto issuer = certificates.begin() + 1; issuer != certificates.end(); ++issuer) {
        if (SSL_CTX_add0_chain_cert(context, issuer->get()) != 1) return refused(file);
        static_cast<void>(issuer->release());  // the context owns it now
    }
    return {};
}

}  // namespace

Result<> identify_client(SSL_CTX* context, const Policy& policy, const AskPassphrase& ask) {
    if (policy.certificate_file.empty()) return {};
    auto identity = read_identity(policy, Passphrase(policy.key_passphrase, ask));
    if (!identity) return identity.error();
    const PemFile certificate_file{"certificate file", policy.certificate_file, Errc::unusable_certificate};
    if (auto used = use_certificates(context, identity->certificates, certificate_file); !used) return used;
    if (X509_check_private_key(SSL_CTX_get0_certificate(context), identity->key.get()) != 1) {
        ERR_clear_error();
        return Failure(Errc::key_mismatch, fmt::format("key file {} does not belong to the certificate in {}",
                                                       path_of_key(policy), policy.certificate_file));
    }
    const PemFile key_file{"key file", path_of_key(policy), Errc::unusable_key};
    if (SSL_CTX_use_PrivateKey(context, identity->key.get()) != 1) return refused(key_file);
    ERR_clear_error();  // what a token has, it looks for in several ways
    return {};
}

std::string exposed_key(const Policy& policy) {
    const std::string& path = path_of_key(policy);
    struct stat status {};
    if (path.empty() || ::stat(path.c_str(), &status) != 0 || (status.st_mode & S_IROTH) == 0) return {};
    return fmt::format("every user of this machine can read {0}, the file of our private key: chmod o-r {0}", path);
}

}  // namespace mqtts::tls
