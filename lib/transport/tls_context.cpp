#include "transport/tls_context.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <utility>

#include "transport/pem_file.hpp"
#include "transport/tls_trust.hpp"

namespace mqtts::transport {

namespace {

constexpr int security_level = 2;  // 112 bits: no SHA-1 signatures, no RSA below 2048 bits, anywhere in a chain

void restrict_protocol(SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    // openssl.cnf may be stricter than we are, never more lenient.
    SSL_CTX_set_security_level(context, std::max(security_level, SSL_CTX_get_security_level(context)));
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

Result<> verify_server(SSL_CTX* context, const TlsSettings& settings) {
    if (!settings.verify) {
        SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
        return {};
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    X509_VERIFY_PARAM* parameters = SSL_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
    X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_hostflags(parameters,
                                    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    return load_trust(context, settings);
}

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

}  // namespace

Result<TlsContext> TlsContext::create(const TlsSettings& settings) {
    std::unique_ptr<SSL_CTX, Free> context(SSL_CTX_new(TLS_client_method()));
    if (!context) {
        ERR_clear_error();
        return Failure(Errc::tls_failed, "OpenSSL cannot be set up: is its configuration file in order?");
    }
    restrict_protocol(context.get());
    if (auto verified = verify_server(context.get(), settings); !verified) return verified.error();
    if (auto identified = identify_client(context.get(), settings); !identified) return identified.error();
    return TlsContext(std::move(context), settings);
}

TlsContext::TlsContext(std::unique_ptr<ssl_ctx_st, Free> context, TlsSettings settings)
    : context_(std::move(context)), settings_(std::move(settings)) {}

void TlsContext::Free::operator()(ssl_ctx_st* context) const noexcept {
    SSL_CTX_free(context);
}

}  // namespace mqtts::transport
