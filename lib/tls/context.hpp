// SPDX-License-Identifier: Apache-2.0
// An SSL_CTX made from the settings: trust, client certificate, versions. Made once, used by every connection.
//
// TLS 1.2 and 1.3 only, OpenSSL's default ciphers at security level 2, no renegotiation. Files are read here, so a file
// that cannot be used is reported before anything is sent.
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
    /// Failure: unusable_ca, unusable_certificate, unusable_key and key_mismatch name the file, the line where they
    /// can, and why; bad_option the ciphers, groups or file for the key log that cannot be used; tls_failed, that
    /// OpenSSL cannot be set up. `ask` is called for an encrypted key of which the settings have no pass phrase.
    static Result<Context> create(const Policy& policy, const AskPassphrase& ask = {});

    /// What to tell people when our own certificate ends soon or has ended; empty otherwise.
    [[nodiscard]] std::string expiry_warning() const;

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
