// SPDX-License-Identifier: Apache-2.0
#include "tls/pkcs12.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pkcs12.h>

#include "text/shell_word.hpp"
#include "tls/file_kind.hpp"
#include "tls/library.hpp"

namespace mqtts::tls {

namespace {

OpensslHandle<PKCS12> decode_pkcs12(std::string_view content) {
    const auto* begin = reinterpret_cast<const unsigned char*>(content.data());
    OpensslHandle<PKCS12> decoded(d2i_PKCS12(nullptr, &begin, static_cast<long>(content.size())));
    ERR_clear_error();
    return decoded;
}

bool opens(PKCS12* file, std::string_view passphrase) {
    const bool right = PKCS12_verify_mac(file, passphrase.data(), static_cast<int>(passphrase.size())) == 1;
    ERR_clear_error();
    return right;
}

Certificates take_all(STACK_OF(X509) * stack) {
    Certificates certificates;
    while (X509* certificate = sk_X509_pop(stack))
        certificates.emplace_back(certificate);
    sk_X509_free(stack);
    return certificates;
}

/// Says why a file is not decrypted although the pass phrase is right.
Failure not_decrypted(const PemFile& file) {
    const unsigned long error = ERR_peek_error();
    const bool ancient =
        ERR_GET_REASON(error) == ERR_R_UNSUPPORTED || ERR_GET_REASON(error) == EVP_R_UNSUPPORTED_ALGORITHM;
    ERR_clear_error();
    if (!ancient) return unusable(file, {"its content is damaged, or of a kind that OpenSSL does not support"});
    return unusable(file,
                    {fmt::format("it is encrypted in a way that OpenSSL {} no longer supports", library_version()),
                     convert_with(fmt::format("openssl pkcs12 -legacy -in {} -out new.pem", shell_word(file.path)))});
}

Result<Pkcs12> unpack(const PemFile& file, PKCS12* decoded, const Secret& passphrase) {
    EVP_PKEY* key = nullptr;
    X509* certificate = nullptr;
    STACK_OF(X509)* others = nullptr;
    if (PKCS12_parse(decoded, passphrase.c_str(), &key, &certificate, &others) != 1) return not_decrypted(file);
    Pkcs12 result;
    result.key.reset(key);
    Certificates issuers = take_all(others);
    // The certificates in the file are in no order.
    result.certificates =
        certificate ? chain_of(OpensslHandle<X509>(certificate), std::move(issuers)) : std::move(issuers);
    return result;
}

}  // namespace

bool is_pkcs12(std::string_view content) {
    return decode_pkcs12(content) != nullptr;
}

Result<Pkcs12> open_pkcs12(const PemFile& file, std::string_view content, const Passphrase& passphrase) {
    const auto decoded = decode_pkcs12(content);
    if (!PKCS12_mac_present(decoded.get()))
        return unusable(file, {"it has no MAC, so no pass phrase can be checked",
                               "make the file without the -nomac option of openssl pkcs12"});
    if (opens(decoded.get(), "")) return unpack(file, decoded.get(), Secret());
    auto given = passphrase.get(file.path);
    if (!given) return given.error();
    if (!opens(decoded.get(), given->view())) return wrong_passphrase(file.path);
    return unpack(file, decoded.get(), *given);
}

}  // namespace mqtts::tls
