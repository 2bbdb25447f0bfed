// SPDX-License-Identifier: Apache-2.0
// A broker that loses its session between PUBREC and PUBCOMP: what has no PUBCOMP is not done, and is published again.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <random>
#include <sstream>

#include "integration/losses.hpp"
#include "support/scripted_broker.hpp"

namespace {

using namespace mqtts::test;

/// More than there are Packet Identifiers, and many windows.
constexpr int lines_sent = 100'000;

/// MQTTS_SOAK=1 asks for more of the same.
unsigned loss_runs() {
    return std::getenv("MQTTS_SOAK") != nullptr ? 20 : 1;
}

/// Behind these words stands "N message…"; 0 where they do not stand.
std::size_t count_behind(const std::string& text, const std::string& words) {
    const std::size_t at = text.find(words);
    return at == std::string::npos ? 0 : std::stoul(text.substr(at + words.size()));
}

std::vector<std::string> sorted_lines(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        if (!line.starts_with("mark")) lines.push_back(line);
    std::ranges::sort(lines);
    return lines;
}

/// The link of the publisher is cut, and stays closed until the broker has lost everything and the subscriber is back.
void lose_session(bool spooled, unsigned seed) {
    CAPTURE(spooled);
    CAPTURE(seed);
    const std::string text = numbers(lines_sent);
    Mosquitto broker({.configuration = roomy});
    std::atomic<bool> open = true;
    FaultProxy proxy(broker.port(), [&](int) { return open ? Fault{} : Fault{.upstream = 0, .downstream = 0}; });
    Process subscriber({.arguments = mqtts_sub(broker, {"-q", "2", "-t", "a", "-t", "marks"})});
    wait_for_subscription(broker, "marks");
    Words words = mqtts_pub(broker, {"-q", "2", "-t", "a", "-l", "--stats"});
    if (spooled) words.insert(words.end(), {"--spool", broker.directory().path() + "/spool"});
    Process publisher({.arguments = through(proxy, words), .input = File{broker.directory().write("lines", text)}});
    std::mt19937 random(seed);
    subscriber.wait_for_output_size(random() % (text.size() * 9 / 10));
    proxy.hold();
    open = false;
    proxy.cut();
    // The broker has passed on what was completed before this, and in order.
    REQUIRE(run({.arguments = mqtts_pub(broker, {"-q", "2", "-t", "marks", "-m", "mark"})}).status == 0);
    subscriber.wait_for_output("mark\n");
    broker.crash_and_restart();
    wait_for_subscription(broker, "marks");
    open = true;
    const Outcome published = publisher.wait();
    REQUIRE(run({.arguments = mqtts_pub(broker, {"-q", "2", "-t", "marks", "-m", "mark 2"})}).status == 0);
    subscriber.wait_for_output("mark 2\n");
    subscriber.signal(SIGINT);
    const Outcome received = subscriber.wait();
    CAPTURE(published.error);
    CHECK(published.status == 0);

    std::vector<std::string> lines = sorted_lines(received.output);
    const std::size_t arrived = lines.size();
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    CHECK(lines.size() == lines_sent);
    const std::size_t said = count_behind(published.error, "the broker did not keep the session, so up to ");
    CHECK(arrived - lines.size() <= said);
    CHECK(count_behind(published.error, "reconnect, up to ") == said);
    CHECK(said <= 1000 + 1);  // a window
}

}  // namespace

TEST_CASE("a stream of QoS 2 loses no line with the broker's session, and says how many may arrive twice") {
    for (unsigned seed = 1; seed <= loss_runs(); ++seed)
        lose_session(false, seed);
}

TEST_CASE("so does a spool") {
    for (unsigned seed = 1; seed <= loss_runs(); ++seed)
        lose_session(true, seed);
}

TEST_CASE("what a killed process left in a spool after PUBREC is published again to a broker without the session") {
    using mqtts::wire::Acknowledgement;
    using mqtts::wire::PacketIdentifier;
    using mqtts::wire::PacketType;
    for (const bool session_present : {true, false}) {
        CAPTURE(session_present);
        const TemporaryDirectory directory;
        const Words words = mqtts_pub({"-q", "2", "-t", "a", "-l", "--stats", "--spool", directory.path() + "/spool"});
        ScriptedBroker broker;
        {
            Process publisher(
                {.arguments = broker.arguments(words), .input = File{directory.write("lines", "x\ny\n")}});
            broker.accept_client();
            CHECK(broker.receive() == "PUBLISH 1 qos2 a \"x\"");
            CHECK(broker.receive() == "PUBLISH 2 qos2 a \"y\"");
            broker.send(Acknowledgement{.type = PacketType::pubrec, .packet_identifier = 1});
            CHECK(broker.receive() == "PUBREL 1");
            publisher.signal(SIGKILL);
            publisher.wait();
            broker.drop();
        }
        Process publisher({.arguments = broker.arguments(words)});
        broker.accept();
        CHECK(broker.receive().starts_with("CONNECT"));
        broker.send(mqtts::wire::Connack{.session_present = session_present});
        CHECK(broker.receive() == (session_present ? "PUBREL 1" : "PUBLISH 1 qos2 a \"x\""));
        CHECK(broker.receive() == (session_present ? "PUBLISH 2 qos2 dup a \"y\"" : "PUBLISH 2 qos2 a \"y\""));
        for (PacketIdentifier identifier = session_present ? 2 : 1; identifier <= 2; ++identifier) {
            broker.send(Acknowledgement{.type = PacketType::pubrec, .packet_identifier = identifier});
            CHECK(broker.receive() == "PUBREL " + std::to_string(identifier));
        }
        for (PacketIdentifier identifier = 1; identifier <= 2; ++identifier)
            broker.send(Acknowledgement{.type = PacketType::pubcomp, .packet_identifier = identifier});
        CHECK(broker.receive().starts_with("DISCONNECT"));
        broker.close();
        const Outcome outcome = publisher.wait();
        CAPTURE(outcome.error);
        CHECK(outcome.status == 0);
        const std::size_t twice = session_present ? 0 : 2;
        CHECK(count_behind(outcome.error, "lost the session of the last run, so up to ") == twice);
        CHECK(count_behind(outcome.error, "reconnects, up to ") == twice);
    }
}

TEST_CASE("status 0 is not for a message whose PUBCOMP did not come") {
    using mqtts::wire::Acknowledgement;
    using mqtts::wire::PacketType;
    ScriptedBroker broker;
    Process publisher(
        {.arguments = broker.arguments(mqtts_pub({"-q", "2", "-t", "a", "-m", "x", "--reconnect", "never"}))});
    broker.accept_client();
    CHECK(broker.receive() == "PUBLISH 1 qos2 a \"x\"");
    broker.send(Acknowledgement{.type = PacketType::pubrec, .packet_identifier = 1});
    CHECK(broker.receive() == "PUBREL 1");
    broker.drop();
    CHECK(publisher.wait().status == 10);
}
