// SPDX-License-Identifier: Apache-2.0
// What comes behind the handshake where no broker answers: another protocol, silence, a terminator without its broker,
// a limit for idle connections.
#include <doctest/doctest.h>

#include "servers/tls_servers.hpp"
#include "support/enough_time.hpp"

namespace {

using namespace mqtts::test;

/// A terminator whose broker is down.
void check_dead_broker(StartTls start) {
    for (const std::string tls : {"1.2", "1.3"}) {
        const RealServer server = start({.tls = tls});
        for (const Words& program : {pub_to(server), sub_to(server, {"-V", "311"})}) {
            const Outcome outcome = run({.arguments = program});
            CAPTURE(outcome.error);
            CHECK(outcome.status == 10);
            CHECK(contains(outcome.error, "a proxy whose broker is down"));
        }
    }
}

/// It waits for more, so that it is silent.
void check_silence(const RealServer& server) {
    with_enough_time(0.5, [&](const std::string& seconds) {
        const Outcome outcome = run({.arguments = pub_to(server, {"--connect-timeout", seconds})});
        if (!contains(outcome.error, "waiting for CONNACK")) return false;
        CAPTURE(outcome.error);
        CHECK(outcome.status == 4);
        CHECK(contains(outcome.error, "the TLS handshake succeeded, but then nothing came"));
        CHECK(contains(outcome.error, "give --ws if the port speaks MQTT over WebSocket"));
        return true;
    });
}

void check_no_tls_1_3(StartTls start) {
    const RealServer server = start({.tls = "1.2"});
    const Outcome outcome = run({.arguments = pub_to(server, {"--tls-version", "tlsv1.3"})});
    CAPTURE(outcome.error);
    CHECK(outcome.status == 6);
    CHECK(contains(outcome.error, "perhaps it does not support TLS 1.3, which --tls-version or openssl.cnf requires"));
}

}  // namespace

TEST_CASE("nginx: a broker that is down") {
    check_dead_broker(nginx);
}
TEST_CASE("haproxy: a broker that is down") {
    check_dead_broker(haproxy);
}
TEST_CASE("stunnel: a broker that is down") {
    check_dead_broker(stunnel);
}

TEST_CASE("haproxy: a port of HTTP is named, with --ws as the cure") {
    const RealServer server = haproxy({.more = " mode http\n timeout http-request 9s\n"});
    for (const Words& program : {pub_to(server), sub_to(server, {"-V", "311"})}) {
        const Outcome outcome = run({.arguments = program});
        CAPTURE(outcome.error);
        CHECK(outcome.status == 9);
        CHECK(contains(outcome.error, "localhost:" + server.port() + " answers HTTP, not MQTT; give --ws"));
    }
}

TEST_CASE("gnutls: a server that waits for a line") {
    check_silence(gnutls({}));
}
TEST_CASE("openssl: a server that waits for a line") {
    check_silence(openssl({}));
}

TEST_CASE("gnutls: a server without TLS 1.3 says so with the alert for ciphers") {
    check_no_tls_1_3(gnutls);
}
TEST_CASE("wolfssl: a server without TLS 1.3 says so with the alert for ciphers") {
    check_no_tls_1_3(wolfssl);
}
TEST_CASE("mbedtls: a server without TLS 1.3 says so with the alert for ciphers") {
    check_no_tls_1_3(mbedtls);
}

TEST_CASE("erlang: a node that stops in order, and says so with an alert, is one that comes back") {
    RealServer server = erlang({});
    const std::string port = server.port();
    Process subscriber({.arguments = sub_to(server, {"-d", "-C", "1"})});
    subscriber.wait_for_error("received SUBACK");
    server.stop();
    subscriber.wait_for_error("trying again");
    const RealServer again = erlang({.port = port});
    subscriber.wait_for_errors("received SUBACK", 2);
}

TEST_CASE("haproxy: a cut of idle connections is recognized when it repeats, and -k is the cure") {
    const RealServer broker = plain_mosquitto();
    const RealServer server = haproxy({.backend = broker.port(), .more = " timeout client 7s\n timeout server 7s\n"});
    Process subscriber({.arguments = sub_to(server)});
    subscriber.wait_for_error(
        "each after 7 s without traffic; perhaps a proxy on the way closes idle connections; shorten the Keep Alive "
        "with -k 5");
    Process lively({.arguments = sub_to(server, {"-k", "5", "-W", "9"})});
    const Outcome outcome = lively.wait();
    CHECK(outcome.status == 27);
    CHECK_FALSE(contains(outcome.error, "trying again"));
}
