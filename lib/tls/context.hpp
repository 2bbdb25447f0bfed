// SPDX-License-Identifier: Apache-2.0
// Makes an SSL_CTX from the settings: trust, client certificate, versions. It is made once and used by every
// connection.
//
// It allows TLS 1.2 and 1.3 only, OpenSSL's default ciphers at security level 2, and no renegotiation. Files are read
// here, so a file that cannot be used is reported before anything is sent.
#pragma once

#include <memory>
#include <string>

#include "base/error.hpp"
#include "tls/passphrase.hpp"
#include "tls/policy.hpp"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace mqtts::tls {

class Context {
public:
    /// Reads all files of the settings. Failure: unusable_ca, unusable_certificate, unusable_key and key_mismatch name
    /// the file, if possible the line, and the reason; bad_option names the ciphers, groups or key log that cannot be
    /// used; tls_failed: OpenSSL cannot be initialized. `ask` is called if a key is encrypted and the settings have no
    /// pass phrase.
    static Result<Context> create(const Policy& policy, const AskPassphrase& ask = {});

    /// Returns the warning if the client certificate expires soon or has expired; empty otherwise.
    [[nodiscard]] std::string expiry_warning() const;

    /// Tells whether it has expired.
    [[nodiscard]] bool has_expired_certificate() const;

    [[nodiscard]] ssl_ctx_st* native() const noexcept { return context_.get(); }
    [[nodiscard]] const Policy& policy() const noexcept { return policy_; }
    /// See session_realm() in tls/resumption.hpp.
    [[nodiscard]] const std::string& session_realm() const noexcept { return session_realm_; }

private:
    struct Free {
        void operator()(ssl_ctx_st* context) const noexcept;
    };
    Context(std::unique_ptr<ssl_ctx_st, Free> context, Policy policy);

    std::unique_ptr<ssl_ctx_st, Free> context_;
    Policy policy_;
    std::string session_realm_;
};

}  // namespace mqtts::tls
