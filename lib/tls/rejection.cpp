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

// Returns "the server's certificate (CN=broker)", "the issuer's certificate (CN=root, depth 2)".
std::string subject(const Rejection& rejection) {
    return fmt::format("{} certificate ({}{})", rejection.depth == 0 ? "the server's" : "the issuer's",
                       to_text(X509_get_subject_name(rejection.certificate.get())),
                       rejection.depth > 1 ? fmt::format(", depth {}", rejection.depth) : "");
}

// Makes a failure whose hint also offers to trust the server by its key: the way for a server whose certificate cannot
// be changed. A key that does not match --pin is never offered, and the cause says so.
Failure or_by_key(Errc code, const std::string& cause, const std::string& cure, const Rejection& rejection,
                  const Policy& policy) {
    const std::string key = to_text(rejection.key);
    if (policy.pins.empty())
        return {code, cause,
                fmt::format("{}, or verify the server's key by other means and give --pin {} --pin-only", cure, key)};
    if (std::ranges::find(policy.pins, rejection.key) != policy.pins.end())
        return {code, cause, fmt::format("{}, or give --pin-only too, as the server's key matches --pin", cure)};
    return {code, fmt::format("{}, and the server's key {} does not match --pin", cause, key), cure};
}

// Does the same where a new certificate is not the cure: only a user who gave --pin reads of the key.
Failure or_by_pin(Errc code, const std::string& cause, const std::string& cure, const Rejection& rejection,
                  const Policy& policy) {
    if (policy.pins.empty()) return {code, cause, cure};
    return or_by_key(code, cause, cure, rejection, policy);
}

// Returns the option that makes openssl req and openssl x509 create a certificate for `host`.
std::string option_for(const std::string& host) {
    const bool is_address = net::is_ip_literal(host);
    const std::string_view name = std::string_view(host).substr(0, is_address ? host.find('%') : host.npos);
    return fmt::format("-addext subjectAltName={}:{}", is_address ? "IP" : "DNS",
                       name.substr(0, name.size() - (name.ends_with('.') ? 1 : 0)));
}

// Finds the name in the certificate that reads like `host` but is not valid for it; empty: there is no such name.
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

// Says whether a name in a certificate, which a stranger may have written, is one to offer as a value of -h.
bool looks_like_host(std::string_view name) {
    const auto is_of_host = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    };
    return !name.empty() && name.size() <= 253 && name.front() != '-' && name.front() != '.' &&
           std::ranges::all_of(name, is_of_host) && !net::is_ip_literal(name);
}

// Makes the failure for a certificate that has names, but none like `host`.
Failure other_name(std::span<const std::string> hosts, const std::string& host, const Rejection& rejection,
                   const Policy& policy) {
    const std::string option = policy.server_name.empty() ? "-h" : "--tls-name";
    const auto name = std::ranges::find_if(hosts, looks_like_host);
    std::string cure = "check the host (-h) and --tls-name";
    if (name != hosts.end()) {
        const bool keeps_address = option == "-h" && !net::is_ip_literal(host);
        cure = fmt::format("give {} {}{} if that broker is meant", option, *name,
                           keeps_address ? fmt::format(" --connect-to {}:PORT", host) : "");
    }
    Failure failure = or_by_pin(Errc::name_mismatch,
                                fmt::format("the server's certificate is for {}, not for {}", first_of(hosts), host),
                                cure, rejection, policy);
    failure.about = {option};
    return failure;
}

Failure wrong_name(const Rejection& rejection, const std::string& host, const Policy& policy) {
    const auto hosts = hosts_in(rejection.certificate.get());
    const std::string cure = fmt::format("make a new certificate with {}", option_for(host));
    const auto mismatch = [&](const std::string& cause) {
        return or_by_key(Errc::name_mismatch, cause, cure, rejection, policy);
    };
    if (hosts.empty())
        return mismatch(fmt::format("{} names no host in its subjectAltName, expected {}", subject(rejection), host));
    const std::string alike = lookalike(hosts, host);
    if (alike.empty()) return other_name(hosts, host, rejection, policy);
    if (net::is_ip_literal(host) && alike.find_first_of("/ []") == alike.npos)
        return mismatch(
            fmt::format("{} has the address {} as a DNS name, not as an IP address", subject(rejection), alike));
    return mismatch(
        fmt::format("{} names \"{}\", which is not a host name, instead of {}", subject(rejection), alike, host));
}

Failure self_signed(const Rejection& rejection, const std::string& host, const Policy& policy) {
    X509* const certificate = rejection.certificate.get();
    const std::string trust = describe_trust(policy);
    const bool names_host = !hosts_in(certificate).empty();
    const auto untrusted = [&](const std::string& cause, const std::string& cure) {
        return or_by_key(Errc::untrusted_issuer, cause, cure, rejection, policy);
    };
    if (X509_verify(certificate, X509_get0_pubkey(certificate)) != 1)  // OpenSSL compares only the names
        return untrusted(
            fmt::format("{} has the same subject as its issuer's certificate, so it is taken for self-signed",
                        subject(rejection)),
            fmt::format("make a new one with another subject{}{}", names_host ? "" : ", and with ",
                        names_host ? "" : option_for(host)));
    if (names_host)
        return untrusted(fmt::format("{} is self-signed and not in {}", subject(rejection), trust),
                         "give it with --cafile to trust it");
    return untrusted(
        fmt::format("{} is self-signed, not in {}, and names no host in its subjectAltName", subject(rejection), trust),
        fmt::format("make a new one with {}, and give it with --cafile", option_for(host)));
}

Failure untrusted(const Rejection& rejection, const Policy& policy) {
    const std::string trust = describe_trust(policy);
    if (rejection.has_namesake)
        return or_by_pin(Errc::untrusted_issuer,
                         fmt::format("{} was issued by {}, but the certificate of that name in {} has another key",
                                     subject(rejection), issuer(rejection), trust),
                         "give the certificate of the issuer that signed it with --cafile", rejection, policy);
    const bool at_root = rejection.error == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN;
    return or_by_pin(Errc::untrusted_issuer,
                     fmt::format("{} {} {}, which is not in {}",
                                 at_root ? "the chain of the server's certificate" : subject(rejection),
                                 at_root ? "ends at" : "was issued by", issuer(rejection), trust),
                     "give the issuer's certificate with --cafile", rejection, policy);
}

Failure revocation_unknown(const Rejection& rejection) {
    if (rejection.error == X509_V_ERR_CRL_HAS_EXPIRED)
        return {Errc::certificate_invalid,
                fmt::format("the revocation list of {} has expired (nextUpdate)", issuer(rejection)),
                "give a newer one with --crl"};
    return {Errc::certificate_invalid,
            fmt::format("{} was issued by {}, and no --crl file has a revocation list of that issuer",
                        subject(rejection), issuer(rejection)),
            "give that list with --crl, too",
            {"--crl"}};
}

std::string missing_right_to_issue(X509* certificate) {
    return (X509_get_key_usage(certificate) & KU_KEY_CERT_SIGN) == 0 ? "its keyUsage lacks keyCertSign"
                                                                     : "its basicConstraints lack CA:TRUE";
}

std::string missing_usage(X509* certificate) {
    return (X509_get_extended_key_usage(certificate) & XKU_SSL_SERVER) == 0 ? "its extendedKeyUsage lacks serverAuth"
                                                                            : "its keyUsage lacks digitalSignature";
}

// Says what is wrong with the certificate itself.
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
    switch (rejection.error) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return or_by_key(Errc::certificate_expired,
                             fmt::format("{} expired on {} (notAfter)", subject(rejection),
                                         to_text(X509_get0_notAfter(certificate))),
                             "have it renewed", rejection, policy);
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return {Errc::certificate_not_yet_valid,
                    fmt::format("{} is not valid before {} (notBefore)", subject(rejection),
                                to_text(X509_get0_notBefore(certificate))),
                    "check the clock of this machine"};
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
            return or_by_key(Errc::certificate_invalid, fmt::format("{} {}", subject(rejection), defect(rejection)),
                             "have it replaced", rejection, policy);
    }
}

}  // namespace mqtts::tls
