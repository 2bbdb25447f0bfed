// SPDX-License-Identifier: Apache-2.0
// What is said of a handshake in which a client certificate is asked for, by the servers of other people. Some send an
// alert, by many names, some close in order, some just hang up; in TLS 1.2 within the handshake, in 1.3 behind it.
#include <doctest/doctest.h>

#include "servers/tls_servers.hpp"

namespace {

using namespace mqtts::test;

struct Client {
    const char* name;
    Words identity;
    Words says;
};

CertificateForm client_form(const std::string& name) {
    return {.common_name = name, .extended_usage = "clientAuth"};
}

/// One with each fault, and none at all.
const std::vector<Client>& faulty_clients() {
    static const std::vector<Client> clients = [] {
        const ServerFiles& files = server_files();
        const Certified stranger(authority_form("stranger"));
        CertificateForm expired = client_form("expired");
        expired.valid_from_days = -9;
        expired.valid_until_days = -2;
        CertificateForm early = client_form("early");
        early.valid_from_days = 5;
        CertificateForm for_servers = client_form("for servers");
        for_servers.extended_usage = "serverAuth";
        CertificateForm odd_key = client_form("odd key");
        odd_key.key = "secp256k1";
        return std::vector<Client>{
            {"none", {}, {"client certificate", "give --cert and --key"}},
            {"foreign", files.identity("foreign", client_form("foreign"), stranger), {"foreign.pem", "CN=stranger"}},
            {"expired", files.identity("expired", expired, files.root), {"expired.pem", "it expired on 20"}},
            {"early", files.identity("early", early, files.root), {"early.pem", "it is not valid before 20"}},
            {"for servers", files.identity("usage", for_servers, files.root), {"usage.pem", "has no clientAuth"}},
            {"odd key", files.identity("odd", odd_key, files.root), {"odd.pem", "(EC, secp256k1)", "such as RSA"}},
        };
    }();
    return clients;
}

Words good_identity() {
    return server_files().identity("good", client_form("good"), server_files().root);
}

const Words both_versions{"1.2", "1.3"};

/// Each of them is refused with 6 and the same reason, in both versions of TLS and of MQTT, by both programs.
void check_refusals(StartTls start, const std::vector<std::string>& only = {}, const Words& versions = both_versions) {
    for (const std::string& tls : versions) {
        const RealServer server = start({.tls = tls, .asks = Asks::always});
        bool subscribes = tls == "1.2";
        for (const Client& client : faulty_clients()) {
            if (!only.empty() && std::ranges::find(only, client.name) == only.end()) continue;
            const Words more = with(client.identity, {"--quiet", "-V", subscribes ? "5" : "311"});
            const Outcome outcome = run({.arguments = subscribes ? sub_to(server, more) : pub_to(server, more)});
            subscribes = !subscribes;
            CAPTURE(tls);
            CAPTURE(std::string(client.name));
            CAPTURE(outcome.error);
            CHECK(outcome.status == 6);
            for (const std::string& part : client.says)
                CHECK_MESSAGE(contains(outcome.error, part), part);
        }
    }
}

/// With a good certificate where one is demanded, and with none where it is not, the broker behind it is reached.
void check_passing(StartTls start) {
    const RealServer broker = plain_mosquitto();
    for (const std::string tls : {"1.2", "1.3"}) {
        CAPTURE(tls);
        const RealServer strict = start({.tls = tls, .asks = Asks::always, .backend = broker.port()});
        const Outcome known = run({.arguments = pub_to(strict, with(good_identity(), {"-q", "1"}))});
        CHECK_MESSAGE(known.status == 0, known.error);
        const RealServer lenient = start({.tls = tls, .asks = Asks::optionally, .backend = broker.port()});
        const Outcome unknown = run({.arguments = pub_to(lenient, {"-q", "1"})});
        CHECK_MESSAGE(unknown.status == 0, unknown.error);
    }
}

/// The same of a server that answers CONNECT alone.
void check_letting_in(StartTls start, const Words& versions) {
    for (const std::string& tls : versions) {
        CAPTURE(tls);
        const Outcome known = run({.arguments = pub_to(start({.tls = tls, .asks = Asks::always}), good_identity())});
        CHECK_MESSAGE(known.status == 0, known.error);
        const Outcome unknown = run({.arguments = pub_to(start({.tls = tls, .asks = Asks::optionally}))});
        CHECK_MESSAGE(unknown.status == 0, unknown.error);
    }
}

}  // namespace

TEST_CASE("nginx: client certificates") {
    check_refusals(nginx);
    check_passing(nginx);
}

TEST_CASE("haproxy: client certificates") {
    check_refusals(haproxy);
    check_passing(haproxy);
}

TEST_CASE("stunnel: client certificates") {
    check_refusals(stunnel);
    check_passing(stunnel);
}

TEST_CASE("node: client certificates") {
    check_refusals(node);
    check_passing(node);
}

TEST_CASE("erlang: client certificates") {
    check_refusals(erlang, {"none", "foreign", "expired", "early", "for servers"});  // it takes odd keys in TLS 1.2
}

TEST_CASE("gnutls: client certificates") {
    check_refusals(gnutls, {"none", "odd key"});  // whatever else is wrong, it only says so in its log
}

TEST_CASE("openssl: client certificates") {
    check_refusals(openssl);
}

// These two take odd keys in TLS 1.2, and hang up where none was sent.
TEST_CASE("wolfssl: client certificates") {
    check_refusals(wolfssl, {"none", "foreign", "expired", "early", "for servers"});
    check_letting_in(wolfssl, both_versions);
}

TEST_CASE("mbedtls: client certificates") {
    check_refusals(mbedtls, {"none", "foreign", "expired", "early", "for servers"}, {"1.2"});
    check_letting_in(mbedtls, {"1.2"});
}

TEST_CASE("mosquitto: client certificates") {
    check_refusals(mosquitto);
}

TEST_CASE("nginx: -d shows that a certificate was asked for, by which issuers, and what was sent") {
    const RealServer server = nginx({.asks = Asks::always});
    const std::string asks = "the server asks for a client certificate from CN=servers root: ";
    CHECK(contains(run({.arguments = pub_to(server, {"-d"})}).error, asks + "none was given"));
    const Words good = good_identity();
    CHECK(contains(run({.arguments = pub_to(server, with(good, {"-d"}))}).error,
                   asks + "the one in " + good[1] + " (CN=good) was sent"));
}

TEST_CASE("nginx: with --retry-connect the cause is told once, as the broker behind it may be about to start") {
    const std::string port = plain_mosquitto().port();
    const RealServer server = nginx({.asks = Asks::optionally, .backend = port});
    Process publisher({.arguments = pub_to(server, {"--retry-connect", "-q", "1", "-d"})});
    publisher.wait_for_errors(": none was given", 4);  // of two attempts, each with both versions of MQTT
    const RealServer broker = plain_mosquitto(port);
    const Outcome outcome = publisher.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 0);
    const std::size_t told = outcome.error.find("; trying again");
    CHECK(told != std::string::npos);
    CHECK(outcome.error.find("--cert and --key") != std::string::npos);
    CHECK(outcome.error.find("; trying again", told + 1) == std::string::npos);
}
