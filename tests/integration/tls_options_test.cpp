// SPDX-License-Identifier: Apache-2.0
// The options on TLS against a real mosquitto: pre-shared keys, pins, days of validity, names, versions, key logs.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <chrono>

#include "integration/programs.hpp"
#include "support/revocation.hpp"

namespace {

using namespace mqtts::test;

/// One line on standard error that has all of these parts.
void check_line(const Outcome& outcome, const Words& parts) {
    CAPTURE(outcome.error);
    CHECK(outcome.error.find('\n') == outcome.error.size() - 1);
    for (const std::string& part : parts)
        CHECK_MESSAGE(contains(outcome.error, part), part);
}

/// A listener that has keys and no certificate.
struct SharedKeyBroker {
    TemporaryDirectory directory;
    std::string keys = directory.write("keys", "sensor:00112233445566778899aabbccddeeff\n");
    Mosquitto broker{{.tls = false, .configuration = "psk_hint some hint\npsk_file " + keys + "\n"}};

    [[nodiscard]] Outcome run(const Words& program, const std::string& identity, const std::string& key) const {
        Words words = program;
        words.insert(words.end(), {"-h", "localhost", "-p", std::to_string(broker.port()), "--psk", key,
                                   "--psk-identity", identity});
        return mqtts::test::run({.arguments = words});
    }
};

const std::string right_key = "00112233445566778899AABBCCDDEEFF";
const Words publisher = mqtts_pub({"-t", "a", "-m", "x", "-q", "1", "-r"});
const Words subscriber = mqtts_sub({"-t", "a", "-C", "1"});

Outcome publish(const Mosquitto& broker, const Words& more) {
    Words options{"-t", "a", "-m", "x", "-q", "1"};
    options.insert(options.end(), more.begin(), more.end());
    return run({.arguments = mqtts_pub(broker, options)});
}

}  // namespace

TEST_CASE("a pre-shared key is enough for mosquitto's psk_file") {
    const SharedKeyBroker psk;
    const Outcome published = psk.run(publisher, "sensor", right_key);
    CHECK_MESSAGE(published.status == 0, published.error);
    const Outcome received = psk.run(subscriber, "sensor", right_key);
    CHECK_MESSAGE(received.status == 0, received.error);
    CHECK(received.output == "x\n");
}

TEST_CASE("a wrong pre-shared key, and an unknown identity: 6") {
    const SharedKeyBroker psk;
    for (const Words& program : {publisher, subscriber}) {
        const Outcome key = psk.run(program, "sensor", "0011");
        CHECK(key.status == 6);
        check_line(key, {"localhost:" + std::to_string(psk.broker.port()), "\"sensor\"", "--psk"});
        CHECK_FALSE(contains(key.error, "0011"));
        const Outcome identity = psk.run(program, "nobody", right_key);
        CHECK(identity.status == 6);
        check_line(identity, {"\"nobody\"", "--psk-identity"});
    }
}

TEST_CASE("a broker with certificates has nothing to offer to a pre-shared key: 6") {
    const Mosquitto broker({.require_certificate = false, .maximum_tls_version = "TLSv1.2"});
    Words words = publisher;
    words.insert(words.end(), {"-h", "localhost", "-p", std::to_string(broker.port()), "--psk", right_key,
                               "--psk-identity", "sensor"});
    const Outcome outcome = run({.arguments = words});
    CHECK(outcome.status == 6);
    check_line(outcome, {"pre-shared key"});
}

TEST_CASE("a wrong pin: 5, and the pin in the answer is right") {
    const Mosquitto broker;
    const std::string nothing = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    const Outcome refused = publish(broker, {"--pin", nothing});
    CHECK(refused.status == 5);
    check_line(refused, {"sha256//", "--pin"});
    const std::size_t begin = refused.error.find("sha256//");
    REQUIRE(begin != std::string::npos);
    const std::string pin = refused.error.substr(begin, nothing.size());
    const Outcome accepted = publish(broker, {"--pin", nothing, "--pin", pin});
    CHECK(accepted.status == 0);
    CHECK(accepted.error == "");
}

TEST_CASE("a certificate that ends soon: a warning, or 5 when --min-cert-days requires more") {
    const Mosquitto broker({.server = {.common_name = "broker", .dns_names = {"localhost"}, .valid_until_days = 5}});
    const Outcome warned = publish(broker, {});
    CHECK(warned.status == 0);
    check_line(warned, {"localhost:" + std::to_string(broker.port()), "CN=broker", "notAfter", "days"});
    const Outcome accepted = publish(broker, {"--min-cert-days", "2"});
    CHECK(accepted.status == 0);
    CHECK(accepted.error == "");
    const Outcome refused = publish(broker, {"--min-cert-days", "30"});
    CHECK(refused.status == 5);
    check_line(refused, {"CN=broker", "notAfter", "--min-cert-days requires 30"});
    CHECK(publish(broker, {"--quiet"}).error == "");
}

TEST_CASE("--tls-name: a name the address does not have") {
    const Mosquitto broker({.server = {.common_name = "broker", .dns_names = {"broker.example"}}});
    CHECK(publish(broker, {}).status == 5);
    CHECK(publish(broker, {"--tls-name", "broker.example"}).status == 0);
    const Outcome refused = publish(broker, {"--tls-name", "other.example"});
    CHECK(refused.status == 5);
    check_line(refused, {"broker.example", "not for other.example"});
}

TEST_CASE("--tls-version tlsv1.3 with a broker that has only TLS 1.2: 6") {
    const Mosquitto broker({.maximum_tls_version = "TLSv1.2"});
    CHECK(publish(broker, {"--tls-version", "tlsv1.2"}).status == 0);
    const Outcome refused = publish(broker, {"--tls-version", "tlsv1.3"});
    CHECK(refused.status == 6);
    check_line(refused, {"does not support TLS 1.3", "--tls-version"});
}

TEST_CASE("openssl.cnf may be stricter than we are: its MinProtocol counts") {
    const Mosquitto broker({.maximum_tls_version = "TLSv1.2"});
    const TemporaryDirectory directory;
    const std::string file = directory.write(
        "openssl.cnf",
        "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = policy\n[policy]\nMinProtocol = TLSv1.3\n");
    const Outcome refused =
        run({.arguments = mqtts_pub(broker, {"-t", "a", "-m", "x"}), .environment = {"OPENSSL_CONF=" + file}});
    CHECK(refused.status == 6);
    check_line(refused, {"does not support TLS 1.3", "openssl.cnf"});
}

TEST_CASE("a revocation list of another authority than the broker's: 5, and the issuer is named") {
    const Mosquitto broker;
    const TemporaryDirectory directory;
    const std::string list = directory.write("list.pem", revocation_list(Authority("another authority"), {}));
    const Outcome refused = publish(broker, {"--crl", list});
    CHECK(refused.status == 5);
    check_line(refused, {"CN=broker", "CN=test authority", "--crl"});
}

TEST_CASE("a broker that staples nothing: 5 with --ocsp-stapling require") {
    const Mosquitto broker;
    const Outcome refused = publish(broker, {"--ocsp-stapling", "require"});
    CHECK(refused.status == 5);
    check_line(refused, {"stapled no OCSP response", "--ocsp-stapling"});
}

TEST_CASE("--tls-keylog and SSLKEYLOGFILE: a file for us alone, and a warning each time") {
    const Mosquitto broker;
    const TemporaryDirectory directory;
    const std::string file = directory.path() + "/keys";
    const Outcome first = publish(broker, {"--tls-keylog", file});
    CHECK(first.status == 0);
    check_line(first, {"--tls-keylog", file});
    const std::size_t size = read_file(file).size();
    CHECK(contains(read_file(file), "CLIENT_TRAFFIC_SECRET_0 "));
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    const Outcome second =
        run({.arguments = mqtts_pub(broker, {"-t", "a", "-m", "x"}), .environment = {"SSLKEYLOGFILE=" + file}});
    CHECK(second.status == 0);
    check_line(second, {"--tls-keylog", file});
    CHECK(read_file(file).size() == 2 * size);
}

TEST_CASE("--tls-use-os-certs keeps the client certificate and adds to --cafile") {
    const Mosquitto broker;
    const Outcome outcome = publish(broker, {"--tls-use-os-certs"});
    CHECK_MESSAGE(outcome.status == 0, outcome.error);
}
