// SPDX-License-Identifier: Apache-2.0
#include "tls/report.hpp"

#include <openssl/err.h>

#include "text/escape.hpp"
#include "tls/certificate_text.hpp"
#include "tls/evidence.hpp"

namespace mqtts::tls {

namespace {

std::string text_or_nothing(const char* text) {
    return text != nullptr ? text : "";
}

std::string signature_of(const X509* certificate) {
    return text_or_nothing(OBJ_nid2ln(X509_get_signature_nid(certificate)));
}

CertificateReport report_on(X509* certificate) {
    CertificateReport report{.subject = to_text(X509_get_subject_name(certificate)),
                             .issuer = to_text(X509_get_issuer_name(certificate)),
                             .hosts = hosts_in(certificate),
                             .not_before = to_text(X509_get0_notBefore(certificate)),
                             .not_after = to_text(X509_get0_notAfter(certificate)),
                             .days_remaining = days_remaining(certificate),
                             .key_type = {},
                             .signature = signature_of(certificate),
                             .pin = to_text(pin_of(certificate))};
    if (const EVP_PKEY* key = X509_get0_pubkey(certificate)) {
        report.key_type = key_type(key);
        report.key_size = key_size(key);
    }
    return report;
}

// Reports on the chain. OpenSSL keeps it only if it is accepted; judge() keeps a rejected one.
std::vector<CertificateReport> certificates_of(const SSL* ssl, const Evidence& evidence) {
    std::vector<CertificateReport> reports;
    reports.reserve(evidence.rejected_chain.size());
    for (const auto& certificate : evidence.rejected_chain)
        reports.push_back(report_on(certificate.get()));
    if (!reports.empty()) return reports;
    const STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl);
    for (int index = 0; index < sk_X509_num(chain); ++index)
        reports.push_back(report_on(sk_X509_value(chain, index)));
    X509* own = SSL_get0_peer_certificate(ssl);
    if (reports.empty() && own != nullptr) reports.push_back(report_on(own));  // in a resumed session
    return reports;
}

std::string group_of(SSL* ssl) {
    const long group = SSL_get_negotiated_group(ssl);
    return group > 0 ? text_or_nothing(SSL_group_to_name(ssl, static_cast<int>(group))) : "";
}

std::string application_protocol_of(const SSL* ssl) {
    const unsigned char* name = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(ssl, &name, &length);
    return escape({reinterpret_cast<const char*>(name), length});
}

}  // namespace

std::optional<Report> report_on(SSL* ssl) {
    const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl);
    if (cipher == nullptr) return std::nullopt;
    const Evidence& evidence = evidence_of(ssl);
    Report report{.version = SSL_get_version(ssl),
                  .cipher = SSL_CIPHER_get_name(cipher),
                  .group = group_of(ssl),
                  .application_protocol = application_protocol_of(ssl),
                  .resumed = SSL_session_reused(ssl) == 1,
                  .rejection = {},
                  .certificates = certificates_of(ssl, evidence)};
    report.checked = evidence.policy.verify && !report.certificates.empty();
    report.pinned = evidence.policy.pins_suffice;
    if (evidence.rejection)
        report.rejection = explain(evidence.rejection, evidence.host, evidence.policy);
    else
        report.rejection = evidence.objection;
    ERR_clear_error();
    return report;
}

}  // namespace mqtts::tls
