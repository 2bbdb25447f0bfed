// SPDX-License-Identifier: Apache-2.0
// Slow readers, greedy servers, and ends that come while something is under way: nothing is cut short, nothing grows.
#include <doctest/doctest.h>

#include "integration/programs.hpp"
#include "support/enough_time.hpp"
#include "support/scripted_broker.hpp"

namespace {

using namespace mqtts::test;
using namespace std::chrono_literals;
using mqtts::Buffer;
using mqtts::wire::Acknowledgement;
using mqtts::wire::Disconnect;
using mqtts::wire::PacketType;
using mqtts::wire::ProtocolVersion;
using mqtts::wire::Publish;
using mqtts::wire::Qos;
using mqtts::wire::ReasonCode;
using mqtts::wire::SubscriptionAnswer;

}  // namespace

TEST_CASE("a reader slower than the keep alive gets the whole message, and the broker its pings") {
    side_by_side(std::vector{Qos::at_most_once, Qos::at_least_once}, [](Qos qos) {
        CAPTURE(qos);
        ScriptedBroker broker;
        Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a", "-q", "1", "-C", "1", "-k", "5"})),
                            .output_fills = true});
        broker.accept_subscriber();
        const std::string payload(mebibyte, 'x');
        const bool acknowledged = qos == Qos::at_least_once;
        broker.send(Publish{.topic_name = "a",
                            .payload = payload,
                            .packet_identifier = static_cast<mqtts::wire::PacketIdentifier>(acknowledged ? 7 : 0),
                            .qos = qos});
        // Nobody reads standard output: neither an acknowledgement nor the end comes, however long it takes.
        for (int ping = 0; ping < 2; ++ping) {
            CHECK(broker.receive() == "PINGREQ");
            broker.send(mqtts::wire::Pingresp{});
        }
        subscriber.wait_for_output_size(payload.size() + 1);
        if (acknowledged) CHECK(broker.receive() == "PUBACK 7");
        CHECK(broker.receive().starts_with("DISCONNECT 0x00"));
        CHECK(broker.receive() == "closed");
        broker.close();
        const Outcome outcome = subscriber.wait();
        CHECK(outcome.status == 0);
        CHECK((outcome.output == payload + '\n'));
    });
}

TEST_CASE("a message that comes together with DISCONNECT is written") {
    const auto outcome = [](const Words& options, Qos qos) {
        ScriptedBroker broker;
        Words words = options;
        words.insert(words.end(), {"--reconnect", "never"});
        Process subscriber({.arguments = broker.arguments(mqtts_sub(words))});
        broker.accept_client();
        REQUIRE(broker.receive().starts_with("SUBSCRIBE 1 "));
        Buffer bytes;
        encode(bytes, SubscriptionAnswer{.reason_codes = "\x01", .packet_identifier = 1}, ProtocolVersion::v5);
        encode(bytes, Publish{.topic_name = "a", .payload = "x", .packet_identifier = 7, .qos = qos},
               ProtocolVersion::v5);
        encode(bytes, Disconnect{.reason_code = ReasonCode::server_shutting_down}, ProtocolVersion::v5);
        broker.send_bytes(bytes.readable());
        broker.close();
        return subscriber.wait();
    };
    const Outcome enough = outcome({"-t", "a", "-q", "1", "-C", "1"}, Qos::at_least_once);
    CHECK(enough.status == 0);
    CHECK(enough.output == "x\n");
    const Outcome more_wanted = outcome({"-t", "a", "-q", "1"}, Qos::at_least_once);
    CHECK(more_wanted.status == 7);
    CHECK(more_wanted.output == "x\n");
}

TEST_CASE("a broker that asks without end and reads nothing does not fill the memory") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a", "-q", "1", "--reconnect", "never"}))});
    broker.accept_subscriber();
    const std::size_t before = subscriber.resident_memory();
    Buffer releases;
    for (int i = 0; i < 10'000; ++i) {
        encode(releases, Acknowledgement{.type = PacketType::pubrel, .packet_identifier = 9}, ProtocolVersion::v5);
    }
    CHECK(broker.flood(releases.readable(), 256 * mebibyte, 1s) < 64 * mebibyte);
    CHECK(subscriber.resident_memory() < before + 64 * mebibyte);
    broker.drop();
    CHECK(subscriber.wait().status == 10);
}

TEST_CASE("a DISCONNECT in the middle of a stream ends the publisher, also when it logs its packets") {
    for (const char* log : {"-q", "-d"}) {
        ScriptedBroker broker;
        Words options{"-t", "a", "-l", log};
        if (log == std::string("-q")) options.emplace_back("0");
        Process publisher({.arguments = broker.arguments(mqtts_pub(options)), .input = Pipe{}});
        broker.accept_client();
        const std::string lines = numbers(10'000);
        CHECK(publisher.write_until_blocked(lines, 256 * mebibyte, 1s) < 64 * mebibyte);
        broker.send(Disconnect{.reason_code = ReasonCode::quota_exceeded});
        const Outcome outcome = publisher.wait();
        CHECK(outcome.status == 7);
        CHECK(outcome.error.find("quota exceeded") != std::string::npos);
    }
}

TEST_CASE("a refusal is told while there is more to publish") {
    ScriptedBroker broker;
    Process publisher({.arguments = broker.arguments(mqtts_pub({"-t", "a", "-q", "1", "-l"})), .input = Pipe{}});
    broker.accept_client();
    publisher.write("1\n");
    CHECK(broker.receive() == "PUBLISH 1 qos1 a \"1\"");
    broker.send(
        Acknowledgement{.type = PacketType::puback, .packet_identifier = 1, .reason_code = ReasonCode::not_authorized});
    publisher.wait_for_error("not authorized");
    publisher.close_input();
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    CHECK(publisher.wait().status == 8);
}

TEST_CASE("a large message that is under way when a signal comes stays what it is") {
    ScriptedBroker broker;
    Process publisher(
        {.arguments = broker.arguments(mqtts_pub({"-t", "a", "-l", "--linger", "600"})), .input = Pipe{}});
    broker.accept_client();
    const std::string line(16 * mebibyte, 'x');  // more than the kernel takes
    publisher.write(line + "\nanother line\n");
    publisher.signal(SIGINT);
    publisher.close_input();
    CHECK(broker.receive() == "PUBLISH qos0 a <" + std::to_string(line.size()) + " bytes>");
    for (std::string next = broker.receive(); next != "closed" && next != "lost"; next = broker.receive())
        if (next == "PINGREQ") broker.send(mqtts::wire::Pingresp{});
    broker.close();
    const Outcome outcome = publisher.wait();
    CAPTURE(outcome.error);
    CHECK((outcome.status == 128 + SIGINT || outcome.status == 0));  // 0: the input had ended before the signal
}

TEST_CASE("while there is no connection standard input is left alone") {
    ScriptedBroker broker;
    Process publisher({.arguments = broker.arguments(mqtts_pub({"-t", "a", "-q", "1", "-l"})), .input = Pipe{}});
    broker.accept_client();
    publisher.write("one\n");
    CHECK(broker.receive() == "PUBLISH 1 qos1 a \"one\"");
    broker.drop();
    publisher.wait_for_error("trying again");

    const std::string chunk(64 * 1024, '\n');
    CHECK(publisher.write_until_blocked(chunk, 64 * 1024 * 1024, std::chrono::seconds(1)) < 2 * 1024 * 1024);
}
