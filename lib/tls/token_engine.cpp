// SPDX-License-Identifier: Apache-2.0
#include <openssl/opensslconf.h>

#include "tls/reason.hpp"
#include "tls/token.hpp"

#ifdef OPENSSL_NO_ENGINE

const mqtts::tls::TokenAccess* mqtts::tls::token_engine() {
    return nullptr;
}

#else

#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/ui.h>

// OpenSSL 3 prefers a provider, but not every system has one.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace mqtts::tls {

namespace {

void command(ENGINE* engine, const char* name, void* argument = nullptr) {
    ENGINE_ctrl_cmd(engine, name, 0, argument, nullptr, 0);
}

/// Loads the engine, once and for good: a key needs it, and modules of tokens are not made to be unloaded. Null: there
/// is no engine.
ENGINE* loaded_engine() {
    static ENGINE* const loaded = []() -> ENGINE* {
        ENGINE_load_dynamic();
        ENGINE* engine = ENGINE_by_id("pkcs11");
        if (engine && ENGINE_init(engine) == 1) {
            command(engine, "QUIET");  // otherwise it writes to standard error
            return engine;
        }
        ENGINE_free(engine);
        return nullptr;
    }();
    return loaded;
}

/// While it lives, the engine asks `question` for the PIN; before and after that it asks nobody.
class PinPrompt {
public:
    PinPrompt(ENGINE* engine, PassphraseQuestion& question)
        : engine_(engine), method_(UI_UTIL_wrap_read_pem_callback(PassphraseQuestion::answer, 0)) {
        command(engine_, "SET_USER_INTERFACE", method_);
        command(engine_, "SET_CALLBACK_DATA", &question);
    }
    PinPrompt(const PinPrompt&) = delete;
    PinPrompt& operator=(const PinPrompt&) = delete;
    ~PinPrompt() {
        command(engine_, "SET_USER_INTERFACE", const_cast<UI_METHOD*>(UI_null()));
        command(engine_, "SET_CALLBACK_DATA");
        UI_destroy_method(method_);
    }

    [[nodiscard]] UI_METHOD* method() const noexcept { return method_; }

private:
    ENGINE* engine_;
    UI_METHOD* method_;
};

OpensslHandle<X509> certificate(const std::string& uri, PassphraseQuestion& pin) {
    const PinPrompt prompt(loaded_engine(), pin);
    struct {
        const char* uri;
        X509* certificate;
    } order{uri.c_str(), nullptr};  // as the engine lays it out
    command(loaded_engine(), "LOAD_CERT_CTRL", &order);
    return OpensslHandle<X509>(order.certificate);
}

OpensslHandle<EVP_PKEY> private_key(const std::string& uri, PassphraseQuestion& pin) {
    const PinPrompt prompt(loaded_engine(), pin);
    return OpensslHandle<EVP_PKEY>(ENGINE_load_private_key(loaded_engine(), uri.c_str(), prompt.method(), &pin));
}

std::string reason(const PassphraseQuestion&) {
    const char* first = reason_text(ERR_peek_error());  // the others follow from it
    return first ? first : "the token does not provide it";
}

bool lacks_public_key(const EVP_PKEY* key) {
    const EC_KEY* curve_key = EVP_PKEY_get_base_id(key) == EVP_PKEY_EC ? EVP_PKEY_get0_EC_KEY(key) : nullptr;
    return curve_key && !EC_KEY_get0_public_key(curve_key);
}

}  // namespace

const TokenAccess* token_engine() {
    static constexpr TokenAccess access{certificate, private_key, reason, lacks_public_key};
    return loaded_engine() ? &access : nullptr;
}

}  // namespace mqtts::tls

#endif
