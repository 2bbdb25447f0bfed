// SPDX-License-Identifier: Apache-2.0
// Many messages, and big ones, from one program through the broker to the other: identical bytes, in order.
#include <doctest/doctest.h>

#include <random>

#include "integration/programs.hpp"

namespace {

using namespace mqtts::test;

/// More than there are Packet Identifiers, 65,535: they are used again.
constexpr int messages = 100'000;

struct Flavour {
    const char* version;
    const char* qos;
};
constexpr Flavour flavours[] = {{"5", "1"}, {"5", "2"}, {"311", "1"}, {"311", "2"}};

std::string random_bytes(std::size_t size) {
    std::mt19937 generator(size);
    std::string bytes(size, '\0');
    for (char& byte : bytes)
        byte = static_cast<char>(generator());
    return bytes;
}

/// Writes `lines` from `position` on, never more than a few thousand ahead of what has arrived: at QoS 2 mosquitto 2.0
/// looks through all that waits at each acknowledgement, and has ever more of it in flight, whatever was agreed. Beyond
/// 65535 it uses Packet Identifiers twice and ends the connection. For the same reason it grants only its usual 20
/// messages to the publisher: with more in one TLS record it takes them all before the next acknowledgement.
void feed(Process& publisher, const std::string& lines, std::size_t position, Process& subscriber) {
    constexpr std::size_t step = 10'000;  // bytes
    constexpr std::size_t ahead = 3 * step;
    for (; position < lines.size(); position += step) {
        publisher.write(std::string_view(lines).substr(position, step));
        if (position > ahead) subscriber.wait_for_output_size(position - ahead);
    }
    publisher.close_input();
}

}  // namespace

TEST_CASE("100000 lines arrive, each once and in order") {
    Mosquitto broker({.configuration = lossless});
    const std::string lines = numbers(messages);
    for (const auto& [version, qos] : flavours) {
        const std::string topic = std::string("live/") + version + "/" + qos;
        CAPTURE(topic);
        Process subscriber(
            {.arguments = mqtts_sub(broker, {"-V", version, "-q", qos, "-t", topic, "-C", std::to_string(messages)})});
        wait_for_subscription(broker, topic);
        Process publisher(
            {.arguments = mqtts_pub(broker, {"-V", version, "-q", qos, "-t", topic, "-l"}), .input = Pipe{}});
        feed(publisher, lines, 0, subscriber);
        const Outcome published = publisher.wait();
        CHECK(published.status == 0);
        CHECK(published.error == "");
        const Outcome received = subscriber.wait();
        CHECK(received.status == 0);
        CHECK((received.output == lines));
    }
}

TEST_CASE("100000 lines as fast as the broker takes them, into a file") {
    Mosquitto broker({.configuration = roomy});
    const std::string lines = numbers(messages);
    const std::string received = broker.directory().path() + "/received";
    for (const char* qos : {"0", "1"}) {
        CAPTURE(qos);
        Process subscriber({.arguments = mqtts_sub(broker, {"-q", qos, "-t", qos, "-C", std::to_string(messages)}),
                            .output_file = received});
        wait_for_subscription(broker, qos);
        CHECK(run({.arguments = mqtts_pub(broker, {"-q", qos, "-t", qos, "-l"}), .input = Text{lines}}).status == 0);
        CHECK(subscriber.wait().status == 0);
        CHECK((read_file(received) == lines));
    }
}

TEST_CASE("100000 lines through a session, the first ones waiting there, arrive each once and in order") {
    Mosquitto broker({.configuration = lossless});
    const std::string lines = numbers(messages);
    for (const auto& [version, qos] : flavours) {
        const std::string name = std::string("session-") + version + "-" + qos;
        CAPTURE(name);
        make_session(broker, name, name, {"-V", version, "-q", qos});
        Process publisher(
            {.arguments = mqtts_pub(broker, {"-V", version, "-q", qos, "-c", "-i", "from-" + name, "-t", name, "-l"}),
             .input = Pipe{}});
        const std::string waiting = numbers(1000);
        publisher.write(waiting);
        Process subscriber({.arguments = mqtts_sub(broker, {"-V", version, "-q", qos, "-c", "-i", name, "-t", name,
                                                            "-C", std::to_string(messages)})});
        feed(publisher, lines, waiting.size(), subscriber);
        CHECK(publisher.wait().status == 0);
        const Outcome received = subscriber.wait();
        CAPTURE(received.error);
        CHECK(received.status == 0);
        CHECK((received.output == lines));
    }
}

TEST_CASE("100000 lines of QoS 1 that all wait in a session arrive, each once and in order") {
    Mosquitto broker({.configuration = roomy});
    const std::string lines = numbers(messages);
    for (const char* version : {"5", "311"}) {
        CAPTURE(version);
        const std::string name = std::string("waiting-") + version;
        make_session(broker, name, name, {"-V", version, "-q", "1"});
        const Words publish =
            mqtts_pub(broker, {"-V", version, "-q", "1", "-c", "-i", "from-" + name, "-t", name, "-l"});
        CHECK(run({.arguments = publish, .input = Text{lines}}).status == 0);
        const Outcome received = run({.arguments = mqtts_sub(broker, {"-V", version, "-q", "1", "-c", "-i", name, "-t",
                                                                      name, "-C", std::to_string(messages)})});
        CAPTURE(received.error);
        CHECK(received.status == 0);
        CHECK((received.output == lines));
    }
}

TEST_CASE("a broker that grants a small Receive Maximum gets every line, too") {
    Mosquitto broker({.configuration = "max_queued_messages 0\nmax_inflight_messages 3\n"});
    const std::string lines = numbers(5000);
    for (const char* qos : {"1", "2"}) {
        CAPTURE(qos);
        Process subscriber({.arguments = mqtts_sub(broker, {"-q", qos, "-t", qos, "-C", "5000"})});
        wait_for_subscription(broker, qos);
        CHECK(run({.arguments = mqtts_pub(broker, {"-q", qos, "-t", qos, "-l"}), .input = Text{lines}}).status == 0);
        CHECK((subscriber.wait().output == lines));
    }
}

TEST_CASE("10 MiB of any bytes arrive unchanged, from a file and from standard input") {
    Mosquitto broker;
    const std::string payload = random_bytes(10 * 1024 * 1024);
    REQUIRE(payload.find('\0') != std::string::npos);
    const std::string sent = broker.directory().write("sent", payload);
    const std::string received = broker.directory().path() + "/received";

    struct Source {
        std::string topic;
        Words options;
        Input input;
    };
    for (const auto& [topic, options, input] :
         {Source{"file", {"-q", "1", "-f", sent}, Nothing{}}, Source{"redirection", {"-q", "2", "-s"}, File{sent}},
          Source{"pipe", {"-q", "1", "-s"}, Text{payload}}}) {
        CAPTURE(topic);
        Process subscriber(
            {.arguments = mqtts_sub(broker, {"-q", "2", "-t", topic, "-N", "-C", "1"}), .output_file = received});
        wait_for_subscription(broker, topic);
        Words words{"-t", topic};
        words.insert(words.end(), options.begin(), options.end());
        CHECK(run({.arguments = mqtts_pub(broker, words), .input = input}).status == 0);
        CHECK(subscriber.wait().status == 0);
        CHECK((read_file(received) == payload));
    }
}

TEST_CASE("lines may be empty, hold NUL and lack the last newline; values are taken as they are") {
    Mosquitto broker;
    make_session(broker, "bytes", "bytes", {"-q", "1"});
    using namespace std::string_literals;
    CHECK(run({.arguments = mqtts_pub(broker, {"-q", "1", "-t", "bytes", "-l"}), .input = Text{"a\n\nb\0c\r\nd"s}})
              .status == 0);
    CHECK(run({.arguments = mqtts_pub(broker, {"-q", "1", "-t", "bytes", "-m", "-5"})}).status == 0);
    CHECK(run({.arguments = mqtts_pub(broker, {"-q", "1", "-t", "bytes", "-m", ""})}).status == 0);
    CHECK(run({.arguments = mqtts_pub(broker, {"-q", "1", "-t", "bytes", "-n"})}).status == 0);
    const Outcome received =
        run({.arguments = mqtts_sub(broker, {"-c", "-i", "bytes", "-q", "1", "-t", "bytes", "-v", "-C", "7"})});
    CHECK(received.status == 0);
    CHECK(received.output == "bytes a\nbytes (null)\nbytes b\0c\r\nbytes d\nbytes -5\nbytes (null)\nbytes (null)\n"s);
}
