// SPDX-License-Identifier: Apache-2.0
#include "tls/certificate_fault.hpp"

#include <fmt/format.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <string>

#include "tls/certificate_text.hpp"

namespace mqtts::tls {

namespace {

using Kind = CertificateFault::Kind;

bool is_self_signed(const X509* certificate) {
    return X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0;
}

/// `who`: "it", or "its issuer CN=root"; `what`: "the client certificate", or "the certificate of CN=root".
void judge_dates(std::vector<CertificateFault>& faults, const std::string& who, const std::string& what,
                 const X509* certificate) {
    const ASN1_TIME* from = X509_get0_notBefore(certificate);
    const ASN1_TIME* until = X509_get0_notAfter(certificate);
    if (X509_cmp_current_time(until) < 0)
        faults.push_back(
            {Kind::date, fmt::format("{} expired on {} (notAfter)", who, to_text(until)), "renew " + what});
    else if (X509_cmp_current_time(from) > 0)
        faults.push_back({Kind::date, fmt::format("{} is not valid before {} (notBefore)", who, to_text(from)),
                          fmt::format("wait until {}, or renew {}", to_text(from), what)});
}

/// A missing extension allows everything, also in OpenSSL's masks.
void judge_usage(std::vector<CertificateFault>& faults, X509* certificate) {
    if ((X509_get_extended_key_usage(certificate) & (XKU_SSL_CLIENT | XKU_ANYEKU)) == 0)
        faults.push_back({Kind::usage, "it is not for clients: its extendedKeyUsage has no clientAuth",
                          "use a client certificate with clientAuth"});
    if ((X509_get_key_usage(certificate) & KU_DIGITAL_SIGNATURE) == 0)
        faults.push_back({Kind::usage, "it is not for signatures: its keyUsage has no digitalSignature",
                          "use a client certificate with digitalSignature"});
}

/// TLS 1.3 has no other curves, and in TLS 1.2 OpenSSL accepts others only from clients that offer them.
void judge_key(std::vector<CertificateFault>& faults, const X509* certificate) {
    const std::string kind = key_kind(X509_get0_pubkey(certificate));
    if (!kind.starts_with("EC,") || kind == "EC, prime256v1" || kind == "EC, secp384r1" || kind == "EC, secp521r1")
        return;
    faults.push_back({Kind::usage, fmt::format("few servers accept its type of key ({})", kind),
                      "use another type of key, such as RSA"});
}

bool is_wanted(const X509* certificate, const STACK_OF(X509_NAME) * wanted) {
    for (int index = 0; index < sk_X509_NAME_num(wanted); ++index) {
        const X509_NAME* name = sk_X509_NAME_value(wanted, index);
        if (X509_NAME_cmp(name, X509_get_issuer_name(certificate)) == 0) return true;
        if (X509_NAME_cmp(name, X509_get_subject_name(certificate)) == 0) return true;
    }
    return false;
}

void judge_issuer(std::vector<CertificateFault>& faults, const Certificates& sent, const STACK_OF(X509_NAME) * wanted) {
    const bool by_name = sk_X509_NAME_num(wanted) > 0;
    const auto is_one = [&](const auto& certificate) { return is_wanted(certificate.get(), wanted); };
    if (by_name && std::ranges::any_of(sent, is_one)) return;
    const X509* own = sent.front().get();
    if (is_self_signed(own))
        faults.push_back({Kind::issuer, "it is self-signed",
                          "have the client certificate signed by an authority that the server trusts"});
    else if (by_name)
        faults.push_back(
            {Kind::issuer,
             fmt::format("its issuer {} is not one that the server asks for ({}{})",
                         to_text(X509_get_issuer_name(sent.back().get())), to_text(sk_X509_NAME_value(wanted, 0)),
                         sk_X509_NAME_num(wanted) > 1 ? " and others" : ""),
             "if an intermediate certificate is missing, append it to the --cert file"});
}

}  // namespace

std::vector<CertificateFault> faults_of(const Certificates& sent, const STACK_OF(X509_NAME) * wanted) {
    std::vector<CertificateFault> faults;
    if (sent.empty()) return faults;
    for (const auto& certificate : sent) {
        const bool own = &certificate == &sent.front();
        const std::string name = own ? "" : to_text(X509_get_subject_name(certificate.get()));
        judge_dates(faults, own ? "it" : "its issuer " + name,
                    own ? "the client certificate" : "the certificate of " + name, certificate.get());
    }
    judge_usage(faults, sent.front().get());
    judge_key(faults, sent.front().get());
    judge_issuer(faults, sent, wanted);
    return faults;
}

}  // namespace mqtts::tls
