// SPDX-License-Identifier: Apache-2.0
// In TLS 1.2 the server's verdict on the client comes in the handshake, in 1.3 behind it: the failures must be the
// same.

#include <doctest/doctest.h>

#include "support/sentence.hpp"
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

const std::string asked_in_vain =
    "the server asked for a client certificate, got none, and closed the connection; give --cert and --key";

Failure refused(int version, const Identity& identity) {
    TlsPair pair(demanding(version), {.identity = identity});
    Failure failure = pair.failure();
    CHECK(failure.code == Errc::client_certificate_refused);
    CHECK(failure.cause.starts_with("the server refused the client certificate in " + pair.certificate_file()));
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
        CHECK(failure.cause == "the server requires a client certificate (TLS alert \"" + alert + "\")");
        CHECK(failure.hint == "give --cert and --key");
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
    CHECK(pair.engine.failure().code == Errc::closed_without_client_certificate);
    CHECK(one_line(pair.engine.failure()) == asked_in_vain);
}

TEST_CASE("a server that asked for a certificate in vain and hangs up, in whatever way, gets the same sentence") {
    TlsServerOptions optional = server_options();
    optional.certificate_optional = true;
    for (const int version : versions) {
        optional.minimum_version = optional.maximum_version = version;
        TlsPair cut(optional);
        REQUIRE(cut.shake_hands() == Status::ok);
        CHECK(cut.engine.truncated() == Status::failed);
        CHECK(cut.engine.failure().code == Errc::closed_without_client_certificate);
        CHECK(one_line(cut.engine.failure()) == asked_in_vain);

        TlsPair reset(optional);
        REQUIRE(reset.shake_hands() == Status::ok);
        CHECK(reset.engine.truncated({Errc::connection_lost, "connection lost: reset"}) == Status::failed);
        CHECK(one_line(reset.engine.failure()) == asked_in_vain);

        TlsPair closed(optional);
        REQUIRE(closed.shake_hands() == Status::ok);
        closed.peer.close();
        CHECK(closed.decrypt().second == Status::failed);
        CHECK(closed.engine.failure().code == Errc::closed_without_client_certificate);
        CHECK(one_line(closed.engine.failure()) == asked_in_vain);
    }
}

TEST_CASE("a network that breaks says nothing about a certificate") {
    TlsServerOptions optional = server_options();
    optional.certificate_optional = true;
    TlsPair pair(optional);
    REQUIRE(pair.shake_hands() == Status::ok);
    CHECK(pair.engine.broken({Errc::connection_lost, "connection lost: no route"}) == Status::failed);
    CHECK(pair.engine.failure().code == Errc::connection_lost);
    CHECK(pair.engine.failure().cause == "connection lost: no route");
}

TEST_CASE("a server that takes our certificate and hangs up may have had other reasons") {
    for (const int version : versions) {
        TlsPair pair(demanding(version), {.identity = authority().issue({.client = true})});
        REQUIRE(pair.shake_hands() == Status::ok);
        pair.peer.close();
        CHECK(pair.decrypt().second == Status::closed);
        CHECK(tls::advice(pair.engine.client_certificate()) ==
              "check the client certificate in " + pair.certificate_file());
    }
}

TEST_CASE("what is wrong with a certificate that was sent is the reason for hanging up") {
    const Identity expired = authority().issue({.valid_from_days = -9, .valid_until_days = -2, .client = true});
    TlsServerOptions careless = demanding(TLS1_3_VERSION);
    careless.certificate_unchecked = true;
    TlsPair pair(careless, {.identity = expired});
    REQUIRE(pair.shake_hands() == Status::ok);
    CHECK(pair.engine.truncated() == Status::failed);
    CHECK(pair.engine.failure().code == Errc::closed_on_client_certificate);
    CHECK(contains(pair.engine.failure().cause,
                   pair.certificate_file() + ", and closed the connection: it expired on 20"));
    CHECK(pair.engine.failure().hint == "renew the client certificate");
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
    CHECK(all_parts(pair.engine.failure()).find("certificate") == std::string::npos);
}

TEST_CASE("a client certificate of an authority the server does not know is refused in TLS 1.2 and 1.3 alike") {
    const Identity identity = Authority("stranger root").issue({.client = true});
    for (const int version : versions) {
        const Failure failure = refused(version, identity);
        CHECK(
            failure.cause.ends_with("(TLS alert \"unknown CA\"): the server does not trust its issuer: its issuer "
                                    "CN=stranger root is not one that the server asks for (CN=test root)"));
        CHECK(failure.hint == "if an intermediate certificate is missing, append it to the --cert file");
    }
}

TEST_CASE("a client certificate that vouches for itself is called that") {
    const Identity identity = self_signed({.common_name = "me", .client = true});
    for (const int version : versions)
        CHECK(refused(version, identity).cause.ends_with("the server does not trust its issuer: it is self-signed"));
}

TEST_CASE("an expired client certificate is refused in TLS 1.2 and 1.3 alike") {
    const Identity identity = authority().issue({.valid_from_days = -9, .valid_until_days = -2, .client = true});
    for (const int version : versions)
        CHECK(contains(refused(version, identity).cause, "(TLS alert \"certificate expired\"): it expired on 20"));
}

TEST_CASE("a client certificate that is not valid yet is called that, whatever the server calls it") {
    const Identity identity = authority().issue({.valid_from_days = 5, .client = true});
    for (const int version : versions)
        CHECK(contains(refused(version, identity).cause, "): it is not valid before 20"));
}

TEST_CASE("an issuer behind our certificate that has expired is named") {
    const Authority old("old root", {.valid_from_days = -9, .valid_until_days = -2});
    Identity identity = old.issue({.client = true});
    identity.certificate_pem += old.certificate_pem();
    TlsServerOptions server = demanding(TLS1_3_VERSION);
    server.client_ca_pem = old.certificate_pem();
    TlsPair pair(server, {.identity = identity});
    CHECK(contains(pair.failure().cause, "its issuer CN=old root expired on 20"));
}

TEST_CASE("a server's certificate does not do for a client") {
    const Identity identity = authority().issue({.dns_names = {"localhost"}});
    for (const int version : versions)
        CHECK(
            refused(version, identity)
                .cause.ends_with("(TLS alert \"unsupported certificate\"): it is not for clients: its extendedKeyUsage "
                                 "has no clientAuth"));
}

TEST_CASE("a certificate that was not sent, as the server takes no signature of its key, is not called refused") {
    TlsServerOptions server = demanding(TLS1_3_VERSION);
    server.client_signatures = "RSA-PSS+SHA256";
    TlsPair pair(server, {.identity = authority().issue({.client = true})});
    const Failure failure = pair.failure();
    CHECK(failure.code == Errc::client_certificate_required);
    CHECK(failure.cause ==
          "the server requires a client certificate (TLS alert \"certificate required\"), but the one in " +
              pair.certificate_file() +
              " was not sent because the server accepts no key or signature of its type (EC, prime256v1)");
    CHECK(failure.hint == "use another type of key, such as RSA");
}

TEST_CASE("the log says that a certificate was asked for, by whom, and what was sent") {
    TlsPair none(demanding(TLS1_3_VERSION));
    static_cast<void>(none.shake_hands());
    CHECK(tls::to_text(none.engine.client_certificate()) ==
          "the server asks for a client certificate from CN=test root: none was given");
    TlsPair one(demanding(TLS1_2_VERSION), {.identity = authority().issue({.common_name = "sensor", .client = true})});
    static_cast<void>(one.shake_hands());
    CHECK(tls::to_text(one.engine.client_certificate()) ==
          "the server asks for a client certificate from CN=test root: the one in " + one.certificate_file() +
              " (CN=sensor) was sent");
    TlsPair unasked;
    static_cast<void>(unasked.shake_hands());
    CHECK(tls::to_text(unasked.engine.client_certificate()) == "");
}
