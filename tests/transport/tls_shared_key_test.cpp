// SPDX-License-Identifier: Apache-2.0
// TLS-PSK: a shared key instead of certificates.
#include <doctest/doctest.h>

#include "transport/tls_pair.hpp"

using namespace mqtts;
using namespace mqtts::test;

namespace {

const std::string key = "\x01\x02\x03\x04 sixteen bytes";

TlsServerOptions server_with_key(int version, const std::string& its_key = key) {
    return {.maximum_version = version, .shared_key = its_key, .shared_key_identity = "sensor"};
}

ClientOptions client(const std::string& identity = "sensor") {
    return {.ca_pem = "", .more = {.shared_key = Secret(key), .shared_key_identity = identity}};
}

constexpr int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

}  // namespace

TEST_CASE("a shared key suffices, in TLS 1.2 and in TLS 1.3, and with forward secrecy") {
    for (const int version : versions) {
        CAPTURE(version);
        TlsPair pair(server_with_key(version), client());
        const Status status = pair.shake_hands();
        INFO(pair.engine.failure().cause);
        REQUIRE(status == Status::ok);
        REQUIRE(pair.engine.encrypt("hello") == Status::ok);
        pair.deliver_to_server();
        CHECK(pair.peer.read() == "hello");
        if (version == TLS1_2_VERSION) CHECK(pair.peer.cipher().starts_with("ECDHE-PSK-"));
    }
}

TEST_CASE("a server that knows only plain PSK is served, too") {
    for (const std::string cipher : {"PSK-AES128-CBC-SHA", "PSK-AES256-GCM-SHA384"}) {
        CAPTURE(cipher);
        TlsServerOptions options = server_with_key(TLS1_2_VERSION);
        options.ciphers = cipher;
        TlsPair pair(options, client());
        const Status status = pair.shake_hands();
        INFO(pair.engine.failure().cause);
        CHECK(status == Status::ok);
    }
}

TEST_CASE("another key than the server's is refused, and nothing is sent") {
    for (const int version : versions) {
        CAPTURE(version);
        TlsPair pair(server_with_key(version, "another key"), client());
        const Failure failure = pair.failure();
        CHECK(failure.code == Errc::shared_key_refused);
        contains(failure.cause, "\"sensor\"");
        contains(failure.hint, "--psk-identity and --psk");
    }
}

TEST_CASE("an identity the server does not know is refused") {
    for (const int version : versions) {
        CAPTURE(version);
        TlsPair pair(server_with_key(version), client("nobody"));
        const Failure failure = pair.failure();
        CHECK(failure.code == Errc::shared_key_refused);
        contains(failure.cause, "does not know the identity \"nobody\"");
    }
}

TEST_CASE("a server with a certificate instead of the key is a stranger, even one the system trusts") {
    for (const int version : versions) {
        CAPTURE(version);
        TlsServerOptions options = server_options();
        options.maximum_version = version;
        ClientOptions psk = client();
        psk.ca_pem = authority().certificate_pem();
        TlsPair pair(options, psk);
        CHECK(pair.shake_hands() == Status::failed);
        const Failure& failure = pair.engine.failure();
        INFO(failure.cause);
        CHECK(failure.code == (version == TLS1_3_VERSION ? Errc::untrusted_issuer : Errc::shared_key_refused));
        contains(failure.cause, "pre-shared key");
    }
}

TEST_CASE("ciphers can be chosen for a shared key as well") {
    ClientOptions psk = client();
    psk.more.ciphers = "PSK-AES128-CBC-SHA";
    TlsPair pair(server_with_key(TLS1_2_VERSION), psk);
    CHECK(pair.shake_hands() == Status::ok);
    CHECK(pair.peer.cipher() == "PSK-AES128-CBC-SHA");
}
