// SPDX-License-Identifier: Apache-2.0
#include "tls/rejection.hpp"

#include <fmt/format.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/joined.hpp"
#include "net/address.hpp"
#include "text/ascii.hpp"
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

// "; or, …": the way that is left where the server's certificate cannot be changed. It never offers the key of a server
// that has another one than the pins say.
std::string or_by_key(const Rejection& rejection, const Policy& policy) {
    if (policy.pins.empty())
        return fmt::format("; or, after comparing its key by other means, give --pin {} --pin-only",
                           to_text(rejection.key));
    const bool is_pinned = std::ranges::find(policy.pins, rejection.key) != policy.pins.end();
    return is_pinned ? "; or, as its key is the pinned one, give --pin-only, too"
                     : fmt::format("; nor is its key, {}, the pinned one", to_text(rejection.key));
}

// The same where a new certificate is not the cure: only who has pinned the key is told of it.
std::string or_by_pin(const Rejection& rejection, const Policy& policy) {
    return policy.pins.empty() ? std::string() : or_by_key(rejection, policy);
}

// What openssl req and openssl x509 take, for a certificate that is to be for `host`.
std::string option_for(const std::string& host) {
    const bool is_address = net::is_ip_literal(host);
    const std::string_view name = std::string_view(host).substr(0, is_address ? host.find('%') : host.npos);
    return fmt::format("-addext subjectAltName={}:{}", is_address ? "IP" : "DNS",
                       name.substr(0, name.size() - (name.ends_with('.') ? 1 : 0)));
}

// The name in the certificate that reads like `host` and is none; empty: there is no such name.
std::string lookalike(const std::vector<std::string>& hosts, const std::string& host) {
    const auto reads_alike = [&](std::string_view name) {
        if (const std::size_t scheme = name.find("://"); scheme != name.npos) name.remove_prefix(scheme + 3);
        name = name.substr(0, name.find_first_of("/ "));
        if (name.starts_with('[')) name = name.substr(1, name.find(']') - 1);
        const std::size_t port = name.rfind(':');
        const bool has_port = port != name.npos && name.find(':') == port;
        name = name.substr(0, has_port ? port : name.npos);
        if (name.ends_with('.')) name.remove_suffix(1);
        return lower_case(name) == lower_case(host);
    };
    const auto found = std::ranges::find_if(hosts, reads_alike);
    return found == hosts.end() ? std::string() : *found;
}

Failure wrong_name(const Rejection& rejection, const std::string& host, const Policy& policy) {
    const auto hosts = hosts_in(rejection.certificate.get());
    const std::string cure = fmt::format(": make a new one with {}{}", option_for(host), or_by_key(rejection, policy));
    if (hosts.empty())
        return {Errc::name_mismatch,
                fmt::format("{} names no host in its subjectAltName, wanted {}{}", subject(rejection), host, cure)};
    const std::string alike = lookalike(hosts, host);
    if (alike.empty())
        return {Errc::name_mismatch, fmt::format("the server's certificate is for {}, not for {}{}", first_of(hosts),
                                                 host, or_by_pin(rejection, policy))};
    if (net::is_ip_literal(host) && alike.find_first_of("/ []") == alike.npos)
        return {Errc::name_mismatch, fmt::format("{} has the address {} as a DNS name, not as an IP address{}",
                                                 subject(rejection), alike, cure)};
    return {Errc::name_mismatch, fmt::format("{} has the name \"{}\", which no host has, wanted {}{}",
                                             subject(rejection), alike, host, cure)};
}

Failure self_signed(const Rejection& rejection, const std::string& host, const Policy& policy) {
    X509* const certificate = rejection.certificate.get();
    const std::string trust = describe_trust(policy);
    const bool names_host = !hosts_in(certificate).empty();
    std::string sentence;
    if (X509_verify(certificate, X509_get0_pubkey(certificate)) != 1)  // OpenSSL compares names, and looks no further
        sentence = fmt::format(
            "{} and that of its issuer have the same subject, so that it passes for self-signed: make "
            "a new one with another subject{}{}",
            subject(rejection), names_host ? "" : ", and with ", names_host ? "" : option_for(host));
    else if (names_host)
        sentence = fmt::format("{} is self-signed and not in {}: to trust it, give it with --cafile",
                               subject(rejection), trust);
    else
        sentence = fmt::format(
            "{} is self-signed, not in {}, and names no host in its subjectAltName: make a new one "
            "with {}, and give it with --cafile",
            subject(rejection), trust, option_for(host));
    return {Errc::untrusted_issuer, sentence + or_by_key(rejection, policy)};
}

Failure untrusted(const Rejection& rejection, const Policy& policy) {
    const std::string trust = describe_trust(policy);
    if (rejection.has_namesake)
        return {Errc::untrusted_issuer,
                fmt::format("{} was issued by {}, but not with the key of the certificate of that name in {}: give the "
                            "one that issued it with --cafile{}",
                            subject(rejection), issuer(rejection), trust, or_by_pin(rejection, policy))};
    const bool at_root = rejection.error == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN;
    return {Errc::untrusted_issuer,
            fmt::format("{} {} {}, which is not in {}: give the issuer's certificate with --cafile{}",
                        at_root ? "the chain of the server's certificate" : subject(rejection),
                        at_root ? "ends at" : "was issued by", issuer(rejection), trust, or_by_pin(rejection, policy))};
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
            return weak_key(certificate);
        case X509_V_ERR_CA_MD_TOO_WEAK:
            return weak_signature(certificate);
        default:
            return std::string("is not acceptable: ") + X509_verify_cert_error_string(rejection.error);
    }
}

}  // namespace

Failure explain(const Rejection& rejection, const std::string& host, const Policy& policy) {
    const X509* certificate = rejection.certificate.get();
    const std::string or_else = or_by_key(rejection, policy);
    switch (rejection.error) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return {Errc::certificate_expired, fmt::format("{} expired on {} (notAfter){}", subject(rejection),
                                                           to_text(X509_get0_notAfter(certificate)), or_else)};
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return {Errc::certificate_not_yet_valid,
                    fmt::format("{} is not valid before {} (notBefore): is the clock here right?", subject(rejection),
                                to_text(X509_get0_notBefore(certificate)))};
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return wrong_name(rejection, host, policy);
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return self_signed(rejection, host, policy);
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            return untrusted(rejection, policy);
        case X509_V_ERR_CERT_REVOKED:
            return {Errc::certificate_revoked, fmt::format("{} has been revoked", subject(rejection))};
        case X509_V_ERR_UNABLE_TO_GET_CRL:
        case X509_V_ERR_CRL_HAS_EXPIRED:
            return revocation_unknown(rejection);
        default:
            return {Errc::certificate_invalid, fmt::format("{} {}{}", subject(rejection), defect(rejection), or_else)};
    }
}

}  // namespace mqtts::tls
