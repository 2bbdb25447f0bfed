// SPDX-License-Identifier: Apache-2.0
#include "tls/pem_file.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <utility>

#include "os/c_file.hpp"
#include "os/system_reason.hpp"
#include "tls/reason.hpp"

namespace mqtts::tls {

namespace {

constexpr std::string_view begin_marker = "-----BEGIN ";

// What stands after "-----BEGIN " at `position`: "CERTIFICATE", "EC PRIVATE KEY".
std::string_view label_at(std::string_view text, std::size_t position) {
    text.remove_prefix(position + begin_marker.size());
    return text.substr(0, text.find_first_of("-\r\n"));
}

std::size_t find_label(std::string_view text, std::size_t from, std::string_view label_end) {
    for (std::size_t at = text.find(begin_marker, from); at != text.npos; at = text.find(begin_marker, at + 1))
        if (label_at(text, at).ends_with(label_end)) return at;
    return text.npos;
}

std::ptrdiff_t line_number(std::string_view text, std::size_t position) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(position, text.size()));
    return 1 + std::count(text.begin(), end, '\n');
}

// Why a file without any block that ends in `wanted` ("CERTIFICATE") is not what was asked for.
Failure nothing_found(const PemFile& file, std::string_view text, std::string_view wanted) {
    if (const std::size_t other = text.find(begin_marker); other != text.npos)
        return unusable(file,
                        fmt::format("line {}: {}, not a {}", line_number(text, other), label_at(text, other), wanted));
    const bool binary = text.front() == '\x30';  // DER begins with a SEQUENCE
    return unusable(file, binary ? "it is DER or PKCS#12, not PEM: convert it with openssl"
                                 : fmt::format("line 1: not PEM: no \"{}{}-----\"", begin_marker, wanted));
}

// The reason OpenSSL gives, with its queue of errors emptied.
std::string take_openssl_reason() {
    const char* reason = reason_text(ERR_peek_error());
    std::string text = reason ? reason : "it cannot be decoded";
    ERR_clear_error();
    return text;
}

Failure damaged(const PemFile& file, std::string_view text, std::size_t block) {
    return unusable(
        file, fmt::format("line {}: {}: {}", line_number(text, block), label_at(text, block), take_openssl_reason()));
}

OpensslHandle<BIO> open_memory(std::string_view text) {
    return OpensslHandle<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Everything in the blocks labelled so, one after another, at least one.
template <class T>
Result<std::vector<OpensslHandle<T>>> pem_blocks(const PemFile& file, std::string_view text, std::string_view label,
                                                 T* (*read)(BIO*, T**, pem_password_cb*, void*)) {
    const auto memory = open_memory(text);
    std::vector<OpensslHandle<T>> found;
    std::size_t block = find_label(text, 0, label);
    if (block == text.npos) return nothing_found(file, text, label);
    for (; block != text.npos; block = find_label(text, block + 1, label)) {
        OpensslHandle<T> one(read(memory.get(), nullptr, nullptr, nullptr));
        if (!one) return damaged(file, text, block);
        found.push_back(std::move(one));
    }
    return found;
}

// The algorithm that a key in PKCS#8 is for; EVP_PKEY_NONE: it is no such key.
int algorithm_of(const unsigned char* data, long size) {
    const OpensslHandle<PKCS8_PRIV_KEY_INFO> info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &data, size));
    const ASN1_OBJECT* algorithm = nullptr;
    if (!info || PKCS8_pkey_get0(&algorithm, nullptr, nullptr, nullptr, info.get()) != 1) return EVP_PKEY_NONE;
    return OBJ_obj2nid(algorithm);
}

// A key in PKCS#8 without a passphrase, as nearly all are; null: it is something else, or damaged. Told the algorithm,
// OpenSSL sets up its decoders alone. PEM_read_bio_PrivateKey() sets up all there are, which is a tenth of what it
// takes to publish a message.
OpensslHandle<EVP_PKEY> plain_pkcs8_key(std::string_view text, std::size_t block) {
    if (label_at(text, block) != PEM_STRING_PKCS8INF) return nullptr;
    const auto memory = open_memory(text.substr(block));
    unsigned char* data = nullptr;
    long size = 0;
    OpensslHandle<EVP_PKEY> key;
    if (PEM_bytes_read_bio_secmem(&data, &size, nullptr, PEM_STRING_PKCS8INF, memory.get(), nullptr, nullptr) == 1) {
        const unsigned char* begin = data;
        if (const int algorithm = algorithm_of(data, size); algorithm != EVP_PKEY_NONE)
            key.reset(d2i_PrivateKey(algorithm, nullptr, &begin, size));
        OPENSSL_secure_clear_free(data, static_cast<std::size_t>(size));
    }
    ERR_clear_error();
    return key;
}

}  // namespace

Failure unusable(const PemFile& file, std::string_view reason) {
    return {file.unusable, fmt::format("cannot use {} {}: {}", file.purpose, file.path, reason)};
}

Result<Secret> read_content(const PemFile& file) {
    const os::CFile input(std::fopen(file.path.c_str(), "re"));
    if (!input) return unusable(file, os::system_reason(errno));
    struct stat status {};
    if (::fstat(::fileno(input.get()), &status) == 0 && S_ISDIR(status.st_mode))
        return unusable(file, "it is a directory");
    std::string text;
    char block[16 * 1024];
    std::size_t count = sizeof block;
    while (count == sizeof block) {  // less than that: it has ended
        count = std::fread(block, 1, sizeof block, input.get());
        text.append(block, count);
    }
    if (std::ferror(input.get())) return unusable(file, os::system_reason(errno));
    if (text.empty()) return unusable(file, "it is empty");
    return Secret(std::move(text));
}

Result<Certificates> read_certificates(const PemFile& file) {
    const auto content = read_content(file);
    if (!content) return content.error();
    return pem_certificates(file, content->view());
}

Result<Certificates> pem_certificates(const PemFile& file, std::string_view text) {
    return pem_blocks(file, text, "CERTIFICATE", PEM_read_bio_X509_AUX);
}

Result<RevocationLists> read_revocation_lists(const PemFile& file) {
    const auto content = read_content(file);
    if (!content) return content.error();
    return pem_blocks(file, content->view(), "X509 CRL", PEM_read_bio_X509_CRL);
}

Result<OpensslHandle<EVP_PKEY>> pem_private_key(const PemFile& file, std::string_view text,
                                                const Passphrase& passphrase) {
    const std::size_t block = find_label(text, 0, "PRIVATE KEY");
    if (block == text.npos) return nothing_found(file, text, "PRIVATE KEY");
    if (auto plain = plain_pkcs8_key(text, block)) return plain;
    const auto memory = open_memory(text.substr(block));
    PassphraseQuestion question(passphrase, file.path);
    OpensslHandle<EVP_PKEY> key(PEM_read_bio_PrivateKey(memory.get(), nullptr, PassphraseQuestion::answer, &question));
    if (key) return key;
    if (!question.asked()) return damaged(file, text, block);
    ERR_clear_error();
    return question.failure();
}

}  // namespace mqtts::tls
