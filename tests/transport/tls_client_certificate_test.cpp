// SPDX-License-Identifier: Apache-2.0
// In TLS 1.2 the server's verdict on the client comes in the handshake, in 1.3 behind it: the failures must be the
// same.

#include <doctest/doctest.h>

#include "transport/tls_pair.hpp"

using namespace mqtts;
using namespace mqtts::test;

namespace {

constexpr int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

TlsServerOptions demanding(int version) {
    TlsServerOptions options = server_options();
    options.minimum_version = options.maximum_version = version;
    options.client_ca_pem = authority().certificate_pem();
    return options;
}

Failure refused(int version, const Identity& identity) {
    TlsPair pair(demanding(version), {.identity = identity});
    Failure failure = pair.failure();
    CHECK(failure.code == Errc::client_certificate_refused);
    CHECK(failure.what.starts_with("the server refused the client certificate in " + pair.certificate_file()));
    return failure;
}

}  // namespace

TEST_CASE("a client certificate is given when the server asks for it") {
    for (const int version : versions) {
        TlsPair pair(demanding(version), {.identity = authority().issue({.common_name = "client", .client = true})});
        REQUIRE(pair.shake_hands() == Status::ok);
        REQUIRE(pair.engine.encrypt("hello") == Status::ok);
        pair.deliver_to_server();
        CHECK(pair.peer.read() == "hello");
    }
}

TEST_CASE("a client certificate through an intermediate authority comes with its chain") {
    const Authority intermediate = authority().intermediate("client intermediate");
    TlsPair pair(demanding(TLS1_3_VERSION), {.identity = intermediate.issue({.client = true})});
    REQUIRE(pair.shake_hands() == Status::ok);
    CHECK_FALSE(pair.peer.failed());
}

TEST_CASE("a missing client certificate is named, with the cure, in TLS 1.2 and 1.3 alike") {
    for (const int version : versions) {
        TlsPair pair(demanding(version));
        const Failure failure = pair.failure();
        CHECK(failure.code == Errc::client_certificate_required);
        const std::string alert = version == TLS1_3_VERSION ? "certificate required" : "handshake failure";
        CHECK(failure.what ==
              "the server requires a client certificate (TLS alert \"" + alert + "\"): give --cert and --key");
    }
}

TEST_CASE("an alert about a missing client certificate is understood without verification, too") {
    for (const int version : versions) {
        TlsPair pair(demanding(version), {.ca_pem = Authority("stranger").certificate_pem(), .verify = false});
        const Failure failure = pair.failure();
        CHECK(failure.code == Errc::client_certificate_required);
    }
}

TEST_CASE("a server that hangs up in the handshake, without an alert, when it gets no certificate is understood") {
    TlsPair pair(demanding(TLS1_2_VERSION));
    while (!pair.peer.failed()) {
        REQUIRE(pair.engine.handshake() == Status::would_block);
        pair.deliver_to_server();
        if (!pair.peer.failed()) pair.deliver_to_client();
    }
    CHECK(pair.engine.truncated() == Status::failed);
    CHECK(pair.engine.failure().code == Errc::client_certificate_required);
}

TEST_CASE("a server that asked for a certificate and hangs up later may have had other reasons") {
    TlsServerOptions optional = server_options();
    optional.certificate_optional = true;
    for (const int version : versions) {
        optional.minimum_version = optional.maximum_version = version;
        TlsPair pair(optional);
        REQUIRE(pair.shake_hands() == Status::ok);
        CHECK(pair.engine.truncated() == Status::failed);
        const Failure& failure = pair.engine.failure();
        CHECK(failure.code == Errc::connection_truncated);
        CHECK(failure.what ==
              "the connection was cut without an orderly end of TLS; the server had asked for a client "
              "certificate: --cert and --key give one");
    }
}

TEST_CASE("a reset keeps its own reason, and the hint") {
    TlsServerOptions optional = server_options();
    optional.certificate_optional = true;
    TlsPair pair(optional);
    REQUIRE(pair.shake_hands() == Status::ok);
    CHECK(pair.engine.truncated({Errc::connection_lost, "connection lost: reset"}) == Status::failed);
    CHECK(pair.engine.failure().code == Errc::connection_lost);
    CHECK(pair.engine.failure().what ==
          "connection lost: reset; the server had asked for a client certificate: --cert and --key give one");
}

TEST_CASE("a server that asks without insisting gets no certificate, and is not blamed for a later cut") {
    TlsServerOptions options = server_options();
    options.certificate_optional = true;
    TlsPair pair(options);
    REQUIRE(pair.shake_hands() == Status::ok);
    pair.peer.write("CONNACK");
    REQUIRE(pair.decrypt().first == "CONNACK");
    CHECK(pair.engine.truncated() == Status::failed);
    CHECK(pair.engine.failure().code == Errc::connection_truncated);
    CHECK(pair.engine.failure().what.find("certificate") == std::string::npos);
}

TEST_CASE("a client certificate of an authority the server does not know is refused in TLS 1.2 and 1.3 alike") {
    const Identity identity = Authority("stranger root").issue({.client = true});
    const Failure old_failure = refused(TLS1_2_VERSION, identity);
    CHECK(old_failure.what.ends_with("(TLS alert \"unknown CA\"): it does not trust the issuer"));
    const Failure new_failure = refused(TLS1_3_VERSION, identity);
    CHECK(new_failure.what.ends_with("(TLS alert \"unknown CA\"): it does not trust the issuer"));
}

TEST_CASE("an expired client certificate is refused in TLS 1.2 and 1.3 alike") {
    const Identity identity = authority().issue({.valid_from_days = -9, .valid_until_days = -2, .client = true});
    for (const int version : versions)
        CHECK(refused(version, identity).what.ends_with("(TLS alert \"certificate expired\"): it has expired"));
}

TEST_CASE("a server's certificate does not do for a client") {
    const Identity identity = authority().issue({.dns_names = {"localhost"}});
    for (const int version : versions)
        CHECK(refused(version, identity)
                  .what.ends_with("(TLS alert \"unsupported certificate\"): it is of a kind the "
                                  "server does not take"));
}
