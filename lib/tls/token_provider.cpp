// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <openssl/store.h>
#include <openssl/ui.h>

#include <cstdlib>
#include <memory>

#include "tls/reason.hpp"
#include "tls/token.hpp"

namespace mqtts::tls {

namespace {

/// Loads the provider, once and for good, as the engine is. The configuration of OpenSSL may have done so already.
bool is_loaded() {
    static const bool loaded = [] {
        if (OSSL_PROVIDER_available(nullptr, "pkcs11") == 1) return true;
        // Users name the module in one variable for both ways. Commands that we start must not inherit the other one.
        const char* const module = std::getenv("PKCS11_MODULE_PATH");
        const bool is_lent = module != nullptr && std::getenv("PKCS11_PROVIDER_MODULE") == nullptr;
        if (is_lent) ::setenv("PKCS11_PROVIDER_MODULE", module, 1);
        UI_set_default_method(UI_null());  // otherwise OpenSSL asks at the terminal when we have no answer
        constexpr int with_the_default = 1;
        const bool has_it = OSSL_PROVIDER_try_load(nullptr, "pkcs11", with_the_default) != nullptr;
        if (is_lent) ::unsetenv("PKCS11_PROVIDER_MODULE");
        return has_it;
    }();
    return loaded;
}

struct Close {
    void operator()(OSSL_STORE_CTX* store) const noexcept { OSSL_STORE_close(store); }
    void operator()(OSSL_STORE_INFO* info) const noexcept { OSSL_STORE_INFO_free(info); }
    void operator()(UI_METHOD* method) const noexcept { UI_destroy_method(method); }
};

template <class T>
using Handle = std::unique_ptr<T, Close>;

/// A file in the working directory may have the same name as the URI.
constexpr const char* never_a_file = "provider=pkcs11";

/// Loads the first object of this type; `take` extracts it from what the store found.
template <class T>
OpensslHandle<T> first(const std::string& uri, PassphraseQuestion& pin, int type, T* (*take)(const OSSL_STORE_INFO*)) {
    const Handle<UI_METHOD> prompt(UI_UTIL_wrap_read_pem_callback(PassphraseQuestion::answer, 0));
    const Handle<OSSL_STORE_CTX> store(
        OSSL_STORE_open_ex(uri.c_str(), nullptr, never_a_file, prompt.get(), &pin, nullptr, nullptr, nullptr));
    if (!store || OSSL_STORE_expect(store.get(), type) != 1) return nullptr;
    while (OSSL_STORE_eof(store.get()) == 0) {
        const Handle<OSSL_STORE_INFO> found(OSSL_STORE_load(store.get()));
        if (found && OSSL_STORE_INFO_get_type(found.get()) == type) return OpensslHandle<T>(take(found.get()));
    }
    return nullptr;
}

OpensslHandle<X509> certificate(const std::string& uri, PassphraseQuestion& pin) {
    const auto found = first(uri, pin, OSSL_STORE_INFO_CERT, OSSL_STORE_INFO_get1_CERT);
    if (!found) return nullptr;
    // A copy that does not remember the provider: all further work on the certificate is for OpenSSL itself.
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(found.get(), &bytes);
    const OpensslHandle<unsigned char> owner(bytes);
    const unsigned char* begin = bytes;
    return OpensslHandle<X509>(size > 0 ? d2i_X509(nullptr, &begin, size) : nullptr);
}

OpensslHandle<EVP_PKEY> private_key(const std::string& uri, PassphraseQuestion& pin) {
    return first(uri, pin, OSSL_STORE_INFO_PKEY, OSSL_STORE_INFO_get1_PKEY);
}

/// The provider seldom gives a reason.
std::string reason(const PassphraseQuestion& pin) {
    const char* detail = "";
    int flags = 0;
    const char* last = reason_text(ERR_peek_last_error_all(nullptr, nullptr, nullptr, &detail, &flags));
    if (last) return (flags & ERR_TXT_STRING) != 0 ? fmt::format("{}: {}", last, detail) : last;
    return pin.asked() ? "the PIN is wrong, or no token has it" : "no token has it";
}

bool lacks_public_key(const EVP_PKEY* key) {
    const bool has_it = i2d_PUBKEY(key, nullptr) > 0;
    ERR_clear_error();
    return !has_it;
}

}  // namespace

const TokenAccess* token_provider() {
    static constexpr TokenAccess access{certificate, private_key, reason, lacks_public_key};
    return is_loaded() ? &access : nullptr;
}

}  // namespace mqtts::tls
