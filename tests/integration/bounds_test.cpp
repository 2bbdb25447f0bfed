// SPDX-License-Identifier: Apache-2.0
// Bounds: what a program holds depends neither on how many messages there are, nor on what a broker announces.
#include <doctest/doctest.h>
#include <fcntl.h>

#include "integration/programs.hpp"
#include "support/scripted_broker.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace mqtts::test;
using namespace std::chrono_literals;
using namespace std::string_literals;
using mqtts::Buffer;
using mqtts::wire::ProtocolVersion;
using mqtts::wire::Publish;

/// Freed memory goes back at once: AddressSanitizer would keep 256 MiB of it.
const Words tight{"ASAN_OPTIONS=quarantine_size_mb=1"};

}  // namespace

TEST_CASE("ten times as many messages need no more memory") {
    for (const char* qos : {"0", "1", "2"}) {
        CAPTURE(qos);
        Mosquitto broker({.configuration = roomy});
        const auto subscribe = [&](const std::string& filter, const char* last) {
            return Command{.arguments = mqtts_sub(broker, {"-t", filter, "-q", "1", "--until", last}),
                           .output_file = "/dev/null"};
        };
        Process first(subscribe("a", "^5000$"));
        wait_for_subscription(broker, "a");
        Process all(subscribe("+", "^50000$"));
        wait_for_subscription(broker, "+");
        Process publisher(
            {.arguments = mqtts_pub(broker, {"-t", "a", "-q", qos, "-l"}), .environment = tight, .input = Pipe{}});
        publisher.write(numbers(5'000));
        CHECK(first.wait().status == 0);
        const std::size_t few = publisher.peak_memory();
        publisher.write(numbers(50'000));
        CHECK(all.wait().status == 0);
        CHECK(publisher.peak_memory() < few + 8 * mebibyte);
        publisher.close_input();
        CHECK(publisher.wait().status == 0);
    }
}

TEST_CASE("a reader that stopped stops the broker, and memory stays flat") {
    const TemporaryDirectory directory;
    const std::string fifo = directory.path() + "/fifo";
    REQUIRE(run({.arguments = {"mkfifo", fifo}}).status == 0);
    const FileDescriptor reader(::open(fifo.c_str(), O_RDWR | O_CLOEXEC));  // and never reads
    ScriptedBroker broker;
    Process subscriber(
        {.arguments = broker.arguments(mqtts_sub({"-t", "a"})), .environment = tight, .output_file = fifo});
    broker.accept_subscriber();
    const std::size_t before = subscriber.peak_memory();
    Buffer messages;
    for (int i = 0; i < 1000; ++i)
        encode(messages, Publish{.topic_name = "a", .payload = "another message"}, ProtocolVersion::v5);
    CHECK(broker.flood(messages.readable(), 256 * mebibyte, 1s) < 32 * mebibyte);
    CHECK(subscriber.peak_memory() < before + 32 * mebibyte);
    subscriber.signal(SIGKILL);
}

TEST_CASE("a packet that is announced and does not come costs what came of it") {
    ScriptedBroker broker;
    const Words words = mqtts_sub({"-t", "a", "--reconnect", "never"});
    Process subscriber({.arguments = broker.arguments(words), .environment = tight});
    broker.accept_subscriber();
    const std::size_t before = subscriber.peak_memory();
    broker.send_bytes(
        "\x30\xff\xff\xff\x7f\x00\x01"
        "a\x00"s);
    constexpr std::size_t came = 16 * mebibyte;
    CHECK(broker.flood(std::string(mebibyte, 'x'), came, patience) == came);
    CHECK(subscriber.peak_memory() < before + 4 * came);
    broker.drop();
    CHECK(subscriber.wait().status == 10);
}

TEST_CASE("a line of 64 MiB goes through, and costs little more than itself") {
    Mosquitto broker;
    Process subscriber({.arguments = mqtts_sub(broker, {"-t", "a", "-q", "1", "-C", "1"}), .output_file = "/dev/null"});
    wait_for_subscription(broker, "a");
    Process publisher(
        {.arguments = mqtts_pub(broker, {"-t", "a", "-q", "1", "-l"}), .environment = tight, .input = Pipe{}});
    const std::size_t size = 64 * mebibyte;
    publisher.write(std::string(size, 'x') + '\n');
    CHECK(subscriber.wait().status == 0);
    CHECK(publisher.peak_memory() < 5 * size);
    publisher.close_input();
    CHECK(publisher.wait().status == 0);
}

TEST_CASE("a thousand subscriptions are granted") {
    Mosquitto broker;
    Words options{"-E", "-q", "1"};
    for (int i = 0; i < 1000; ++i) {
        options.emplace_back("-t");
        options.push_back("many/" + std::to_string(i) + "/#");
    }
    Process subscriber({.arguments = mqtts_sub(broker, options)});
    wait_for_subscription(broker, "many/999/#");
    const Outcome outcome = subscriber.wait();
    CHECK(outcome.error.empty());
    CHECK(outcome.status == 0);
}

TEST_CASE("a packet larger than the client asked for is told so before it has come [MQTT-3.1.2-24]") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a", "--max-message-size", "1000"}))});
    broker.accept_subscriber();
    broker.send_bytes("\x30\xe9\x07"s);  // 1001 bytes follow
    CHECK(broker.receive().starts_with("DISCONNECT 0x95"));
    broker.close();
    CHECK(subscriber.wait().status == 9);
}

TEST_CASE("a message longer than --max-message-size is not published, and the line is named") {
    const Mosquitto broker;
    const Outcome outcome =
        run({.arguments = mqtts_pub(broker, {"-t", "a", "-q", "1", "-l", "--max-message-size", "1000"}),
             .input = Text{std::string(1000, 'x') + '\n' + std::string(1001, 'x')}});
    CHECK(outcome.status == 3);
    CHECK(outcome.error.find("line 2") != outcome.error.npos);
}
