// SPDX-License-Identifier: Apache-2.0
#include "tls/parameters.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "text/escape.hpp"
#include "tls/hybrid_key_exchange.hpp"
#include "tls/library.hpp"
#include "tls/openssl_handle.hpp"

namespace mqtts::tls {

namespace {

constexpr int security_level = 2;  // 112 bits: no SHA-1 signatures, no RSA below 2048 bits, anywhere in a chain

/// Makes the failure "OPTION: CAUSE".
Failure bad(std::string_view option, std::string_view cause, std::string cure = {}) {
    ERR_clear_error();
    return {Errc::bad_option, fmt::format("{}: {}", option, cause), std::move(cure), {std::string(option)}};
}

constexpr std::string_view ciphers_option = "--ciphers";
constexpr std::string_view groups_option = "--tls-groups";

void append_to_list(std::string& list, std::string_view name) {
    if (!list.empty()) list += ':';
    list += name;
}

// Calls `take` with each name of a list until it fails.
template <class Take>
Result<> for_each_name(std::string_view list, Take take) {
    constexpr std::string_view separators = ":, ";
    for (std::size_t begin = list.find_first_not_of(separators); begin != list.npos;) {
        const std::size_t end = std::min(list.find_first_of(separators, begin), list.size());
        if (auto taken = take(std::string(list.substr(begin, end - begin))); !taken) return taken;
        begin = list.find_first_not_of(separators, end);
    }
    return {};
}

/// Cipher names, sorted by the version of TLS that they are for.
struct CipherLists {
    std::string suites;   // TLS 1.3
    std::string ciphers;  // TLS 1.2
};

// Does OpenSSL know this name? It ignores an unknown name in a list with a known one, so each is tried alone.
bool is_suite(SSL_CTX* scratch, const std::string& name) {
    if (SSL_CTX_set_ciphersuites(scratch, name.c_str()) != 1) return false;
    const STACK_OF(SSL_CIPHER)* ciphers = SSL_CTX_get_ciphers(scratch);
    return sk_SSL_CIPHER_num(ciphers) > 0 && SSL_CIPHER_get_name(sk_SSL_CIPHER_value(ciphers, 0)) == name;
}

bool is_cipher(SSL_CTX* scratch, const std::string& name) {
    const bool changes_list = name.find_first_of("!-+@") == 0;  // and selects nothing by itself
    return changes_list || SSL_CTX_set_cipher_list(scratch, name.c_str()) == 1;
}

Result<> sort_in(CipherLists& lists, SSL_CTX* scratch, std::string name) {
    const char* const other_name = OPENSSL_cipher_name(name.c_str());  // TLS_ECDHE_…: the name the RFCs give it
    const bool is_standard_name = name.find("_WITH_") != name.npos && std::string_view(other_name) != "(NONE)";
    if (is_standard_name) name = other_name;
    const bool known = name.starts_with("TLS_") ? is_suite(scratch, name) : is_cipher(scratch, name);
    ERR_clear_error();
    if (!known)
        return bad(ciphers_option, fmt::format("unknown cipher '{}'", escape(name)),
                   "list the ciphers with openssl ciphers -v -s");
    append_to_list(name.starts_with("TLS_") ? lists.suites : lists.ciphers, name);
    return {};
}

// A list for one version leaves the other version at its default.
Result<> choose_ciphers(SSL_CTX* context, const std::string& list) {
    if (list.find("@SECLEVEL=0") != list.npos || list.find("@SECLEVEL=1") != list.npos)
        return bad(ciphers_option, "a security level below 2 is not supported", "use ciphers of level 2 or above");
    const OpensslHandle<SSL_CTX> scratch(SSL_CTX_new(TLS_client_method()));
    CipherLists lists;
    auto sorted = for_each_name(list, [&](std::string name) { return sort_in(lists, scratch.get(), std::move(name)); });
    if (!sorted) return sorted;
    const bool chosen = (lists.suites.empty() || SSL_CTX_set_ciphersuites(context, lists.suites.c_str()) == 1) &&
                        (lists.ciphers.empty() || SSL_CTX_set_cipher_list(context, lists.ciphers.c_str()) == 1);
    return chosen ? Result<>() : bad(ciphers_option, fmt::format("'{}' leaves no cipher", escape(list)));
}

Failure refuse_group(const std::string& name) {
    const bool has_hybrid = has_hybrid_key_exchange();
    if (name == "X25519MLKEM768" && !has_hybrid)
        return bad(groups_option, fmt::format("{} needs OpenSSL 3.5, and this is {}", name, library_version()),
                   "leave out " + name);
    return bad(groups_option, fmt::format("'{}' is unknown or given twice", escape(name)),
               fmt::format("use {}X25519, P-256, P-384, X448, ffdhe2048 or another group of OpenSSL",
                           has_hybrid ? "X25519MLKEM768, " : ""));
}

Result<> choose_groups(SSL_CTX* context, const std::string& list) {
    std::string known;
    auto sorted = for_each_name(list, [&](const std::string& name) -> Result<> {
        append_to_list(known, name);
        if (SSL_CTX_set1_groups_list(context, known.c_str()) == 1) return {};
        return refuse_group(name);
    });
    if (!sorted) return sorted;
    return known.empty() ? bad(groups_option, "the list is empty") : Result<>();
}

// Encodes the protocols for ALPN: each after its length [RFC 7301, section 3.1].
std::string application_protocol_list(const Policy& policy) {
    std::string list;
    for (const std::string& protocol : policy.application_protocols) {
        list += static_cast<char>(protocol.size());
        list += protocol;
    }
    return list;
}

}  // namespace

Result<> restrict_protocol(SSL_CTX* context, const Policy& policy) {
    // openssl.cnf may be stricter than we are, but not more lenient.
    const long lowest = policy.minimum_version == Version::v1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
    SSL_CTX_set_min_proto_version(context, std::max(lowest, SSL_CTX_get_min_proto_version(context)));
    SSL_CTX_set_security_level(context, std::max(security_level, SSL_CTX_get_security_level(context)));
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    if (!policy.ciphers.empty())
        if (auto chosen = choose_ciphers(context, policy.ciphers); !chosen) return chosen;
    if (!policy.groups.empty())
        if (auto chosen = choose_groups(context, policy.groups); !chosen) return chosen;
    const std::string protocols = application_protocol_list(policy);
    if (protocols.empty()) return {};
    SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(protocols.data()),
                            static_cast<unsigned>(protocols.size()));
    return {};
}

}  // namespace mqtts::tls
