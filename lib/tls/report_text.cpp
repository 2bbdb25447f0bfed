// SPDX-License-Identifier: Apache-2.0
#include "tls/report_text.hpp"

#include <fmt/format.h>

#include <string_view>

#include "base/joined.hpp"
#include "tls/certificate_text.hpp"

namespace mqtts::tls {

namespace {

std::string_view verification(const Report& report) {
    if (report.rejection) return "rejected";
    if (!report.checked) return "not checked";
    return report.pinned ? "pinned" : "trusted";
}

/// Writes whole days; less than a day past is "0 days ago".
std::string days(int remaining) {
    const int count = remaining < 0 ? -remaining - 1 : remaining;
    return fmt::format("{} day{} {}", count, count == 1 ? "" : "s", remaining < 0 ? "ago" : "left");
}

std::string certificate_text(const CertificateReport& certificate) {
    std::string text = fmt::format("certificate:  {}\n  issuer:     {}\n", certificate.subject, certificate.issuer);
    if (!certificate.hosts.empty()) text += fmt::format("  names:      {}\n", joined(certificate.hosts));
    text += fmt::format("  valid:      {} to {}, {}\n", certificate.not_before, certificate.not_after,
                        days(certificate.days_remaining));
    text += fmt::format("  key:        {}\n", key_text(certificate.key_type, certificate.key_size));
    return text + fmt::format("  signature:  {}\n  pin:        {}\n", certificate.signature, certificate.pin);
}

void write_number(json::Writer& json, std::string_view key, int value) {
    json.verbatim_key(key);
    json.verbatim(std::to_string(value));
}

void write(json::Writer& json, const CertificateReport& certificate) {
    json.begin_object();
    json.text_member("subject", certificate.subject);
    json.text_member("issuer", certificate.issuer);
    json.verbatim_key("names");
    json.begin_array();
    for (const std::string& host : certificate.hosts) {
        json.element();
        json.text(host);
    }
    json.end_array();
    json.text_member("not_before", certificate.not_before);
    json.text_member("not_after", certificate.not_after);
    write_number(json, "days_left", certificate.days_remaining);
    json.text_member("key_type", certificate.key_type);
    if (certificate.key_size) write_number(json, "key_bits", *certificate.key_size);
    json.text_member("signature", certificate.signature);
    json.text_member("pin", certificate.pin);
    json.end_object();
}

}  // namespace

std::string to_text(const Report& report) {
    std::string text = fmt::format("TLS:          {}, {}", report.version, report.cipher);
    if (!report.group.empty()) text += ", group " + report.group;
    if (!report.application_protocol.empty()) text += ", ALPN " + report.application_protocol;
    if (report.resumed) text += ", resumed";
    text += fmt::format("\nverification: {}\n", verification(report));
    for (const CertificateReport& certificate : report.certificates)
        text += certificate_text(certificate);
    return text;
}

void write(json::Writer& json, const Report& report) {
    json.begin_object();
    json.text_member("version", report.version);
    json.text_member("cipher", report.cipher);
    json.text_member("group", report.group);
    json.text_member("alpn", report.application_protocol);
    json.boolean_member("resumed", report.resumed);
    json.text_member("verification", verification(report));
    if (report.rejection) json.text_member("rejection", describe(report.rejection->code).name);
    json.verbatim_key("certificates");
    json.begin_array();
    for (const CertificateReport& certificate : report.certificates) {
        json.element();
        write(json, certificate);
    }
    json.end_array();
    json.end_object();
}

}  // namespace mqtts::tls
