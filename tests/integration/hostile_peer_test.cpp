// SPDX-License-Identifier: Apache-2.0
// The programs against servers that send what no server may, or anything at all: they end, they say why, and they claim
// nothing that did not happen.
#include <doctest/doctest.h>

#include <array>
#include <functional>
#include <random>

#include "integration/programs.hpp"
#include "support/scripted_broker.hpp"

namespace {

using namespace mqtts::test;
using namespace std::string_literals;
using mqtts::wire::ProtocolVersion;

/// Packets of MQTT 5, some of which a broker may send and some of which it may not.
const std::array packets{
    "\x20\x03\x00\x00\x00"s,                              // CONNACK
    "\x20\x06\x00\x00\x03\x21\x00\x01"s,                  // CONNACK, Receive Maximum 1
    "\x20\x03\x00\x87\x00"s,                              // CONNACK, not authorized
    "\x30\x05\x00\x01\x61\x00x"s,                         // PUBLISH
    "\x32\x07\x00\x01\x61\x00\x07\x00x"s,                 // PUBLISH, QoS 1
    "\x34\x07\x00\x01\x61\x00\x07\x00x"s,                 // PUBLISH, QoS 2
    "\x30\x09\x00\x01\x61\x05\x26\x00\x01\x6b\x00"s,      // PUBLISH, half a User Property
    "\x40\x02\x00\x01"s,                                  // PUBACK
    "\x40\x03\x00\x01\x97"s,                              // PUBACK, quota exceeded
    "\x50\x02\x00\x01"s,                                  // PUBREC
    "\x62\x02\x00\x07"s,                                  // PUBREL
    "\x70\x02\x00\x01"s,                                  // PUBCOMP
    "\x90\x04\x00\x01\x00\x01"s,                          // SUBACK
    "\x90\x04\x00\x01\x00\x87"s,                          // SUBACK, not authorized
    "\xb0\x04\x00\x01\x00\x00"s,                          // UNSUBACK
    "\xc0\x00"s,                                          // PINGREQ
    "\xd0\x00"s,                                          // PINGRESP
    "\xe0\x00"s,                                          // DISCONNECT
    "\xe0\x02\x8b\x00"s,                                  // DISCONNECT, server shutting down
    "\xf0\x02\x18\x00"s,                                  // AUTH
    "\x10\x0d\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x00"s,  // CONNECT
    "\x82\x07\x00\x01\x00\x00\x01\x61\x00"s,              // SUBSCRIBE
};

/// A conversation that a broker makes up; the same one for the same seed.
class Dice {
public:
    explicit Dice(unsigned seed) : engine_(seed) {}

    unsigned below(std::size_t limit) { return static_cast<unsigned>(engine_() % limit); }

    std::string packet() {
        std::string bytes = packets[below(packets.size())];
        switch (below(8)) {
            case 0:
                bytes[below(bytes.size())] = static_cast<char>(below(256));
                break;
            case 1:
                bytes.resize(below(bytes.size()) + 1);
                break;
            case 2:
                bytes += bytes.substr(below(bytes.size()));
                break;
            default:
                break;
        }
        return bytes;
    }

    /// Mostly one that is let in first.
    std::string conversation(const std::string& accepted) {
        std::string bytes = below(8) != 0 ? accepted : "";
        for (unsigned count = below(6); count > 0; --count)
            bytes += packet();
        return bytes;
    }

private:
    std::minstd_rand engine_;
};

/// What the broker sends before it ends the connection, and how the program ends.
Outcome converse(ScriptedBroker& broker, const Words& words, const std::string& bytes, bool in_order) {
    Process program({.arguments = broker.arguments(words)});
    broker.accept();
    REQUIRE(broker.receive().starts_with("CONNECT "));
    broker.send_bytes(bytes);
    if (in_order)
        broker.close();
    else
        broker.drop();
    return program.wait();
}

/// One of the table of statuses, and not the one of a sanitizer, which is 1.
void check_orderly(const Outcome& outcome) {
    const bool known = outcome.status == 0 || (outcome.status >= 7 && outcome.status <= 10);
    CHECK_MESSAGE(known, outcome.status);
    CHECK(outcome.error.empty() == (outcome.status == 0));
}

/// Always the same conversations.
void for_each_seed(const std::function<void(unsigned seed)>& run) {
    constexpr unsigned conversations = 60;
    for (unsigned seed = 1; seed <= conversations; ++seed) {
        CAPTURE(seed);
        run(seed);
    }
}

struct Break {
    const char* what;
    std::string bytes;
    const char* answer;
};

}  // namespace

TEST_CASE("what no broker may send is answered with its Reason Code, and is status 9 [MQTT-4.13.1-1]") {
    const Break table[] = {
        {"a reserved packet type", "\x00\x00"s, "DISCONNECT 0x81"},
        {"a length of five bytes [MQTT-1.5.5-1]", "\x30\xff\xff\xff\xff\x01"s, "DISCONNECT 0x81"},
        {"a second CONNACK", "\x20\x03\x00\x00\x00"s, "DISCONNECT 0x82"},
        {"a packet of a client", "\xc0\x00"s, "DISCONNECT 0x82"},
        {"AUTH nobody asked for", "\xf0\x00"s, "DISCONNECT 0x82"},
        {"PINGRESP without PINGREQ", "\xd0\x00"s, "DISCONNECT 0x82"},
        {"SUBACK without SUBSCRIBE", "\x90\x04\x00\x09\x00\x00"s, "DISCONNECT 0x82"},
        {"PUBACK without PUBLISH", "\x40\x02\x00\x09"s, "DISCONNECT 0x82"},
        {"PUBREL with wrong flags [MQTT-3.6.1-1]", "\x60\x02\x00\x01"s, "DISCONNECT 0x81"},
        {"a Topic Name that is not UTF-8 [MQTT-1.5.4-1]", "\x30\x04\x00\x01\xff\x00"s, "DISCONNECT 0x81"},
        {"a Topic Name with a wildcard [MQTT-3.3.2-2]", "\x30\x04\x00\x01#\x00"s, "DISCONNECT 0x"},
        {"Packet Identifier 0 [MQTT-2.2.1-3]",
         "\x32\x06\x00\x01"
         "a\x00\x00\x00"s,
         "DISCONNECT 0x8"},
        {"an unknown property",
         "\x30\x06\x00\x01"
         "a\x02\x7f\x00"s,
         "DISCONNECT 0x81"},
        {"a property twice",
         "\x30\x08\x00\x01"
         "a\x04\x01\x00\x01\x00"s,
         "DISCONNECT 0x82"},
        {"a Topic Alias beyond ours [MQTT-3.3.2-9]",
         "\x30\x07\x00\x01"
         "a\x03\x23\xff\xff"s,
         "DISCONNECT 0x94"},
    };
    ScriptedBroker broker;
    for (const auto& [what, bytes, answer] : table) {
        CAPTURE(what);
        Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a"}))});
        broker.accept_subscriber();
        broker.send_bytes(bytes);
        const std::string packet = broker.receive();
        CHECK_MESSAGE(packet.starts_with(answer), packet);
        broker.close();
        const Outcome outcome = subscriber.wait();
        CHECK(outcome.status == 9);
        CHECK(outcome.output.empty());
        CHECK_FALSE(outcome.error.empty());
    }
}

TEST_CASE("whatever a broker makes up, a publisher ends, and with 0 only when its message was acknowledged") {
    ScriptedBroker broker;
    const Words words = mqtts_pub({"-V", "5", "-t", "a", "-q", "1", "-m", "x", "--reconnect", "never"});
    for_each_seed([&](unsigned seed) {
        Dice dice(seed);
        const std::string bytes = dice.conversation(packets[0]);
        const Outcome outcome = converse(broker, words, bytes, dice.below(2) != 0);
        CAPTURE(outcome.error);
        check_orderly(outcome);
        if (outcome.status == 0) CHECK(bytes.find("\x00\x01"s, bytes.find('\x40') + 1) != bytes.npos);
    });
}

TEST_CASE("whatever a broker makes up, a subscriber ends, and with 0 only when it printed its message") {
    ScriptedBroker broker;
    const Words words =
        mqtts_sub({"-V", "5", "-t", "a", "-q", "2", "-C", "1", "-F", "%t %p", "--quiet", "--reconnect", "never"});
    for_each_seed([&](unsigned seed) {
        Dice dice(seed);
        const Outcome outcome =
            converse(broker, words, dice.conversation(packets[0] + packets[12]), dice.below(2) != 0);
        CAPTURE(outcome.error);
        check_orderly(outcome);
        if (outcome.status == 0) CHECK(outcome.output.starts_with("a "));
    });
}
