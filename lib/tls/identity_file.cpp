// SPDX-License-Identifier: Apache-2.0
#include "tls/identity_file.hpp"

#include <openssl/err.h>

#include <type_traits>
#include <utility>

namespace mqtts::tls {

namespace {

bool is_der(std::string_view content) {
    return content.front() == '\x30';  // a SEQUENCE
}

/// The object that all of `content` is; null where it is something else.
template <class Decode>
auto decode(std::string_view content, Decode d2i) {
    const auto* begin = reinterpret_cast<const unsigned char*>(content.data());
    OpensslHandle<std::remove_pointer_t<std::invoke_result_t<Decode, const unsigned char**, long>>> object(
        d2i(&begin, static_cast<long>(content.size())));
    ERR_clear_error();
    return object;
}

OpensslHandle<X509> der_certificate(std::string_view content) {
    return decode(content, [](const unsigned char** in, long size) { return d2i_X509(nullptr, in, size); });
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
    if (pkcs12_) return std::move(pkcs12_->certificates);
    if (!is_der(content_.view())) return pem_certificates(file_, content_.view());
    Certificates certificates;
    certificates.push_back(der_certificate(content_.view()));
    if (!certificates.front()) return unusable(file_, "it is binary, but neither a certificate in DER nor PKCS#12");
    return certificates;
}

bool IdentityFile::holds_private_key() const noexcept {
    return pkcs12_ || content_.view().find("PRIVATE KEY-----") != std::string_view::npos;
}

Result<OpensslHandle<EVP_PKEY>> IdentityFile::take_private_key(const Passphrase& passphrase) {
    file_ = {"key file", file_.path, Errc::unusable_key};
    if (pkcs12_) return std::move(pkcs12_->key);
    return is_der(content_.view()) ? der_private_key(passphrase) : pem_private_key(file_, content_.view(), passphrase);
}

Result<OpensslHandle<EVP_PKEY>> IdentityFile::der_private_key(const Passphrase& passphrase) const {
    const std::string_view content = content_.view();
    if (der_certificate(content)) return unusable(file_, "it is a certificate, not a private key");
    const OpensslHandle<BIO> memory(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
    PassphraseQuestion question(passphrase, file_.path);
    OpensslHandle<EVP_PKEY> key(d2i_PKCS8PrivateKey_bio(memory.get(), nullptr, PassphraseQuestion::answer, &question));
    if (!key && !question.asked())
        key =
            decode(content, [](const unsigned char** in, long size) { return d2i_AutoPrivateKey(nullptr, in, size); });
    ERR_clear_error();
    if (key) return key;
    if (question.asked()) return question.failure();
    return unusable(file_, "it is binary, but neither a private key in DER nor PKCS#12");
}

}  // namespace mqtts::tls
