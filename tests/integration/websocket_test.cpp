// SPDX-License-Identifier: Apache-2.0
// The programs against a real mosquitto that speaks WebSocket, and against servers that do not.
#include <doctest/doctest.h>

#include <chrono>
#include <functional>

#include "integration/programs.hpp"
#include "support/enough_time.hpp"
#include "support/websocket_server.hpp"

using namespace mqtts::test;

namespace {

constexpr std::string_view connack("\x20\x03\x00\x00\x00", 5);
constexpr std::string_view pingresp("\xD0\x00", 2);

std::string large_payload() {
    std::string payload(10 << 20, '\0');
    for (std::size_t i = 0; i < payload.size(); ++i)
        payload[i] = static_cast<char>(i * 31 + i / 255);
    return payload;
}

/// PUBLISH at QoS 0 to the topic "a", without properties.
std::string large_publish(const std::string& payload) {
    std::string packet = "\x30";
    for (std::size_t length = 4 + payload.size(); length != 0; length >>= 7)
        packet += static_cast<char>((length & 0x7F) | (length > 0x7F ? 0x80 : 0));
    return packet.append({'\0', '\x01', 'a', '\0'}).append(payload);
}

Mosquitto& websockets() {
    static Mosquitto broker({.websockets = true, .configuration = roomy});
    return broker;
}

/// What a session misses while it is away reaches it later.
void check_lines(const std::string& topic, const std::string& qos, int count) {
    Mosquitto& broker = websockets();
    make_session(broker, topic, topic, {"--ws", "-q", qos});
    const std::string lines = numbers(count);
    const Outcome published =
        run({.arguments = mqtts_pub(broker, {"--ws", "-t", topic, "-q", qos, "-l"}), .input = Text{lines}});
    CHECK(published.error == "");
    REQUIRE(published.status == 0);
    const Outcome received =
        run({.arguments =
                 mqtts_sub(broker, {"--ws", "-c", "-i", topic, "-t", topic, "-q", qos, "-C", std::to_string(count)})});
    CHECK(received.error == "");
    CHECK(received.status == 0);
    CHECK_MESSAGE(received.output == lines, "what arrived differs: ", received.output.size(), " bytes");
}

using Talk = std::function<void(MqttConnection&, TlsConnection&)>;

/// The program, and a server that shakes hands and then talks as it likes.
Outcome run_against(const Talk& talk, Words words, const std::string& input = {}) {
    const Authority authority("websocket authority");
    const TemporaryDirectory directory;
    const std::string ca_file = directory.write("ca.pem", authority.certificate_pem());
    LoopbackServer server([&](int socket) {
        TlsConnection tls(socket,
                          {.identity = authority.issue({.common_name = "web server", .dns_names = {"localhost"}})});
        if (!tls.accept()) return;
        MqttConnection connection(tls);
        talk(connection, tls);
    });
    for (const std::string& word : Words{"-h", "localhost", "-p", std::to_string(server.port()), "--cafile", ca_file,
                                         "--ws", "-V", "5", "-t", "a"})
        words.push_back(word);
    return run({.arguments = words, .input = Text{input}});
}

Outcome publish_to(const Talk& talk) {
    return run_against(talk, mqtts_pub({"-m", "x"}));
}

/// Until the client has gone. Its last PINGREQ asks whether a message of QoS 0 has arrived.
void answer_pings(MqttConnection& connection) {
    for (std::string bytes = connection.read(); !bytes.empty(); bytes = connection.read())
        if (bytes.ends_with(std::string_view("\xC0\x00", 2))) connection.write(pingresp);
}

/// An HTTP server that has no WebSocket to offer.
Outcome publish_to_web_server(const std::string& response) {
    return publish_to([&](MqttConnection&, TlsConnection& tls) {
        static_cast<void>(tls.read());
        tls.write(response);
        tls.close();
    });
}

}  // namespace

TEST_CASE("lines of every QoS pass a real broker's WebSocket") {
    check_lines("first", "1", 5000);
    check_lines("second", "2", 2000);
}

TEST_CASE("50000 lines of QoS 0 arrive") {
    Mosquitto& broker = websockets();
    Process subscriber({.arguments = mqtts_sub(broker, {"--ws", "-t", "stream", "-C", "50000"})});
    wait_for_subscription(broker, "stream");
    const std::string lines = numbers(50'000);
    const Outcome published =
        run({.arguments = mqtts_pub(broker, {"--ws", "-t", "stream", "-l"}), .input = Text{lines}});
    CHECK(published.status == 0);
    const Outcome received = subscriber.wait();
    CHECK(received.status == 0);
    CHECK_MESSAGE(received.output == lines, "what arrived differs: ", received.output.size(), " bytes");
}

TEST_CASE("10 MiB reach a real broker: it counts them") {
    Mosquitto broker({.websockets = true, .configuration = "log_type debug\n"});
    const Outcome published =
        run({.arguments = mqtts_pub(broker, {"--ws", "-t", "a", "-q", "1", "-s"}), .input = Text{large_payload()}});
    CHECK(published.error == "");
    CHECK(published.status == 0);
    broker.wait_for_log("'a', ... (10485760 bytes)");
}

// mosquitto 2.0 takes minutes to send this much through a WebSocket.
TEST_CASE("10 MiB pass unchanged in each direction") {
    const std::string payload = large_payload();
    const std::string packet = large_publish(payload);
    bool unchanged = false;
    const Outcome published = run_against(
        [&](MqttConnection& connection, TlsConnection&) {
            static_cast<void>(connection.read());
            connection.write(connack);
            std::string received;
            while (received.size() < packet.size())
                received += connection.read();
            unchanged = received.starts_with(packet);
            if (received.size() > packet.size()) connection.write(pingresp);  // its PINGREQ came along
            answer_pings(connection);
            connection.close();
        },
        mqtts_pub({"-s"}), payload);
    CHECK(published.status == 0);
    CHECK(unchanged);

    const Outcome received = run_against(
        [&](MqttConnection& connection, TlsConnection&) {
            static_cast<void>(connection.read());
            connection.write(connack);
            static_cast<void>(connection.read());
            connection.write({"\x90\x04\x00\x01\x00\x00", 6});
            connection.write(packet);
            answer_pings(connection);
            connection.close();
        },
        mqtts_sub({"-C", "1", "-N"}));
    CHECK(received.status == 0);
    CHECK_MESSAGE(received.output == payload, "what arrived differs: ", received.output.size(), " bytes");
}

TEST_CASE("-L with wss://, and -d tells the path") {
    const Mosquitto& broker = websockets();
    const std::string url = "wss://localhost:" + std::to_string(broker.port()) + "/home/lamp";
    const Words identity{"--cafile", broker.ca_file(), "--cert", broker.certificate_file(), "--key", broker.key_file()};
    Words words{"-d", "-q", "1", "-m", "on", "-r", "-L", url};
    words.insert(words.end(), identity.begin(), identity.end());
    const Outcome published = run({.arguments = mqtts_pub(words)});
    CHECK(published.status == 0);
    CHECK(published.error.find(", WebSocket /mqtt") != std::string::npos);
    words = {"-C", "1", "-v", "-L", url};
    words.insert(words.end(), identity.begin(), identity.end());
    CHECK(run({.arguments = mqtts_sub(words)}).output == "home/lamp on\n");
}

TEST_CASE("the end comes in order and at once: Close, then close_notify") {
    // Who waits for what the server does not send waits for a second.
    const bool at_once = takes_less_than(std::chrono::milliseconds(900), [] {
        bool orderly = false;
        const Outcome outcome = publish_to([&](MqttConnection& connection, TlsConnection&) {
            static_cast<void>(connection.read());
            connection.write(connack);
            answer_pings(connection);
            orderly = connection.client_closed();
            connection.close();
        });
        CHECK(outcome.status == 0);
        CHECK(orderly);
    });
    CHECK(at_once);
}

TEST_CASE("a ping is answered while the client waits for something else") {
    std::string pong;
    const Outcome outcome = publish_to([&](MqttConnection& connection, TlsConnection& tls) {
        static_cast<void>(connection.read());
        connection.write_frame(final_frame | ping_frame, "there?");
        std::string bytes = tls.read();
        if (const auto frame = take_client_frame(bytes); frame && frame->first_byte == (final_frame | pong_frame))
            pong = frame->payload;
        connection.write(connack);
        answer_pings(connection);
        connection.close();
    });
    CHECK(outcome.status == 0);
    CHECK(pong == "there?");
}

TEST_CASE("a web server's refusal is told in words, once") {
    const Outcome missing = publish_to_web_server("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    CHECK(missing.status == 7);
    CHECK(missing.error.find("the server answered 404 Not Found to the WebSocket request for /mqtt; give the right "
                             "path with --ws-path\n") != std::string::npos);
    CHECK(publish_to_web_server("HTTP/1.1 401 Unauthorized\r\n\r\n").status == 7);
    const Outcome other = publish_to_web_server("220 mail.example ESMTP\r\n");
    CHECK(other.status == 9);
    CHECK(other.error.find(": the server does not speak WebSocket here") != std::string::npos);
}

TEST_CASE("the connect timeout bounds a server that never agrees") {
    const auto listen = [](MqttConnection&, TlsConnection& tls) {
        while (!tls.read().empty()) {
        }
    };
    with_enough_time(0.5, [&](const std::string& seconds) {
        const Outcome silent = run_against(listen, mqtts_pub({"-m", "x", "--connect-timeout", seconds}));
        if (!contains(silent.error, " WebSocket); the TLS handshake succeeded, but then nothing came: ")) return false;
        CHECK(silent.status == 4);
        return true;
    });
}

TEST_CASE("a server that breaks the WebSocket is told so, and ends with 9") {
    std::string close;
    const Outcome outcome = publish_to([&](MqttConnection& connection, TlsConnection& tls) {
        static_cast<void>(connection.read());
        connection.write_frame(final_frame | text_frame, "hello");
        std::string bytes = tls.read();
        if (const auto frame = take_client_frame(bytes)) close = frame->payload;
    });
    CHECK(outcome.status == 9);
    CHECK(outcome.error.find(": the server sent text through the WebSocket, but MQTT uses binary frames\n") !=
          std::string::npos);
    CHECK(close == "\x03\xEB");
}

TEST_CASE("a listener for MQTT in TLS alone does not answer: the message says what to try") {
    const Mosquitto broker;
    const Outcome outcome = run({.arguments = mqtts_pub(broker, {"--ws", "-t", "a", "-m", "x"})});
    CHECK(outcome.status == 7);
    CHECK(outcome.error.find(": the server closed the connection when asked for a WebSocket; leave out --ws or write "
                             "mqtts:// if it speaks MQTT over TLS alone\n") != std::string::npos);
}

TEST_CASE("a missing client certificate is named as such, with a WebSocket too") {
    const Mosquitto& broker = websockets();
    const Outcome outcome = run({.arguments = mqtts_pub({"-h", "localhost", "-p", std::to_string(broker.port()),
                                                         "--cafile", broker.ca_file(), "--ws", "-t", "a", "-m", "x"})});
    CHECK(outcome.status == 6);
    CHECK(outcome.error.find("--cert") != std::string::npos);
}
