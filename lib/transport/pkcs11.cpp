#include "transport/pkcs11.hpp"

#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/ui.h>

#include "transport/pem_file.hpp"

// OpenSSL 3.0 would rather have a provider, but Debian 12 has none for tokens.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace mqtts::transport {

namespace {

void command(ENGINE* engine, const char* name, void* argument = nullptr) {
    ENGINE_ctrl_cmd(engine, name, 0, argument, nullptr, 0);
}

/// Null: there is none. Loaded once and for good: a key needs it, and modules of tokens are not made to be unloaded.
ENGINE* token_engine() {
    static ENGINE* const loaded = []() -> ENGINE* {
        ENGINE_load_dynamic();
        ENGINE* engine = ENGINE_by_id("pkcs11");
        if (engine && ENGINE_init(engine) == 1) {
            command(engine, "QUIET");  // it would write to standard error
            return engine;
        }
        ENGINE_free(engine);
        return nullptr;
    }();
    return loaded;
}

/// While it lives, the engine asks `question` for the PIN; before and after that, nobody.
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

X509* load_certificate(ENGINE* engine, const std::string& uri) {
    struct {
        const char* uri;
        X509* certificate;
    } order{uri.c_str(), nullptr};  // the engine's own layout
    command(engine, "LOAD_CERT_CTRL", &order);
    return order.certificate;
}

/// A token does not have to tell it, and without it nobody can say what an EC key belongs to.
bool lacks_public_key(const EVP_PKEY* key) {
    const EC_KEY* curve_key = EVP_PKEY_get_base_id(key) == EVP_PKEY_EC ? EVP_PKEY_get0_EC_KEY(key) : nullptr;
    return curve_key && !EC_KEY_get0_public_key(curve_key);
}

/// What `load` gets from the engine.
template <class T, class Load>
Result<OpensslHandle<T>> load_from_token(const PemFile& object, const Passphrase& pin, Load load) {
    ENGINE* engine = token_engine();
    if (!engine) {
        ERR_clear_error();
        return unusable(object, "OpenSSL has no engine for tokens: install the package libengine-pkcs11-openssl");
    }
    PassphraseQuestion question(pin, object.path);
    const PinPrompt prompt(engine, question);
    OpensslHandle<T> loaded(load(engine, prompt.method(), &question));
    const char* reason = ERR_reason_error_string(ERR_peek_error());  // the first: the others follow from it
    ERR_clear_error();
    if (loaded) return loaded;
    if (question.unanswered()) return question.failure();
    return unusable(object, reason ? reason : "the token does not give it");
}

}  // namespace

bool is_pkcs11_uri(std::string_view path) noexcept {
    return path.starts_with("pkcs11:");
}

Result<OpensslHandle<X509>> token_certificate(const std::string& uri, const Passphrase& pin) {
    return load_from_token<X509>({"certificate", uri, Errc::unusable_certificate}, pin,
                                 [&](ENGINE* engine, UI_METHOD*, void*) { return load_certificate(engine, uri); });
}

Result<OpensslHandle<EVP_PKEY>> token_private_key(const std::string& uri, const Passphrase& pin) {
    const PemFile object{"key", uri, Errc::unusable_key};
    auto key = load_from_token<EVP_PKEY>(object, pin, [&](ENGINE* engine, UI_METHOD* method, void* question) {
        return ENGINE_load_private_key(engine, uri.c_str(), method, question);
    });
    if (key && lacks_public_key(key->get()))
        return unusable(object, "the token has neither its public key nor its certificate: store one of them there");
    return key;
}

}  // namespace mqtts::transport
