// SPDX-License-Identifier: Apache-2.0
#include "tls/context.hpp"

#include <openssl/err.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "text/escape.hpp"
#include "tls/certificate_text.hpp"
#include "tls/identity.hpp"
#include "tls/key_log.hpp"
#include "tls/parameters.hpp"
#include "tls/pkcs11.hpp"
#include "tls/reason.hpp"
#include "tls/resumption.hpp"
#include "tls/shared_key.hpp"
#include "tls/verification.hpp"

namespace mqtts::tls {

Result<Context> Context::create(const Policy& policy, const AskPassphrase& ask) {
    // OpenSSL's own memory is freed with the process. Freeing it piece by piece at exit takes longer than encrypting
    // thousands of messages.
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
    if (!is_pkcs11_uri(policy.certificate_file) && !is_pkcs11_uri(policy.key_file)) put_off_reasons();
    std::unique_ptr<SSL_CTX, Free> context(SSL_CTX_new(TLS_client_method()));
    if (!context) {
        ERR_clear_error();
        const char* const file = std::getenv("OPENSSL_CONF");
        const std::string which = file && *file ? fmt::format(" {} (OPENSSL_CONF)", escape(file)) : "";
        return Failure(Errc::tls_failed, "OpenSSL cannot be initialized",
                       fmt::format("check its configuration file{}", which));
    }
    use_shared_key(context.get(), policy);
    if (auto restricted = restrict_protocol(context.get(), policy); !restricted) return restricted.error();
    if (auto verified = verify_servers(context.get(), policy); !verified) return verified.error();
    if (auto identified = identify_client(context.get(), policy, ask); !identified) return identified.error();
    if (auto logged = log_keys(context.get(), policy); !logged) return logged.error();
    return Context(std::move(context), policy);
}

Context::Context(std::unique_ptr<ssl_ctx_st, Free> context, Policy policy)
    : context_(std::move(context)), policy_(std::move(policy)) {
    policy_.key_passphrase.reset();  // no longer needed
    if (SSL_CTX_get_min_proto_version(native()) == TLS1_3_VERSION) policy_.minimum_version = Version::v1_3;
    session_realm_ = tls::session_realm(native(), policy_);
}

std::string Context::expiry_warning() const {
    const X509* certificate = SSL_CTX_get0_certificate(context_.get());
    const unsigned wanted =
        std::min(policy_.minimum_days_remaining.value_or(usual_days_remaining), usual_days_remaining);
    if (!certificate || days_remaining(certificate) >= static_cast<int>(wanted)) return {};
    return fmt::format("the client certificate in {} {}", escape(policy_.certificate_file), describe_end(certificate));
}

bool Context::has_expired_certificate() const {
    const X509* certificate = SSL_CTX_get0_certificate(context_.get());
    return certificate && days_remaining(certificate) < 0;
}

void Context::Free::operator()(ssl_ctx_st* context) const noexcept {
    SSL_CTX_free(context);
}

}  // namespace mqtts::tls
