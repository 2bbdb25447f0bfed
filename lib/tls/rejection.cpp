// SPDX-License-Identifier: Apache-2.0
#include "tls/rejection.hpp"

#include <fmt/format.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <span>
#include <string>

#include "base/joined.hpp"
#include "tls/certificate_text.hpp"
#include "tls/trust.hpp"

namespace mqtts::tls {

namespace {

constexpr std::size_t most_names = 8;

std::string first_of(std::span<const std::string> hosts) {
    std::string text = joined(hosts.first(std::min(hosts.size(), most_names)));
    if (hosts.size() > most_names) text += fmt::format(" and {} more", hosts.size() - most_names);
    return text;
}

std::string issuer(const Rejection& rejection) {
    return to_text(X509_get_issuer_name(rejection.certificate.get()));
}

// "the server's certificate (CN=broker)", "the issuer's certificate (CN=root, depth 2)"
std::string subject(const Rejection& rejection) {
    return fmt::format("{} certificate ({}{})", rejection.depth == 0 ? "the server's" : "the issuer's",
                       to_text(X509_get_subject_name(rejection.certificate.get())),
                       rejection.depth > 1 ? fmt::format(", depth {}", rejection.depth) : "");
}

Failure wrong_name(const Rejection& rejection, const std::string& host) {
    const auto hosts = hosts_in(rejection.certificate.get());
    return {Errc::name_mismatch,
            hosts.empty() ? fmt::format("{} names no host in its subjectAltName, wanted {}", subject(rejection), host)
                          : fmt::format("the server's certificate is for {}, not for {}", first_of(hosts), host)};
}

Failure untrusted(const Rejection& rejection, const Policy& policy) {
    const std::string trust = describe_trust(policy);
    if (rejection.error == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT)
        return {Errc::untrusted_issuer,
                fmt::format("{} is self-signed and not in {}: to trust it, give it with --cafile", subject(rejection),
                            trust)};
    const bool at_root = rejection.error == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN;
    return {Errc::untrusted_issuer,
            fmt::format("{} {} {}, which is not in {}: give the issuer's certificate with --cafile",
                        at_root ? "the chain of the server's certificate" : subject(rejection),
                        at_root ? "ends at" : "was issued by", issuer(rejection), trust)};
}

Failure revocation_unknown(const Rejection& rejection) {
    if (rejection.error == X509_V_ERR_CRL_HAS_EXPIRED)
        return {Errc::certificate_invalid,
                fmt::format("the revocation list of {} has expired (nextUpdate): give a newer one with --crl",
                            issuer(rejection))};
    return {Errc::certificate_invalid,
            fmt::format("{} was issued by {}, of which no --crl file has a revocation list: give it, too",
                        subject(rejection), issuer(rejection))};
}

std::string key_of(const X509* certificate) {
    const EVP_PKEY* key = X509_get0_pubkey(certificate);
    if (!key) return "of an unknown kind";
    return key_text(key_type(key), key_size(key));
}

std::string digest_of(X509* certificate) {
    int digest = NID_undef;
    X509_get_signature_info(certificate, &digest, nullptr, nullptr, nullptr);
    return digest == NID_undef ? "unknown" : OBJ_nid2sn(digest);
}

std::string missing_right_to_issue(X509* certificate) {
    return (X509_get_key_usage(certificate) & KU_KEY_CERT_SIGN) == 0 ? "its keyUsage lacks keyCertSign"
                                                                     : "its basicConstraints lack CA:TRUE";
}

std::string missing_usage(X509* certificate) {
    return (X509_get_extended_key_usage(certificate) & XKU_SSL_SERVER) == 0 ? "its extendedKeyUsage lacks serverAuth"
                                                                            : "its keyUsage lacks digitalSignature";
}

// What the certificate itself should be like, and is not.
std::string defect(const Rejection& rejection) {
    X509* const certificate = rejection.certificate.get();
    switch (rejection.error) {
        case X509_V_ERR_INVALID_CA:
        case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
            return "may not issue certificates: " + missing_right_to_issue(certificate);
        case X509_V_ERR_PATH_LENGTH_EXCEEDED:
            return "allows fewer certificates below it (pathLenConstraint) than the server's chain has";
        case X509_V_ERR_PERMITTED_VIOLATION:
        case X509_V_ERR_EXCLUDED_VIOLATION:
            return "has a name that the name constraints of its issuers do not allow";
        case X509_V_ERR_INVALID_PURPOSE:
            return "is not meant for TLS servers: " + missing_usage(certificate);
        case X509_V_ERR_EE_KEY_TOO_SMALL:
        case X509_V_ERR_CA_KEY_TOO_SMALL:
            return fmt::format("has a key that is too weak ({}): the least is RSA with 2048 bits, or P-256",
                               key_of(certificate));
        case X509_V_ERR_CA_MD_TOO_WEAK:
            return fmt::format("bears a signature with a digest that is too weak ({}): the least is SHA256",
                               digest_of(certificate));
        default:
            return std::string("is not acceptable: ") + X509_verify_cert_error_string(rejection.error);
    }
}

}  // namespace

Failure explain(const Rejection& rejection, const std::string& host, const Policy& policy) {
    const X509* certificate = rejection.certificate.get();
    switch (rejection.error) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return {Errc::certificate_expired, fmt::format("{} expired on {} (notAfter)", subject(rejection),
                                                           to_text(X509_get0_notAfter(certificate)))};
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return {Errc::certificate_not_yet_valid,
                    fmt::format("{} is not valid before {} (notBefore): is the clock here right?", subject(rejection),
                                to_text(X509_get0_notBefore(certificate)))};
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return wrong_name(rejection, host);
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            return untrusted(rejection, policy);
        case X509_V_ERR_CERT_REVOKED:
            return {Errc::certificate_revoked, fmt::format("{} has been revoked", subject(rejection))};
        case X509_V_ERR_UNABLE_TO_GET_CRL:
        case X509_V_ERR_CRL_HAS_EXPIRED:
            return revocation_unknown(rejection);
        default:
            return {Errc::certificate_invalid, fmt::format("{} {}", subject(rejection), defect(rejection))};
    }
}

}  // namespace mqtts::tls
