// SPDX-License-Identifier: Apache-2.0
#include "tls/verification.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>
#include <string_view>

#include "net/address.hpp"
#include "text/ascii.hpp"
#include "tls/certificate_text.hpp"
#include "tls/evidence.hpp"
#include "tls/ocsp_staple.hpp"
#include "tls/openssl_handle.hpp"
#include "tls/trust.hpp"

namespace mqtts::tls {

namespace {

// Is only the trust anchor without a revocation list? It needs none: an anchor is removed, not revoked.
bool asks_list_for_anchor(X509_STORE_CTX* verification) {
    return X509_STORE_CTX_get_error(verification) == X509_V_ERR_UNABLE_TO_GET_CRL &&
           X509_STORE_CTX_get_error_depth(verification) == sk_X509_num(X509_STORE_CTX_get0_chain(verification)) - 1;
}

std::string subject(const X509* certificate) {
    return fmt::format("the server's certificate ({})", to_text(X509_get_subject_name(certificate)));
}

// Checks the pins. Without any pin there is no check, unless pins decide alone: then no server is trusted.
std::optional<Failure> object_to_key(const X509* certificate, const Policy& policy) {
    if (policy.pins.empty() && !policy.pins_suffice) return std::nullopt;
    const Pin found = pin_of(certificate);
    if (std::ranges::find(policy.pins, found) != policy.pins.end()) return std::nullopt;
    return Failure{Errc::wrong_pin,
                   fmt::format("{} has a key that does not match --pin", subject(certificate)),
                   fmt::format("verify this key by other means, then give --pin {}{}", to_text(found),
                               policy.pins_suffice ? " --pin-only" : ""),
                   {"--pin"}};
}

std::optional<Failure> object_to_end(const X509* certificate, const Policy& policy) {
    const int wanted = static_cast<int>(policy.minimum_days_remaining.value_or(0));
    if (days_remaining(certificate) >= wanted) return std::nullopt;
    return Failure{
        Errc::certificate_expires_soon,
        fmt::format("{} {}, but --min-cert-days requires {}", subject(certificate), describe_end(certificate), wanted),
        "have it renewed",
        {"--min-cert-days"}};
}

// Checks what OpenSSL does not, once it accepts the certificate.
std::optional<Failure> object_to(const X509* certificate, const Policy& policy) {
    if (auto objection = object_to_key(certificate, policy)) return objection;
    return object_to_end(certificate, policy);
}

void keep_chain(Evidence& evidence, X509_STORE_CTX* verification) {
    const STACK_OF(X509)* sent = X509_STORE_CTX_get0_untrusted(verification);
    for (int index = 0; index < sk_X509_num(sent); ++index) {
        X509* certificate = sk_X509_value(sent, index);
        X509_up_ref(certificate);
        evidence.rejected_chain.emplace_back(certificate);
    }
}

Evidence& evidence_in(const X509_STORE_CTX* verification) {
    const int index = SSL_get_ex_data_X509_STORE_CTX_idx();
    return evidence_of(static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(verification, index)));
}

// Is a certificate with the issuer's name trusted? It has another key than the issuer, or OpenSSL would have used it.
bool trusts_namesake_of_issuer(X509_STORE_CTX* verification, const X509* certificate) {
    STACK_OF(X509)* found = X509_STORE_CTX_get1_certs(verification, X509_get_issuer_name(certificate));
    const int count = sk_X509_num(found);
    sk_X509_pop_free(found, X509_free);
    return count > 0;
}

int object(X509_STORE_CTX* verification) {
    keep_chain(evidence_in(verification), verification);
    X509_STORE_CTX_set_error(verification, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
}

int judge(int accepted, X509_STORE_CTX* verification) {
    Evidence& evidence = evidence_in(verification);
    X509* certificate = X509_STORE_CTX_get_current_cert(verification);
    if (!certificate) certificate = X509_STORE_CTX_get0_cert(verification);
    const int depth = X509_STORE_CTX_get_error_depth(verification);
    if (!accepted && asks_list_for_anchor(verification)) {
        X509_STORE_CTX_set_error(verification, X509_V_OK);
        return 1;
    }
    if (!accepted) {
        X509_up_ref(certificate);
        evidence.rejection = {X509_STORE_CTX_get_error(verification), depth, OpensslHandle<X509>(certificate),
                              pin_of(X509_STORE_CTX_get0_cert(verification)),
                              trusts_namesake_of_issuer(verification, certificate)};
        keep_chain(evidence, verification);
        return 0;  // the first error ends the verification
    }
    if (depth != 0) return 1;
    evidence.objection = object_to(certificate, evidence.policy);
    if (evidence.objection) return object(verification);
    const bool ends_soon = days_remaining(certificate) < int{usual_days_remaining};
    evidence.warning = ends_soon && !evidence.policy.minimum_days_remaining
                           ? fmt::format("{} {}", subject(certificate), describe_end(certificate))
                           : std::string();
    return 1;
}

// Replaces OpenSSL's verification. The rest of the handshake proves that the server has the private key.
int judge_key_alone(X509_STORE_CTX* verification, void*) {
    Evidence& evidence = evidence_in(verification);
    evidence.objection = object_to_key(X509_STORE_CTX_get0_cert(verification), evidence.policy);
    if (evidence.objection) return object(verification);
    X509_STORE_CTX_set_error(verification, X509_V_OK);
    return 1;
}

int judge_staple(SSL* ssl, void*) {
    const Result<> checked = check_staple(ssl);
    if (!checked) evidence_of(ssl).objection = checked.error();
    return checked ? 1 : 0;
}

// Writes the name as certificates and SNI do: in lower case, without the dot that marks the root.
std::string canonical(std::string host) {
    if (host.ends_with('.')) host.pop_back();
    return lower_case(host);
}

// Can OpenSSL check this name? To it an empty name means "do not check", and a leading dot "any name below".
bool is_checkable(std::string_view name) {
    return !name.empty() && name.front() != '.' && name.find('\0') == name.npos;
}

}  // namespace

Result<> verify_servers(SSL_CTX* context, const Policy& policy) {
    if (!policy.verify) {
        SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
        return {};
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, judge);
    if (policy.pins_suffice) {
        SSL_CTX_set_cert_verify_callback(context, judge_key_alone, nullptr);
        return {};
    }
    X509_VERIFY_PARAM* parameters = SSL_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
    X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_hostflags(parameters,
                                    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (!policy.crl_files.empty())
        X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    if (policy.staple_required) {
        SSL_CTX_set_tlsext_status_type(context, TLSEXT_STATUSTYPE_ocsp);
        SSL_CTX_set_tlsext_status_cb(context, judge_staple);
    }
    // A server that sends a certificate instead of using the shared key is never trusted.
    return policy.shared_key.view().empty() ? load_trust(context, policy) : Result<>();
}

bool expect_server(SSL* ssl, const std::string& host) {
    X509_VERIFY_PARAM* parameters = SSL_get0_param(ssl);
    if (net::is_ip_literal(host))
        return X509_VERIFY_PARAM_set1_ip_asc(parameters, host.substr(0, host.find('%')).c_str()) == 1;
    const std::string name = canonical(host);
    return is_checkable(name) && X509_VERIFY_PARAM_set1_host(parameters, name.data(), name.size()) == 1 &&
           SSL_set_tlsext_host_name(ssl, name.c_str()) == 1;
}

bool would_trust(SSL* ssl, const Certificates& certificates) {
    Evidence& evidence = evidence_of(ssl);
    if (evidence.policy.pins_suffice) return !object_to_key(certificates.front().get(), evidence.policy);
    Evidence trial{.policy = evidence.policy};
    const OpensslHandle<X509_STORE_CTX> verification(X509_STORE_CTX_new());
    const OpensslHandle<STACK_OF(X509)> others(sk_X509_new_null());
    bool ready = verification && others;
    for (const auto& certificate : certificates)
        ready = ready && sk_X509_push(others.get(), certificate.get()) > 0;
    X509_STORE* store = SSL_CTX_get_cert_store(SSL_get_SSL_CTX(ssl));
    ready = ready && X509_STORE_CTX_init(verification.get(), store, certificates.front().get(), others.get()) == 1;
    if (!ready) return false;
    // Does what OpenSSL does with the certificates of a handshake.
    X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(verification.get());
    X509_VERIFY_PARAM_set_auth_level(parameters, SSL_get_security_level(ssl));
    X509_STORE_CTX_set_default(verification.get(), "ssl_server");
    ready = X509_VERIFY_PARAM_set1(parameters, SSL_get0_param(ssl)) == 1 &&
            X509_STORE_CTX_set_ex_data(verification.get(), SSL_get_ex_data_X509_STORE_CTX_idx(), ssl) == 1;
    X509_STORE_CTX_set_verify_cb(verification.get(), judge);
    SSL_set_app_data(ssl, &trial);
    const bool trusted = ready && X509_verify_cert(verification.get()) == 1;
    SSL_set_app_data(ssl, &evidence);
    ERR_clear_error();
    if (trusted) evidence.warning = trial.warning;
    return trusted;
}

}  // namespace mqtts::tls
