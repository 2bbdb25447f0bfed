// SPDX-License-Identifier: Apache-2.0
// The zoo: versions, ciphers, groups, application protocols and shared keys that both sides have, or not.
#include <doctest/doctest.h>

#include "integration/tls_zoo.hpp"

namespace {

using namespace mqtts::test;

template <class Change>
TlsServerOptions server_with(const Zoo& zoo, Change change) {
    TlsServerOptions options = zoo.server();
    change(options);
    return options;
}

TlsServerOptions speaking(const Zoo& zoo, int lowest, int highest) {
    return server_with(zoo, [&](TlsServerOptions& options) {
        options.minimum_version = lowest;
        options.maximum_version = highest;
    });
}

TlsServerOptions speaking(const Zoo& zoo, const std::string& protocol, bool imposed = false) {
    return server_with(zoo, [&](TlsServerOptions& options) {
        options.protocol = protocol;
        options.protocol_imposed = imposed;
    });
}

}  // namespace

TEST_CASE("zoo: versions") {
    const Zoo zoo;
    const TlsServerOptions any = zoo.server();
    const TlsServerOptions old = speaking(zoo, TLS1_2_VERSION, TLS1_2_VERSION);
    const TlsServerOptions recent = speaking(zoo, TLS1_3_VERSION, TLS1_3_VERSION);
    check_rows({
        {.name = "any", .tls = any, .options = zoo.usual(), .versions = {}},
        {.name = "1.2 with 1.2", .tls = old, .options = zoo.usual({"--tls-version", "tlsv1.2"}), .versions = {}},
        {.name = "1.3 with 1.3", .tls = recent, .options = zoo.usual({"--tls-version", "tlsv1.3"}), .versions = {}},
        {.name = "1.2 is the lowest, not the only one",
         .tls = recent,
         .options = zoo.usual({"--tls-version", "tlsv1.2"}),
         .versions = {}},
        {.name = "1.3 is wanted, 1.2 there",
         .tls = old,
         .options = zoo.usual({"--tls-version", "tlsv1.3"}),
         .status = 6,
         .sentence = {"localhost:PORT", "does not support TLS 1.3", "--tls-version"},
         .slow = true,
         .versions = {}},
        {.name = "1.0",
         .tls = speaking(zoo, TLS1_VERSION, TLS1_VERSION),
         .options = zoo.usual(),
         .status = 6,
         .sentence = {"neither TLS 1.2 nor TLS 1.3"},
         .versions = {}},
        {.name = "1.1",
         .tls = speaking(zoo, TLS1_1_VERSION, TLS1_1_VERSION),
         .options = zoo.usual(),
         .status = 6,
         .sentence = {"neither TLS 1.2 nor TLS 1.3"},
         .slow = true,
         .versions = {}},
        {.name = "1.0 to 1.1, --insecure",
         .tls = speaking(zoo, TLS1_VERSION, TLS1_1_VERSION),
         .options = {"--insecure", "--quiet"},
         .status = 6,
         .sentence = {"neither TLS 1.2 nor TLS 1.3"},
         .versions = {}},
    });
}

TEST_CASE("zoo: ciphers and groups") {
    const Zoo zoo;
    const TlsServerOptions aes256 =
        server_with(zoo, [](TlsServerOptions& options) { options.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384"; });
    // With TLS 1.2 the curve of a certificate is one of the groups: RSA, then.
    TlsServerOptions p384 = zoo.server({.names = {dns("localhost")}, .key = "RSA 2048"});
    TlsServerOptions p192 = p384;
    p384.groups = "P-384";
    p192.groups = "P-192";
    p384.ciphers = p192.ciphers = "ECDHE";
    const TlsServerOptions unencrypted = server_with(zoo, [](TlsServerOptions& options) { options.ciphers = "eNULL"; });
    const TlsServerOptions anonymous = server_with(zoo, [](TlsServerOptions& options) { options.ciphers = "aNULL"; });
    const std::vector<int> v1_2 = {TLS1_2_VERSION};
    check_rows({
        {.name = "the same cipher",
         .tls = aes256,
         .options = zoo.usual({"--ciphers", "ECDHE-ECDSA-AES256-GCM-SHA384"}),
         .versions = v1_2},
        {.name = "another cipher",
         .tls = aes256,
         .options = zoo.usual({"--ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256"}),
         .status = 6,
         .sentence = {"localhost:PORT", "no cipher in common", "--ciphers"},
         .slow = true,
         .versions = v1_2},
        {.name = "a cipher for RSA keys",
         .tls = zoo.server(),
         .options = zoo.usual({"--ciphers", "ECDHE-RSA-AES256-GCM-SHA384"}),
         .status = 6,
         .sentence = {"no cipher in common", "--ciphers"},
         .versions = v1_2},
        {.name = "no encryption",
         .tls = unencrypted,
         .options = zoo.usual(),
         .status = 6,
         .sentence = {"no cipher in common"},
         .versions = v1_2},
        {.name = "no certificate",
         .tls = anonymous,
         .options = zoo.usual(),
         .status = 6,
         .sentence = {"no cipher in common"},
         .versions = v1_2},
        {.name = "no certificate, --insecure",
         .tls = anonymous,
         .options = {"--insecure", "--quiet"},
         .status = 6,
         .sentence = {"no cipher in common"},
         .versions = v1_2},
        {.name = "the second group", .tls = p384, .options = zoo.usual({"--tls-groups", "X25519:P-384"})},
        {.name = "another group",
         .tls = p384,
         .options = zoo.usual({"--tls-groups", "X25519"}),
         .status = 6,
         .sentence = {"no cipher in common", "--tls-groups"},
         .slow = true},
        {.name = "a weak group", .tls = p192, .options = zoo.usual(), .status = 6, .sentence = {"no cipher in common"}},
    });
}

TEST_CASE("zoo: application protocols") {
    const Zoo zoo;
    const Words offer = zoo.usual({"--tls-alpn", "mqtt"});
    check_rows({
        {.name = "the same", .tls = speaking(zoo, "mqtt"), .options = offer},
        {.name = "the second",
         .tls = speaking(zoo, "mqtt"),
         .options = zoo.usual({"--tls-alpn", "x-amzn-mqtt-ca", "--tls-alpn", "mqtt"})},
        {.name = "a server without", .tls = zoo.server(), .options = offer},
        {.name = "none offered, one there", .tls = speaking(zoo, "mqtt"), .options = zoo.usual()},
        {.name = "another",
         .tls = speaking(zoo, "h2"),
         .options = offer,
         .status = 6,
         .sentence = {"localhost:PORT", "no application protocol in common", "--tls-alpn"},
         .slow = true},
        {.name = "one that was not offered",
         .tls = speaking(zoo, "h2", true),
         .options = offer,
         .status = 6,
         .sentence = {"localhost:PORT", "did not offer", "--tls-alpn"},
         .slow = true},
        {.name = "the beginning of one",
         .tls = speaking(zoo, "mq", true),
         .options = offer,
         .status = 6,
         .sentence = {"did not offer", "--tls-alpn"}},
        {.name = "control characters",
         .tls = speaking(zoo, "\x1b[2J", true),
         .options = offer,
         .status = 6,
         .sentence = {"did not offer", "--tls-alpn"}},
    });
}

TEST_CASE("zoo: shared keys") {
    const Zoo zoo;
    TlsServerOptions keyed;
    keyed.shared_key = "0123456789abcdef";
    keyed.shared_key_identity = "sensor";
    const auto with_key = [](const std::string& identity, const std::string& key) {
        return Words{"--psk-identity", identity, "--psk", key};
    };
    const std::string right = "30313233343536373839616263646566";
    const std::string wrong = "30313233343536373839616263646567";
    check_rows({
        {.name = "right", .tls = keyed, .options = with_key("sensor", right)},
        {.name = "wrong",
         .tls = keyed,
         .options = with_key("sensor", wrong),
         .status = 6,
         .sentence = {"localhost:PORT", "\"sensor\"", "--psk-identity and --psk"},
         .slow = true},
        {.name = "unknown identity",
         .tls = keyed,
         .options = with_key("nobody", right),
         .status = 6,
         .sentence = {"\"nobody\"", "--psk-identity and --psk"}},
        {.name = "a server with certificates, TLS 1.2",
         .tls = zoo.server(),
         .options = with_key("sensor", right),
         .status = 6,
         .sentence = {"pre-shared key"},
         .versions = {TLS1_2_VERSION}},
        {.name = "a server with certificates, TLS 1.3",
         .tls = zoo.server(),
         .options = with_key("sensor", right),
         .status = 5,
         .sentence = {"sent a certificate instead of using the pre-shared key"},
         .versions = {TLS1_3_VERSION}},
    });
}
