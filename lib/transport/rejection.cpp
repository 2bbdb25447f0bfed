#include "transport/rejection.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <ctime>
#include <vector>

#include "base/utf8.hpp"
#include "transport/tls_trust.hpp"

namespace mqtts::transport {

namespace {

// A stranger chose these texts: they are escaped, and no longer than a line can bear.
constexpr std::size_t longest_text = 200;
constexpr std::size_t most_names = 8;

std::string presentable(std::string_view text) {
    return text.size() <= longest_text ? escape(text) : escape(text.substr(0, longest_text)) + "...";
}

std::string to_text(const X509_NAME* name) {
    const OpensslHandle<BIO> memory(BIO_new(BIO_s_mem()));
    constexpr unsigned long format = XN_FLAG_ONELINE & ~(ASN1_STRFLGS_ESC_MSB | XN_FLAG_SPC_EQ);
    X509_NAME_print_ex(memory.get(), name, 0, format);
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &data);
    return size > 0 ? presentable({data, static_cast<std::size_t>(size)}) : "no name";
}

std::string to_text(const ASN1_TIME* time) {
    std::tm date{};
    if (ASN1_TIME_to_tm(time, &date) != 1) return "an unreadable date";
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", date.tm_year + 1900, date.tm_mon + 1, date.tm_mday,
                       date.tm_hour, date.tm_min, date.tm_sec);
}

std::string_view bytes_of(const ASN1_STRING* text) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string address_text(std::string_view bytes) {
    const auto octet = [&](std::size_t index) { return static_cast<unsigned char>(bytes[index]); };
    if (bytes.size() == 4) return fmt::format("{}.{}.{}.{}", octet(0), octet(1), octet(2), octet(3));
    std::string text;
    for (std::size_t index = 0; index + 1 < bytes.size(); index += 2)
        text += fmt::format("{}{:x}", index == 0 ? "" : ":", octet(index) << 8 | octet(index + 1));
    return text;
}

// The hosts in subjectAltName; other kinds of name there are no hosts.
std::vector<std::string> hosts_in(const X509* certificate) {
    const OpensslHandle<GENERAL_NAMES> names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    ERR_clear_error();
    std::vector<std::string> hosts;
    for (int index = 0; index < sk_GENERAL_NAME_num(names.get()); ++index) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), index);
        if (name->type == GEN_DNS) hosts.push_back(presentable(bytes_of(name->d.dNSName)));
        if (name->type == GEN_IPADD) hosts.push_back(address_text(bytes_of(name->d.iPAddress)));
    }
    return hosts;
}

std::string joined(const std::vector<std::string>& hosts) {
    std::string text;
    for (std::size_t index = 0; index < hosts.size() && index < most_names; ++index) {
        if (index != 0) text += ", ";
        text += hosts[index];
    }
    if (hosts.size() > most_names) text += fmt::format(" and {} more", hosts.size() - most_names);
    return text;
}

// "the server's certificate (CN=broker)"
std::string subject(const Rejection& rejection) {
    return fmt::format("{} certificate ({})", rejection.depth == 0 ? "the server's" : "the issuer's",
                       to_text(X509_get_subject_name(rejection.certificate.get())));
}

Failure wrong_name(const Rejection& rejection, const std::string& host) {
    const auto hosts = hosts_in(rejection.certificate.get());
    return {Errc::name_mismatch,
            hosts.empty() ? fmt::format("{} names no host in its subjectAltName, wanted {}", subject(rejection), host)
                          : fmt::format("the server's certificate is for {}, not for {}", joined(hosts), host)};
}

Failure untrusted(const Rejection& rejection, const TlsSettings& settings) {
    const std::string trust = describe_trust(settings);
    if (rejection.error == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT)
        return {Errc::untrusted_issuer,
                fmt::format("{} is self-signed and not in {}: to trust it, give it with --cafile", subject(rejection),
                            trust)};
    const bool at_root = rejection.error == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN;
    return {Errc::untrusted_issuer,
            fmt::format("{} {} {}, which is not in {}: give the issuer's certificate with --cafile",
                        at_root ? "the chain of the server's certificate" : subject(rejection),
                        at_root ? "ends at" : "was issued by",
                        to_text(X509_get_issuer_name(rejection.certificate.get())), trust)};
}

}  // namespace

Failure explain(const Rejection& rejection, const std::string& host, const TlsSettings& settings) {
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
            return untrusted(rejection, settings);
        case X509_V_ERR_CERT_REVOKED:
            return {Errc::certificate_revoked, fmt::format("{} has been revoked", subject(rejection))};
        default:
            return {Errc::certificate_invalid, fmt::format("{} is not acceptable: {}", subject(rejection),
                                                           X509_verify_cert_error_string(rejection.error))};
    }
}

}  // namespace mqtts::transport
