// SPDX-License-Identifier: Apache-2.0
// Several brokers to choose from, and other ways to one.
#include <doctest/doctest.h>

#include <optional>

#include "integration/programs.hpp"
#include "support/enough_time.hpp"
#include "support/scripted_broker.hpp"

namespace {

using namespace mqtts::test;

/// A publish to these hosts, with what it takes to be let in by the broker.
Words publish(const Mosquitto& broker, const std::string& hosts, const Words& options = {}) {
    Words words{"-h",       hosts,
                "-t",       "a",
                "-q",       "1",
                "-m",       "x",
                "--cafile", broker.ca_file(),
                "--cert",   broker.certificate_file(),
                "--key",    broker.key_file()};
    words.insert(words.end(), options.begin(), options.end());
    return mqtts_pub(words);
}

std::string host(std::uint16_t port) {
    return "localhost:" + std::to_string(port);
}

}  // namespace

TEST_CASE("-h a,b,c turns to the next where one cannot be reached, and says so") {
    const Mosquitto broker;
    const std::string closed = host(free_port());
    const std::string hosts = "nowhere.invalid," + closed + ",localhost";
    const Outcome outcome = run({.arguments = publish(broker, hosts, {"-p", std::to_string(broker.port())})});
    CHECK(outcome.status == 0);
    CHECK(outcome.error.find("cannot resolve nowhere.invalid: ") != outcome.error.npos);
    CHECK(outcome.error.find("; cannot connect to " + closed + ": ") != outcome.error.npos);
    CHECK(outcome.error.find("; connected to " + host(broker.port()) + "\n") != outcome.error.npos);
}

TEST_CASE("the first host is enough") {
    const Mosquitto broker;
    const Outcome outcome = run({.arguments = publish(broker, host(broker.port()) + ",nowhere.invalid")});
    CHECK(outcome.status == 0);
    CHECK(outcome.error.empty());
}

TEST_CASE("where no host can be reached, each is listed with its reason") {
    const Mosquitto broker;
    const std::string first = host(free_port());
    const std::string second = host(free_port());
    const Outcome outcome = run({.arguments = publish(broker, first + "," + second)});
    CHECK(outcome.status == 4);
    CHECK(outcome.error.find("cannot connect to " + first + ": ") != outcome.error.npos);
    CHECK(outcome.error.find("; cannot connect to " + second + ": ") != outcome.error.npos);
}

TEST_CASE("a host that accepts and says nothing leaves the next one its part of the connect timeout") {
    const Mosquitto broker;
    with_enough_time(1, [&](const std::string& seconds) {
        const Listener silent;
        const Outcome outcome = run({.arguments = publish(broker, host(silent.port()) + "," + host(broker.port()),
                                                          {"--connect-timeout", seconds})});
        if (outcome.status != 0 || !contains(outcome.error, "while waiting for the TLS handshake")) return false;
        CHECK(contains(outcome.error, "no answer from " + host(silent.port()) + " within " +
                                          to_text(std::stod(seconds) / 2) + " s (while waiting for the TLS handshake"));
        return true;
    });
}

TEST_CASE("who cannot be trusted ends it: the next host is not asked") {
    const Mosquitto broker;
    const Mosquitto stranger;
    const Outcome outcome = run({.arguments = publish(broker, host(stranger.port()) + "," + host(broker.port()))});
    CHECK(outcome.status == 5);
}

TEST_CASE("a lost connection is replaced by one to the first host that is there") {
    const MosquittoSettings settings{.require_certificate = false};
    std::optional<Mosquitto> first(settings);
    Mosquitto second(settings);
    const TemporaryDirectory directory;
    const std::string trusted = directory.write("ca.pem", read_file(first->ca_file()) + read_file(second.ca_file()));
    const Words options{"-h", host(first->port()) + "," + host(second.port()), "--cafile", trusted, "-t", "a"};
    Words subscription = options;
    subscription.insert(subscription.end(), {"-C", "1"});
    Process subscriber({.arguments = mqtts_sub(subscription)});
    wait_for_subscription(*first, "a");
    first.reset();
    wait_for_subscription(second, "a");
    Words message = options;
    message.insert(message.end(), {"-q", "1", "-m", "x"});
    CHECK(run({.arguments = mqtts_pub(message)}).status == 0);
    const Outcome outcome = subscriber.wait();
    CHECK(outcome.status == 0);
    CHECK(outcome.output == "x\n");
    CHECK(outcome.error.find("reconnected to " + host(second.port())) != outcome.error.npos);
}

TEST_CASE("a host that hangs up does not cost the next one MQTT 5") {
    ScriptedBroker first;
    ScriptedBroker second;
    const std::string hosts = host(first.port()) + "," + host(second.port());
    Process publisher({.arguments = mqtts_pub({"-h", hosts, "--insecure", "-t", "a", "-m", "x"})});
    first.accept();
    CHECK(first.receive().starts_with("CONNECT clean"));
    first.drop();
    first.accept(mqtts::wire::ProtocolVersion::v311);
    CHECK(first.receive().starts_with("CONNECT 3.1.1 clean"));
    first.drop();
    second.accept();
    CHECK(second.receive().starts_with("CONNECT clean"));
    second.send(mqtts::wire::Connack{});
    CHECK(second.receive() == "PUBLISH qos0 a \"x\"");
}

TEST_CASE("--connect-to goes elsewhere, and the name of -h is what the certificate is held against") {
    const Mosquitto broker({.server = {.common_name = "broker", .dns_names = {"broker.invalid"}}});
    const Words elsewhere{"--connect-to", host(broker.port())};
    CHECK(run({.arguments = publish(broker, "broker.invalid", elsewhere)}).status == 0);
    const Outcome other = run({.arguments = publish(broker, "other.invalid", elsewhere)});
    CHECK(other.status == 5);
    CHECK(other.error.find("broker.invalid, not for other.invalid") != other.error.npos);
}

TEST_CASE("the broker sees the address of -A") {
    Mosquitto broker;
    const Words from{"-A", "127.0.0.5", "-p", std::to_string(broker.port())};
    CHECK(run({.arguments = publish(broker, "localhost", from)}).status == 0);
    broker.wait_for_log(" 127.0.0.5:");
}
