// SPDX-License-Identifier: Apache-2.0
#include "tls/pem_file.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "os/read_file.hpp"
#include "os/system_reason.hpp"
#include "text/escape.hpp"
#include "tls/file_kind.hpp"
#include "tls/key_cipher.hpp"
#include "tls/pem_block.hpp"

namespace mqtts::tls {

namespace {

using Labels = std::span<const std::string_view>;

// The labels that OpenSSL accepts for a certificate.
constexpr std::array<std::string_view, 3> certificate_labels = {PEM_STRING_X509, PEM_STRING_X509_OLD,
                                                                PEM_STRING_X509_TRUSTED};
constexpr std::array<std::string_view, 1> revocation_list_labels = {PEM_STRING_X509_CRL};

bool is_one_of(Labels labels, std::string_view label) {
    return std::ranges::find(labels, label) != labels.end();
}

bool is_private_key(std::string_view label) {
    return label.ends_with("PRIVATE KEY") && !label.starts_with("OPENSSH");
}

// Says what a file is that has no block with the wanted label.
Failure nothing_found(const PemFile& file, std::string_view text, std::string_view wanted) {
    const auto other = next_block(text);
    if (!other) return unusable(file, describe_file(text, wanted, file.path));
    Finding block = describe_block(other->label, wanted, file.path);
    block.cause = fmt::format("line {}: {}", line_number(text, other->position), block.cause);
    return unusable(file, block);
}

Failure damaged(const PemFile& file, std::string_view text, const PemBlock& block) {
    ERR_clear_error();
    return unusable(file, {fault_in(text, block)});
}

OpensslHandle<BIO> open_memory(std::string_view text) {
    return OpensslHandle<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// The functions with which OpenSSL reads one kind of object.
template <class T>
struct Reader {
    Labels labels;
    T* (*from_pem)(BIO*, T**, pem_password_cb*, void*);
    T* (*from_der)(T**, const unsigned char**, long);
};

/// Reads all objects of one kind: those in the PEM blocks, or the one in DER; at least one.
template <class T>
Result<std::vector<OpensslHandle<T>>> read_objects(const PemFile& file, std::string_view text, Reader<T> reader) {
    std::vector<OpensslHandle<T>> found;
    if (is_der(text)) {
        const auto* begin = reinterpret_cast<const unsigned char*>(text.data());
        found.emplace_back(reader.from_der(nullptr, &begin, static_cast<long>(text.size())));
        ERR_clear_error();
        if (!found.front()) return unusable(file, describe_file(text, reader.labels.front(), file.path));
        return found;
    }
    for (auto block = next_block(text); block; block = next_block(text, block->position + 1)) {
        if (!is_one_of(reader.labels, block->label)) continue;
        const auto memory = open_memory(text.substr(block->position));
        found.emplace_back(reader.from_pem(memory.get(), nullptr, nullptr, nullptr));
        if (!found.back()) return damaged(file, text, *block);
    }
    if (found.empty()) return nothing_found(file, text, reader.labels.front());
    return found;
}

// Finds the algorithm of a key in PKCS#8; EVP_PKEY_NONE: it is not such a key.
int algorithm_of(const unsigned char* data, long size) {
    const OpensslHandle<PKCS8_PRIV_KEY_INFO> info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &data, size));
    const ASN1_OBJECT* algorithm = nullptr;
    if (!info || PKCS8_pkey_get0(&algorithm, nullptr, nullptr, nullptr, info.get()) != 1) return EVP_PKEY_NONE;
    return OBJ_obj2nid(algorithm);
}

// Reads a key in PKCS#8 without a pass phrase, the usual form; null: it is something else, or damaged. With the
// algorithm known, OpenSSL sets up only the decoders for it. PEM_read_bio_PrivateKey() sets up all decoders, which
// takes a tenth of the time that it takes to publish a message.
OpensslHandle<EVP_PKEY> plain_pkcs8_key(std::string_view text, const PemBlock& block) {
    if (block.label != PEM_STRING_PKCS8INF) return nullptr;
    const auto memory = open_memory(text.substr(block.position));
    unsigned char* data = nullptr;
    long size = 0;
    OpensslHandle<EVP_PKEY> key;
    if (PEM_bytes_read_bio_secmem(&data, &size, nullptr, PEM_STRING_PKCS8INF, memory.get(), nullptr, nullptr) == 1) {
        const unsigned char* begin = data;
        const int algorithm = algorithm_of(data, size);
        key.reset(algorithm != EVP_PKEY_NONE
                      ? d2i_PrivateKey(algorithm, nullptr, &begin, size)
                      : d2i_AutoPrivateKey(nullptr, &begin, size));  // an older form, mislabelled
        OPENSSL_secure_clear_free(data, static_cast<std::size_t>(size));
    }
    ERR_clear_error();
    return key;
}

Result<OpensslHandle<EVP_PKEY>> read_key(const PemFile& file, std::string_view text, const PemBlock& block,
                                         PassphraseQuestion& question) {
    if (auto plain = plain_pkcs8_key(text, block)) return plain;
    const std::string_view from_here = text.substr(block.position);
    if (const std::string lost = lost_cipher_of_pem(from_here); !lost.empty())
        return unusable(file, describe_lost_cipher(lost, file.path));
    const auto memory = open_memory(from_here);
    OpensslHandle<EVP_PKEY> key(PEM_read_bio_PrivateKey(memory.get(), nullptr, PassphraseQuestion::answer, &question));
    if (key) return key;
    if (!question.asked()) return damaged(file, text, block);
    ERR_clear_error();
    return question.failure();
}

}  // namespace

Failure unusable(const PemFile& file, const Finding& why) {
    const bool is_for_authority = file.unusable == Errc::unusable_ca && why.cure == give_as_key;
    return {file.unusable,
            fmt::format("cannot use {} {}: {}", file.purpose, escape(file.path), why.cause),
            is_for_authority ? "give the CA's certificate" : why.cure,
            {file.path}};
}

bool is_der(std::string_view content) noexcept {
    return content.front() == '\x30';  // a SEQUENCE
}

Result<Secret> read_content(const PemFile& file) {
    std::string text;
    const std::error_code error = os::read_file(file.path, text, file.deadline);
    Secret content(std::move(text));
    if (error == std::errc::timed_out)
        return Failure(Errc::timed_out,
                       fmt::format("timed out while reading {} {}: {}", file.purpose, escape(file.path),
                                   os::waiting_reason(!content.view().empty())),
                       {}, {file.path});
    if (error == std::errc::is_a_directory) return unusable(file, {"it is a directory"});
    if (error) return unusable(file, {os::system_reason(error)});
    if (content.view().empty()) return unusable(file, {"it is empty"});
    return content;
}

Result<Certificates> read_certificates(const PemFile& file) {
    const auto content = read_content(file);
    if (!content) return content.error();
    return pem_certificates(file, content->view());
}

Result<Certificates> pem_certificates(const PemFile& file, std::string_view text) {
    return read_objects<X509>(file, text, {certificate_labels, PEM_read_bio_X509_AUX, d2i_X509});
}

Result<RevocationLists> read_revocation_lists(const PemFile& file) {
    const auto content = read_content(file);
    if (!content) return content.error();
    return read_objects<X509_CRL>(file, content->view(), {revocation_list_labels, PEM_read_bio_X509_CRL, d2i_X509_CRL});
}

Result<OpensslHandle<EVP_PKEY>> pem_private_key(const PemFile& file, std::string_view text,
                                                const Passphrase& passphrase, const IsWanted& is_wanted) {
    std::optional<Result<OpensslHandle<EVP_PKEY>>> first;
    PassphraseQuestion question(passphrase, file.path);  // one for all of them
    for (auto block = next_block(text); block; block = next_block(text, block->position + 1)) {
        if (!is_private_key(block->label)) continue;
        auto key = read_key(file, text, *block, question);
        if (key && is_wanted(key->get())) return key;
        if (!first || (key && !*first)) first = std::move(key);
    }
    if (first) return *std::move(first);
    return nothing_found(file, text, PEM_STRING_PKCS8INF);
}

bool holds_pem_key(std::string_view text) {
    for (auto block = next_block(text); block; block = next_block(text, block->position + 1))
        if (block->label.ends_with("PRIVATE KEY")) return true;
    return false;
}

Certificates chain_of(OpensslHandle<X509> first, Certificates others) {
    Certificates chain;
    chain.push_back(std::move(first));
    for (;;) {
        const auto issuer = std::ranges::find_if(others, [&](const auto& candidate) {
            return X509_check_issued(candidate.get(), chain.back().get()) == X509_V_OK;
        });
        if (issuer == others.end()) return chain;
        chain.push_back(std::move(*issuer));
        others.erase(issuer);
    }
}

}  // namespace mqtts::tls
