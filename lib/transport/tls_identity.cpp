#include "transport/tls_identity.hpp"

#include <openssl/err.h>

#include "transport/pem_file.hpp"

namespace mqtts::transport {

namespace {

// OpenSSL refuses some keys and signatures for their weakness only here.
Failure refused(const PemFile& file) {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    Failure failure = unusable(file, reason ? reason : "OpenSSL refuses it");
    ERR_clear_error();
    return failure;
}

Result<> use_certificates(SSL_CTX* context, const PemFile& file) {
    auto certificates = read_certificates(file);
    if (!certificates) return certificates.error();
    if (SSL_CTX_use_certificate(context, certificates->front().get()) != 1) return refused(file);
    for (auto issuer = certificates->begin() + 1; issuer != certificates->end(); ++issuer) {
        if (SSL_CTX_add0_chain_cert(context, issuer->get()) != 1) return refused(file);
        static_cast<void>(issuer->release());  // the context owns it now
    }
    return {};
}

}  // namespace

Result<> identify_client(SSL_CTX* context, const TlsSettings& settings) {
    if (settings.certificate_file.empty()) return {};
    const PemFile certificate_file{"certificate file", settings.certificate_file, Errc::unusable_certificate};
    if (auto used = use_certificates(context, certificate_file); !used) return used;
    const PemFile key_file{"key file", settings.key_file, Errc::unusable_key};
    const auto key = read_private_key(key_file);
    if (!key) return key.error();
    if (X509_check_private_key(SSL_CTX_get0_certificate(context), key->get()) != 1) {
        ERR_clear_error();
        return Failure(Errc::key_mismatch, "key file " + settings.key_file + " does not belong to the certificate in " +
                                               settings.certificate_file);
    }
    if (SSL_CTX_use_PrivateKey(context, key->get()) != 1) return refused(key_file);
    return {};
}

}  // namespace mqtts::transport
