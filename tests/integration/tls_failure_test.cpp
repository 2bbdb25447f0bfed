// SPDX-License-Identifier: Apache-2.0
// Every way in which TLS can fail, for both programs: the exit status, a sentence with the facts, and nothing of MQTT
// on the wire.
#include <doctest/doctest.h>

#include <algorithm>

#include "integration/programs.hpp"
#include "support/enough_time.hpp"
#include "support/plain_server.hpp"

namespace {

using namespace mqtts::test;

const Words programs[] = {mqtts_pub({"-t", "secret-topic", "-m", "secret-payload", "-q", "1"}),
                          mqtts_sub({"-t", "secret-topic"})};

std::string authority_of(std::uint16_t port) {
    return "localhost:" + std::to_string(port);
}

/// Without the client's certificate.
Words anonymous(const Words& program, const Mosquitto& broker) {
    Words words = program;
    words.insert(words.end(), {"-h", "localhost", "-p", std::to_string(broker.port()), "--cafile", broker.ca_file()});
    return words;
}

Words without_broker(const Words& program, std::uint16_t port) {
    Words words = program;
    words.insert(words.end(), {"-h", "127.0.0.1", "-p", std::to_string(port)});
    return words;
}

/// One line, with the prefix of the program, that has all of these parts.
void check_sentence(const Outcome& outcome, const Words& parts) {
    CAPTURE(outcome.error);
    CHECK(outcome.output == "");
    CHECK(outcome.error.starts_with("mqtts-"));
    CHECK(outcome.error.find('\n') == outcome.error.size() - 1);
    for (const std::string& part : parts)
        CHECK_MESSAGE(contains(outcome.error, part), part);
}

void check_nobody_connected(const Mosquitto& broker) {
    CHECK_FALSE(contains(broker.log(), "New client connected"));
}

/// TLS records, of type handshake or alert, and nothing else.
void check_only_tls(const std::string& sent) {
    REQUIRE(sent.size() > 5);
    for (std::size_t at = 0; at < sent.size();) {
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sent.at(at + i)); };
        const bool handshake_or_alert = byte(0) == 22 || byte(0) == 21;
        REQUIRE(handshake_or_alert);
        REQUIRE(byte(1) == 3);
        at += 5U + byte(3) * 256U + byte(4);
    }
    CHECK_FALSE(contains(sent, "MQTT"));
    CHECK_FALSE(contains(sent, "secret"));
}

}  // namespace

TEST_CASE("a certificate of an unknown authority: 5, and --cafile is the cure") {
    const Mosquitto broker;
    const TemporaryDirectory directory;
    const std::string other = directory.write("other.pem", Authority("another authority").certificate_pem());
    for (const Words& program : programs) {
        Words words = program;
        words.insert(words.end(), {"-h", "localhost", "-p", std::to_string(broker.port()), "--cafile", other});
        const Outcome outcome = run({.arguments = words});
        CHECK(outcome.status == 5);
        check_sentence(outcome, {authority_of(broker.port()), other, "--cafile"});
    }
    check_nobody_connected(broker);
}

TEST_CASE("an expired certificate: 5, with the date") {
    const Mosquitto broker(
        {.server = {
             .common_name = "broker", .dns_names = {"localhost"}, .valid_from_days = -30, .valid_until_days = -1}});
    for (const Words& program : programs) {
        const Outcome outcome = run({.arguments = broker.arguments(program)});
        CHECK(outcome.status == 5);
        check_sentence(outcome, {authority_of(broker.port()), "expired", "notAfter", "20"});
    }
    check_nobody_connected(broker);
}

TEST_CASE("a certificate that is not valid yet: 5") {
    const Mosquitto broker(
        {.server = {
             .common_name = "broker", .dns_names = {"localhost"}, .valid_from_days = 10, .valid_until_days = 30}});
    for (const Words& program : programs) {
        const Outcome outcome = run({.arguments = broker.arguments(program)});
        CHECK(outcome.status == 5);
        check_sentence(outcome, {authority_of(broker.port()), "not valid", "notBefore"});
    }
    check_nobody_connected(broker);
}

TEST_CASE("a certificate with another name: 5, with the name wanted and the names it has") {
    const Mosquitto broker({.server = {.common_name = "localhost", .dns_names = {"elsewhere.example"}}});
    for (const Words& program : programs) {
        const Outcome outcome = run({.arguments = broker.arguments(program)});
        CHECK(outcome.status == 5);
        check_sentence(outcome, {authority_of(broker.port()), "localhost", "elsewhere.example"});
    }
    check_nobody_connected(broker);
}

TEST_CASE("no client certificate where one is required: 6, and --cert and --key are the cure") {
    for (const char* version : {"TLSv1.2", "TLSv1.3"}) {
        CAPTURE(version);
        const Mosquitto broker({.maximum_tls_version = version});
        for (const Words& program : programs) {
            const Outcome outcome = run({.arguments = anonymous(program, broker)});
            CHECK(outcome.status == 6);
            check_sentence(outcome, {authority_of(broker.port()), "--cert", "--key"});
        }
        check_nobody_connected(broker);
    }
}

TEST_CASE("--insecure connects to a stranger, and says so") {
    const Mosquitto broker({.server = {.common_name = "broker", .dns_names = {"elsewhere.example"}}});
    const Outcome outcome = run({.arguments = mqtts_pub(broker, {"--insecure", "-t", "a", "-m", "x", "-q", "1"})});
    CHECK(outcome.status == 0);
    CHECK(contains(outcome.error, "mqtts-pub: --cafile has no effect: --insecure verifies no certificate\n"));
    CHECK(std::ranges::count(outcome.error, '\n') == 2);
}

TEST_CASE("the port of plain MQTT: 6") {
    const Mosquitto broker({.tls = false});
    for (const Words& program : programs) {
        const Outcome outcome = run({.arguments = without_broker(program, broker.port())});
        CHECK(outcome.status == 6);
        check_sentence(outcome, {"127.0.0.1:" + std::to_string(broker.port()), "TLS"});
    }
    check_nobody_connected(broker);
}

TEST_CASE("a port that answers something else than TLS: 6, and nothing but TLS was sent to it") {
    using namespace std::string_literals;
    for (const std::string& answer : {"\x20\x02\x00\x00"s, "HTTP/1.1 400 Bad Request\r\n\r\n"s, "SSH-2.0-x\r\n"s}) {
        CAPTURE(answer);
        for (const Words& program : programs) {
            const PlainServer server;
            Process process({.arguments = without_broker(program, server.port())});
            check_only_tls(server.serve(answer));
            const Outcome outcome = process.wait();
            CHECK(outcome.status == 6);
            check_sentence(outcome, {"127.0.0.1:" + std::to_string(server.port()), "TLS"});
        }
    }
}

TEST_CASE("a silent port: 4 within --connect-timeout, and nothing but TLS was sent to it") {
    for (const Words& program : programs) {
        with_enough_time(0.5, [&](const std::string& seconds) {
            const PlainServer server;
            Words words = without_broker(program, server.port());
            words.insert(words.end(), {"--connect-timeout", seconds});
            const auto begin = std::chrono::steady_clock::now();
            const Outcome outcome = run({.arguments = words});
            const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
            const std::string sent = server.heard();
            if (sent.empty() || took.count() > 10 * std::stod(seconds)) return false;
            check_only_tls(sent);
            CHECK(outcome.status == 4);
            check_sentence(outcome, {"127.0.0.1:" + std::to_string(server.port())});
            return true;
        });
    }
}

TEST_CASE("a port where nobody listens: 4") {
    for (const Words& program : programs) {
        const std::uint16_t port = free_port();
        const Outcome outcome = run({.arguments = without_broker(program, port)});
        CHECK(outcome.status == 4);
        check_sentence(outcome, {"127.0.0.1:" + std::to_string(port), "refused"});
    }
}

TEST_CASE("a name that does not exist: 4") {
    for (const Words& program : programs) {
        Words words = program;
        words.insert(words.end(), {"-h", "nowhere.invalid"});
        const Outcome outcome = run({.arguments = words});
        CHECK(outcome.status == 4);
        check_sentence(outcome, {"nowhere.invalid"});
    }
}
