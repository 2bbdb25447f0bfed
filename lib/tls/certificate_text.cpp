// SPDX-License-Identifier: Apache-2.0
#include "tls/certificate_text.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <ctime>
#include <string_view>

#include "text/base64.hpp"
#include "text/escape.hpp"
#include "tls/openssl_handle.hpp"

namespace mqtts::tls {

namespace {

constexpr std::size_t longest_text = 200;

std::string presentable(std::string_view text) {
    return text.size() <= longest_text ? escape(text) : escape(text.substr(0, longest_text)) + "...";
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

}  // namespace

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

std::string to_text(const Pin& pin) {
    return "sha256//" + encode_base64({reinterpret_cast<const char*>(pin.data()), pin.size()});
}

Pin pin_of(const X509* certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    const OpensslHandle<unsigned char> owner(der);
    Pin pin{};
    EVP_Digest(der, static_cast<std::size_t>(size), pin.data(), nullptr, EVP_sha256(), nullptr);
    return pin;
}

std::string key_type(const EVP_PKEY* key) {
    const char* const name = EVP_PKEY_get0_type_name(key);
    return name != nullptr ? name : "of an unknown kind";
}

std::optional<int> key_size(const EVP_PKEY* key) {
    for (const char* kind : {"RSA", "RSA-PSS", "EC", "DSA"})
        if (EVP_PKEY_is_a(key, kind) == 1) return EVP_PKEY_get_bits(key);
    return std::nullopt;
}

std::string key_text(const std::string& type, std::optional<int> size) {
    return size ? fmt::format("{}, {} bits", type, *size) : type;
}

std::string key_kind(const EVP_PKEY* key) {
    char curve[64];
    std::size_t size = 0;
    const bool has_curve = EVP_PKEY_is_a(key, "EC") == 1;
    if (has_curve && EVP_PKEY_get_group_name(key, curve, sizeof curve, &size) == 1) return fmt::format("EC, {}", curve);
    return key_text(key_type(key), key_size(key));
}

std::string weak_key(const X509* certificate) {
    const EVP_PKEY* const key = X509_get0_pubkey(certificate);
    return fmt::format("has a key that is too weak ({}; the minimum is RSA with 2048 bits or P-256)",
                       key ? key_text(key_type(key), key_size(key)) : "of an unknown kind");
}

std::string weak_signature(X509* certificate) {
    int digest = NID_undef;
    X509_get_signature_info(certificate, &digest, nullptr, nullptr, nullptr);
    return fmt::format("has a signature that is too weak ({}; the minimum is SHA256)",
                       digest == NID_undef ? "unknown" : OBJ_nid2sn(digest));
}

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

int days_remaining(const X509* certificate) {
    int days = 0;
    int seconds = 0;
    ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate));
    return seconds < 0 ? days - 1 : days;
}

std::string describe_end(const X509* certificate) {
    const std::string date = to_text(X509_get0_notAfter(certificate));
    const int days = days_remaining(certificate);
    if (days < 0) return fmt::format("expired on {} (notAfter)", date);
    return fmt::format("expires on {} (notAfter), in {} day{}", date, days, days == 1 ? "" : "s");
}

}  // namespace mqtts::tls
