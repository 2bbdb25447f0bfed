// SPDX-License-Identifier: Apache-2.0
// A large file that is one message is read while it is sent: never held, and read once more to be sent once more.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "integration/programs.hpp"
#include "support/scripted_broker.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace mqtts::test;
using mqtts::wire::Acknowledgement;
using mqtts::wire::PacketType;

/// Bytes that are different everywhere.
std::string contents(std::size_t size) {
    std::string bytes;
    for (int i = 0; bytes.size() < size; ++i)
        bytes += std::to_string(i) + ' ';
    bytes.resize(size);
    return bytes;
}

std::string write_file(const TemporaryDirectory& directory, const std::string& bytes) {
    std::string path = directory.path() + "/large";
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
}

/// With the file as its standard input.
Words reading(const std::string& path, const Words& command_line) {
    return with({"sh", "-c", "exec \"$@\" <\"$0\"", path}, command_line);
}

/// Receives a PUBLISH with this payload; only compared, as doctest would print all of it.
bool receives(ScriptedBroker& broker, const std::string& beginning, const std::string& payload) {
    return broker.receive().starts_with(beginning) && broker.last_packet().ends_with(payload);
}

}  // namespace

TEST_CASE("a large file arrives as it is, named or as standard input, and with its packets in the log") {
    const TemporaryDirectory directory;
    const std::string bytes = contents(3 * mebibyte + 17);
    const std::string path = write_file(directory, bytes);
    const std::string received = directory.path() + "/received";
    Mosquitto broker;
    for (const char* qos : {"0", "1", "2"}) {
        CAPTURE(qos);
        const std::string topic = std::string("file/") + qos;
        const auto arrives = [&](Words publisher) {
            publisher.insert(publisher.end(), {"-t", topic, "-q", qos});
            const Outcome outcome = run({.arguments = publisher});
            CHECK(outcome.status == 0);
            return outcome.error;
        };
        Process subscriber(
            {.arguments = mqtts_sub(broker, {"-t", topic, "-q", "2", "-C", "3", "-N"}), .output_file = received});
        wait_for_subscription(broker, topic);
        CHECK(arrives(mqtts_pub(broker, {"-f", path})) == "");
        CHECK(arrives(reading(path, mqtts_pub(broker, {"-s"}))) == "");
        CHECK(contains(arrives(mqtts_pub(broker, {"-f", path, "-d"})), "PUBLISH"));
        CHECK(subscriber.wait().status == 0);
        CHECK((read_file(received) == bytes + bytes + bytes));
    }
}

TEST_CASE("standard input goes on where it stands, and ends where its file does") {
    const TemporaryDirectory directory;
    const std::string bytes = contents(mebibyte);
    const std::string path = write_file(directory, bytes);
    Mosquitto broker;
    Process subscriber({.arguments = mqtts_sub(broker, {"-t", "a", "-C", "1", "-F", "%l"})});
    wait_for_subscription(broker, "a");
    const Words shell = {"sh", "-c", "{ head -c 65536 >/dev/null; \"$@\"; cat; } <\"$0\"", path};
    const Outcome outcome = run({.arguments = with(shell, mqtts_pub(broker, {"-t", "a", "-q", "1", "-s"}))});
    CHECK(outcome.status == 0);
    CHECK(outcome.output == "");  // nothing is left to read
    CHECK(subscriber.wait().output == std::to_string(bytes.size() - 65536) + '\n');
}

TEST_CASE("a large file is not held") {
    const TemporaryDirectory directory;
    const std::string bytes = contents(24 * mebibyte);
    const std::string path = write_file(directory, bytes);
    ScriptedBroker broker;
    for (const bool by_name : {true, false}) {
        CAPTURE(by_name);
        const Words words = broker.arguments(mqtts_pub({"-t", "a", "-q", "1"}));
        Process publisher({.arguments = by_name ? with(words, {"-f", path}) : reading(path, with(words, {"-s"}))});
        broker.accept_client();
        const std::size_t before = publisher.peak_memory();
        CHECK(receives(broker, "PUBLISH 1 qos1 a", bytes));
        CHECK(publisher.peak_memory() < before + 8 * mebibyte);
        broker.send(Acknowledgement{.type = PacketType::puback, .packet_identifier = 1});
        CHECK(broker.receive().starts_with("DISCONNECT"));
        broker.close();
        CHECK(publisher.wait().status == 0);
    }
}

TEST_CASE("a large file is read once more when it has to be sent once more") {
    const TemporaryDirectory directory;
    const std::string bytes = contents(2 * mebibyte);
    const std::string path = write_file(directory, bytes);
    ScriptedBroker broker;
    Process publisher({.arguments = broker.arguments(mqtts_pub({"-t", "a", "-q", "2", "-f", path}))});
    broker.accept_client();
    CHECK(receives(broker, "PUBLISH 1 qos2 a", bytes));
    broker.drop();
    broker.accept_client();
    CHECK(receives(broker, "PUBLISH 1 qos2 a", bytes));  // no session there: as a new one
    broker.send(Acknowledgement{.type = PacketType::pubrec, .packet_identifier = 1});
    CHECK(broker.receive() == "PUBREL 1");
    broker.send(Acknowledgement{.type = PacketType::pubcomp, .packet_identifier = 1});
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    CHECK(publisher.wait().status == 0);
}

TEST_CASE("a large file that was modified is not sent once more as something else") {
    const TemporaryDirectory directory;
    const std::string bytes = contents(2 * mebibyte);
    const std::string path = write_file(directory, bytes);
    ScriptedBroker broker;
    Process publisher({.arguments = broker.arguments(mqtts_pub({"-t", "a", "-q", "1", "-f", path}))});
    broker.accept_client();
    CHECK(receives(broker, "PUBLISH 1 qos1 a", bytes));
    std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() + std::chrono::hours(1));
    broker.drop();
    broker.accept_client();
    CHECK(broker.receive() == "lost");  // no packet was completed, and no DISCONNECT follows half of one
    const Outcome outcome = publisher.wait();
    CHECK(outcome.status == 3);
    CHECK(contains(outcome.error, path + " changed while it was being sent"));
}

TEST_CASE("a large file is held to --max-message-size") {
    const TemporaryDirectory directory;
    const std::string path = write_file(directory, contents(mebibyte));
    const Mosquitto broker;
    const Outcome outcome =
        run({.arguments = mqtts_pub(broker, {"-t", "a", "-f", path, "--max-message-size", "1000000"})});
    CHECK(outcome.status == 3);
    CHECK(contains(outcome.error, "longer than --max-message-size"));
}
