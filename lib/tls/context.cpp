// SPDX-License-Identifier: Apache-2.0
#include "tls/context.hpp"

#include <openssl/err.h>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "text/escape.hpp"
#include "tls/certificate_text.hpp"
#include "tls/identity.hpp"
#include "tls/key_log.hpp"
#include "tls/parameters.hpp"
#include "tls/resumption.hpp"
#include "tls/shared_key.hpp"
#include "tls/verification.hpp"

namespace mqtts::transport {

Result<TlsContext> TlsContext::create(const TlsSettings& settings, const AskPassphrase& ask) {
    // What OpenSSL has of its own goes when the process goes. To free it piece by piece before that takes longer than
    // to encrypt thousands of messages.
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
    std::unique_ptr<SSL_CTX, Free> context(SSL_CTX_new(TLS_client_method()));
    if (!context) {
        ERR_clear_error();
        return Failure(Errc::tls_failed, "OpenSSL cannot be set up: is its configuration file in order?");
    }
    use_shared_key(context.get(), settings);
    if (auto restricted = restrict_protocol(context.get(), settings); !restricted) return restricted.error();
    if (auto verified = verify_servers(context.get(), settings); !verified) return verified.error();
    if (auto identified = identify_client(context.get(), settings, ask); !identified) return identified.error();
    if (auto logged = log_keys(context.get(), settings); !logged) return logged.error();
    return TlsContext(std::move(context), settings);
}

TlsContext::TlsContext(std::unique_ptr<ssl_ctx_st, Free> context, TlsSettings settings)
    : context_(std::move(context)), settings_(std::move(settings)) {
    settings_.key_passphrase.reset();  // it has served
    if (SSL_CTX_get_min_proto_version(native()) == TLS1_3_VERSION) settings_.minimum_version = TlsVersion::v1_3;
    session_realm_ = transport::session_realm(native(), settings_);
}

std::string TlsContext::expiry_warning() const {
    const X509* certificate = SSL_CTX_get0_certificate(context_.get());
    const unsigned wanted =
        std::min(settings_.minimum_days_remaining.value_or(usual_days_remaining), usual_days_remaining);
    if (!certificate || days_remaining(certificate) >= static_cast<int>(wanted)) return {};
    return fmt::format("our certificate in {} {}", escape(settings_.certificate_file), describe_end(certificate));
}

void TlsContext::Free::operator()(ssl_ctx_st* context) const noexcept {
    SSL_CTX_free(context);
}

}  // namespace mqtts::transport
