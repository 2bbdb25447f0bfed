// SPDX-License-Identifier: Apache-2.0
#include "tls/identity_file.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <type_traits>
#include <utility>

#include "tls/file_kind.hpp"
#include "tls/key_cipher.hpp"

namespace mqtts::tls {

namespace {

/// Decodes all of `content` as one object; null: it is something else.
template <class Decode>
auto decode(std::string_view content, Decode d2i) {
    const auto* begin = reinterpret_cast<const unsigned char*>(content.data());
    OpensslHandle<std::remove_pointer_t<std::invoke_result_t<Decode, const unsigned char**, long>>> object(
        d2i(&begin, static_cast<long>(content.size())));
    ERR_clear_error();
    return object;
}

}  // namespace

Result<IdentityFile> IdentityFile::open(PemFile file, const Passphrase& passphrase) {
    auto content = read_content(file);
    if (!content) return content.error();
    IdentityFile result(std::move(file), *std::move(content));
    const std::string_view text = result.content_.view();
    if (!is_der(text) || !is_pkcs12(text)) return result;
    auto opened = open_pkcs12(result.file_, text, passphrase);
    if (!opened) return opened.error();
    result.pkcs12_ = *std::move(opened);
    return result;
}

Result<Certificates> IdentityFile::take_certificates() {
    if (!pkcs12_) return pem_certificates(file_, content_.view());
    if (pkcs12_->certificates.empty()) return unusable(file_, {"it has no certificate"});
    return std::move(pkcs12_->certificates);
}

bool IdentityFile::holds_private_key() const noexcept {
    return pkcs12_ ? pkcs12_->key != nullptr : holds_pem_key(content_.view());
}

Result<OpensslHandle<EVP_PKEY>> IdentityFile::take_private_key(const Passphrase& passphrase,
                                                               const IsWanted& is_wanted) {
    file_ = {"key file", file_.path, Errc::unusable_key};
    if (is_der(content_.view()) && !pkcs12_) return der_private_key(passphrase);
    if (!pkcs12_) return pem_private_key(file_, content_.view(), passphrase, is_wanted);
    if (!pkcs12_->key) return unusable(file_, {"it has no private key"});
    return std::move(pkcs12_->key);
}

Result<OpensslHandle<EVP_PKEY>> IdentityFile::der_private_key(const Passphrase& passphrase) const {
    const std::string_view content = content_.view();
    if (const std::string lost = lost_cipher_of_der(content); !lost.empty())
        return unusable(file_, describe_lost_cipher(lost, file_.path));
    const OpensslHandle<BIO> memory(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
    PassphraseQuestion question(passphrase, file_.path);
    OpensslHandle<EVP_PKEY> key(d2i_PKCS8PrivateKey_bio(memory.get(), nullptr, PassphraseQuestion::answer, &question));
    if (!key && !question.asked())
        key =
            decode(content, [](const unsigned char** in, long size) { return d2i_AutoPrivateKey(nullptr, in, size); });
    ERR_clear_error();
    if (key) return key;
    if (question.asked()) return question.failure();
    return unusable(file_, describe_file(content, PEM_STRING_PKCS8INF, file_.path));
}

}  // namespace mqtts::tls
