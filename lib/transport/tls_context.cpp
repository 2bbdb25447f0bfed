#include "transport/tls_context.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <utility>

#include "transport/tls_identity.hpp"
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
