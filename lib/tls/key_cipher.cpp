// SPDX-License-Identifier: Apache-2.0
#include "tls/key_cipher.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>

#include "text/escape.hpp"
#include "text/shell_word.hpp"
#include "tls/file_kind.hpp"
#include "tls/library.hpp"
#include "tls/openssl_handle.hpp"

namespace mqtts::tls {

namespace {

constexpr std::string_view header = "\nDEK-Info:";  // [RFC 1421, section 4.6.1.3]

std::string name_if_lost(std::string name) {
    const OpensslHandle<EVP_CIPHER> cipher(EVP_CIPHER_fetch(nullptr, name.c_str(), nullptr));
    ERR_clear_error();
    return cipher ? std::string() : name;
}

/// Names the cipher of PKCS#8 [RFC 8018, section 6] if OpenSSL lost it. Empty: OpenSSL has it, or knows no name for it.
std::string lost_cipher_of(const X509_SIG* encrypted) {
    const X509_ALGOR* scheme = nullptr;
    X509_SIG_get0(encrypted, &scheme, nullptr);
    const int kind = OBJ_obj2nid(scheme->algorithm);
    int cipher = NID_undef;
    if (kind == NID_pbes2) {
        const OpensslHandle<PBE2PARAM> parameters(
            static_cast<PBE2PARAM*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), scheme->parameter)));
        if (parameters) cipher = OBJ_obj2nid(parameters->encryption->algorithm);
    } else {
        EVP_PBE_find(EVP_PBE_TYPE_OUTER, kind, &cipher, nullptr, nullptr);
    }
    ERR_clear_error();
    return cipher > NID_undef ? name_if_lost(OBJ_nid2sn(cipher)) : std::string();
}

}  // namespace

std::string lost_cipher_of_pem(std::string_view text) {
    const std::string_view block = text.substr(0, text.find("\n-----END "));
    if (const std::size_t at = block.find(header); at != block.npos) {
        std::string_view name = block.substr(at + header.size());
        name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
        return name_if_lost(std::string(name.substr(0, name.find_first_of(", \r\n"))));
    }
    if (!block.starts_with("-----BEGIN " PEM_STRING_PKCS8 "-----")) return {};
    const OpensslHandle<BIO> memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    const OpensslHandle<X509_SIG> encrypted(PEM_read_bio_PKCS8(memory.get(), nullptr, nullptr, nullptr));
    ERR_clear_error();
    return encrypted ? lost_cipher_of(encrypted.get()) : std::string();
}

std::string lost_cipher_of_der(std::string_view content) {
    const auto* begin = reinterpret_cast<const unsigned char*>(content.data());
    const OpensslHandle<X509_SIG> encrypted(d2i_X509_SIG(nullptr, &begin, static_cast<long>(content.size())));
    ERR_clear_error();
    return encrypted ? lost_cipher_of(encrypted.get()) : std::string();
}

Finding describe_lost_cipher(std::string_view cipher, const std::string& path) {
    const std::string name(cipher);
    if (OBJ_sn2nid(name.c_str()) == NID_undef && OBJ_ln2nid(name.c_str()) == NID_undef)
        return {
            fmt::format("it is encrypted with {}, which OpenSSL {} does not know", escape(cipher), library_version())};
    return {fmt::format("it is encrypted with {}, which OpenSSL {} no longer supports", cipher, library_version()),
            convert_with(fmt::format("openssl pkey -provider legacy -provider default -in {} -aes256 -out new.pem",
                                     shell_word(path)))};
}

}  // namespace mqtts::tls
