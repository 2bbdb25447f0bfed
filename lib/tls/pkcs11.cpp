// SPDX-License-Identifier: Apache-2.0
#include "tls/pkcs11.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>

#include "os/os.hpp"
#include "tls/pem_file.hpp"
#include "tls/token.hpp"

namespace mqtts::tls {

namespace {

constexpr std::string_view scheme = "pkcs11:";

#ifdef MQTTS_WITHOUT_TOKENS
constexpr bool can_load_modules = false;  // with the C library linked in, OpenSSL would crash
#else
constexpr bool can_load_modules = true;
#endif

const TokenAccess* token_access() {
    if (const TokenAccess* const engine = token_engine()) return engine;
    return token_provider();
}

/// Finds the part of the URI that is malformed, counted from 1; 0: all are well-formed. A provider would ignore it, and
/// return any object.
int malformed_part(std::string_view uri) {
    uri.remove_prefix(scheme.size());
    for (int number = 1; !uri.empty(); ++number) {
        const std::string_view attribute = uri.substr(0, uri.find(';'));
        if (!attribute.empty() && attribute.find('=') == std::string_view::npos) return number;
        uri.remove_prefix(std::min(uri.size(), attribute.size() + 1));
    }
    return 0;
}

template <class T>
Result<OpensslHandle<T>> load_from_token(const PemFile& object, const Passphrase& pin,
                                         OpensslHandle<T> (*TokenAccess::*load)(const std::string&,
                                                                                PassphraseQuestion&)) {
    if (const int part = malformed_part(object.path); part != 0) {
        // It may be a PIN, so nothing of the URI is quoted.
        return Failure(
            object.unusable,
            fmt::format("cannot use the {} of the pkcs11: URI: its part {} is not an attribute", object.purpose, part),
            "write each attribute as NAME=VALUE");
    }
    if (!can_load_modules) {
        return unusable(object, {"this program is linked statically and cannot load the module for tokens",
                                 "use the program from a package"});
    }
    const TokenAccess* const access = token_access();
    ERR_clear_error();
    if (!access) {
        return unusable(object,
                        {"OpenSSL has no module for tokens", fmt::format("install {}", token_package(os::release()))});
    }
    PassphraseQuestion question(pin, object.path);
    OpensslHandle<T> loaded = (access->*load)(object.path, question);
    const std::string reason = loaded ? std::string() : access->reason(question);
    ERR_clear_error();
    if (loaded) return loaded;
    if (question.unanswered()) return question.failure();
    return unusable(object, {reason});
}

}  // namespace

bool is_pkcs11_uri(std::string_view path) noexcept {
    return path.starts_with(scheme);
}

Result<OpensslHandle<X509>> token_certificate(const std::string& uri, const Passphrase& pin) {
    return load_from_token({"certificate", uri, Errc::unusable_certificate}, pin, &TokenAccess::certificate);
}

Result<OpensslHandle<EVP_PKEY>> token_private_key(const std::string& uri, const Passphrase& pin) {
    const PemFile object{"key", uri, Errc::unusable_key};
    auto key = load_from_token(object, pin, &TokenAccess::private_key);
    if (key && token_access()->lacks_public_key(key->get()))
        return unusable(object,
                        {"the token has neither its public key nor its certificate", "store one of them there"});
    return key;
}

std::string token_package(const os::Release& release) {
    const bool is_rhel = release.id == "rhel" || release.like.find("rhel") != std::string::npos;
    if (release.id == "debian" && release.version == 12) return "the package libengine-pkcs11-openssl";
    if (release.id == "ubuntu" && release.version <= 24) return "the package libengine-pkcs11-openssl";
    if (is_rhel && release.version <= 9) return "the package openssl-pkcs11";
    if (release.id == "debian" || is_rhel || release.id == "fedora") return "the package pkcs11-provider";
    return "pkcs11-provider, or the engine of libp11";
}

}  // namespace mqtts::tls
