// SPDX-License-Identifier: Apache-2.0
// Asking for a WebSocket, and the answers to it [RFC 6455, 4; MQTT-6].
#include "websocket/upgrade.hpp"

#include <doctest/doctest.h>

#include <functional>

#include "support/sentence.hpp"
#include "support/websocket_server.hpp"

using namespace mqtts;
using namespace mqtts::test;
using net::Endpoint;

namespace {

Endpoint endpoint(std::string host = "broker.example", std::uint16_t port = 443) {
    return {.host = std::move(host), .port = port, .websocket = net::WebSocketSettings()};
}

std::string request(const Endpoint& to) {
    return websocket::Upgrade(to).request();
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    const std::size_t at = text.find(what);
    REQUIRE(at != text.npos);
    return text.replace(at, what.size(), by);
}

/// The answer, as `edit` makes it of one that agrees.
Status answered(const std::function<std::string(std::string)>& edit, Failure& failure) {
    websocket::Upgrade upgrade(endpoint());
    Buffer incoming;
    incoming.append(edit(upgrade_response(upgrade.request())));
    const Status status = upgrade.read(incoming);
    failure = upgrade.failure();
    return status;
}

std::string upgrade_complaint(std::string_view what, std::string_view by) {
    Failure failure;
    CHECK(answered([&](std::string response) { return replaced(std::move(response), what, by); }, failure) ==
          Status::failed);
    CHECK(failure.code == Errc::protocol_error);
    CHECK(is_well_told(failure));
    return failure.cause;
}

Failure refusal(const std::string& response) {
    Failure failure;
    CHECK(answered([&](const std::string&) { return response; }, failure) == Status::failed);
    CHECK(is_well_told(failure));
    return failure;
}

}  // namespace

TEST_CASE("the key and its answer, from RFC 6455, 1.3") {
    CHECK(websocket::accept_for("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("[MQTT-6.0.0-3] the request names the subprotocol mqtt, and has all that RFC 6455, 4.1 wants") {
    const std::string text = request(endpoint());
    CHECK(text.starts_with("GET /mqtt HTTP/1.1\r\n"));
    CHECK(text.ends_with("\r\n\r\n"));
    CHECK(request_field(text, "Host") == "broker.example");
    CHECK(request_field(text, "Upgrade") == "websocket");
    CHECK(request_field(text, "Connection") == "Upgrade");
    CHECK(request_field(text, "Sec-WebSocket-Version") == "13");
    CHECK(request_field(text, "Sec-WebSocket-Protocol") == "mqtt");
    CHECK(request_field(text, "Sec-WebSocket-Key").size() == 24);
    CHECK(request_field(text, "Sec-WebSocket-Key") != request_field(request(endpoint()), "Sec-WebSocket-Key"));
}

TEST_CASE("Host has the port unless it is that of https, and an IPv6 address in brackets") {
    CHECK(request_field(request(endpoint("broker.example", 8883)), "Host") == "broker.example:8883");
    CHECK(request_field(request(endpoint("192.0.2.1")), "Host") == "192.0.2.1");
    CHECK(request_field(request(endpoint("2001:db8::1")), "Host") == "[2001:db8::1]");
    CHECK(request_field(request(endpoint("fe80::1%eth0", 8443)), "Host") == "[fe80::1]:8443");
}

TEST_CASE("path and headers are sent as they were given") {
    Endpoint to = endpoint();
    to.websocket = {.path = "/iot/mqtt?token=1", .headers = {"Authorization: Bearer x", "Origin: https://a.example"}};
    const std::string text = request(to);
    CHECK(text.starts_with("GET /iot/mqtt?token=1 HTTP/1.1\r\n"));
    CHECK(request_field(text, "Authorization") == "Bearer x");
    CHECK(request_field(text, "Origin") == "https://a.example");
}

TEST_CASE("a server that agrees: frames follow its answer") {
    websocket::Upgrade upgrade(endpoint());
    Buffer incoming;
    const std::string response = upgrade_response(upgrade.request()) + "\x89\x01x";
    for (const char byte : response.substr(0, response.size() - 4)) {
        incoming.append({&byte, 1});
        REQUIRE(upgrade.read(incoming) == Status::would_block);
    }
    incoming.append(response.substr(response.size() - 4));
    CHECK(upgrade.read(incoming) == Status::ok);
    CHECK(incoming.readable() == "\x89\x01x");
}

TEST_CASE("names of fields and their tokens have no case, and lists may hold more") {
    Failure failure;
    const auto edit = [](std::string response) {
        response = replaced(std::move(response), "Upgrade: WebSocket", "UPGRADE:websocket  ");
        response =
            replaced(std::move(response), "Connection: Upgrade", "connection: keep-alive\r\nConnection: ,UPGRADE");
        return replaced(std::move(response), "101 Switching Protocols", "101");
    };
    CHECK(answered(edit, failure) == Status::ok);
}

TEST_CASE("answers that only seem to agree") {
    const std::string broke = "the server broke the WebSocket upgrade: ";
    CHECK(upgrade_complaint("Upgrade: WebSocket", "Upgrade: h2c") == broke + "it upgraded to something else");
    CHECK(upgrade_complaint("Upgrade: WebSocket", "X: y") == broke + "it upgraded to something else");
    CHECK(upgrade_complaint("Connection: Upgrade", "Connection: close") ==
          broke + "its answer has no Connection: upgrade");
    CHECK(upgrade_complaint("Sec-WebSocket-Accept: ", "Sec-WebSocket-Accept: x") ==
          broke + "its answer does not match this request (Sec-WebSocket-Accept)");
    CHECK(upgrade_complaint("Sec-WebSocket-Accept: ", "X: ") ==
          broke + "its answer does not match this request (Sec-WebSocket-Accept)");
    CHECK(upgrade_complaint("Sec-WebSocket-Protocol: mqtt\r\n",
                            "Sec-WebSocket-Extensions: permessage-deflate\r\n"
                            "Sec-WebSocket-Protocol: mqtt\r\n") ==
          broke + "it uses extensions that were not requested (Sec-WebSocket-Extensions)");
}

TEST_CASE("[MQTT-6.0.0-4] the server chooses the subprotocol mqtt") {
    const std::string broke = "the server broke the WebSocket upgrade: ";
    CHECK(upgrade_complaint("Sec-WebSocket-Protocol: mqtt\r\n", "") ==
          broke + "it did not agree to speak MQTT (Sec-WebSocket-Protocol)");
    CHECK(upgrade_complaint("Protocol: mqtt", "Protocol: mqttv3.1") == broke + "it speaks 'mqttv3.1', not 'mqtt'");
    CHECK(upgrade_complaint("Protocol: mqtt", "Protocol: \x1B[2J") == broke + "it speaks '\\x1b[2J', not 'mqtt'");
}

TEST_CASE("refusals of an HTTP server: what it said, and what to do") {
    const std::string answered = "the server answered ";
    const std::string request = " to the WebSocket request for /mqtt";
    const Failure missing = refusal("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    CHECK(missing.code == Errc::refused);
    CHECK(missing.cause == answered + "404 Not Found" + request);
    CHECK(missing.hint == "give the right path with --ws-path");
    CHECK(refusal("HTTP/1.1 200 OK\r\n\r\n<html>").code == Errc::refused);
    CHECK(refusal("HTTP/1.0 400 Bad Request\r\n\r\n").cause == answered + "400 Bad Request" + request);
    CHECK(refusal("HTTP/1.1 426 \r\n\r\n").cause == answered + "426" + request);

    const Failure unauthorized = refusal("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\n\r\n");
    CHECK(unauthorized.code == Errc::not_authorized);
    CHECK(unauthorized.cause == answered + "401 Unauthorized" + request);
    CHECK(unauthorized.hint == "give the header that it requires with --ws-header");
    CHECK(refusal("HTTP/1.1 403 Forbidden\r\n\r\n").code == Errc::not_authorized);

    CHECK(refusal("HTTP/1.1 503 Service Unavailable\r\n\r\n").code == Errc::server_unavailable);
    const Failure down = refusal("HTTP/1.1 502 \x1B[2J\r\n\r\n");
    CHECK(down.cause == answered + "502 \\x1b[2J" + request);
    CHECK(down.hint == "check that the broker behind it is running");

    const Failure moved = refusal("HTTP/1.1 301 Moved\r\nlocation: https://other.example/\x07\r\n\r\n");
    CHECK(moved.code == Errc::refused);
    CHECK(moved.cause == answered + "301 Moved" + request + ", and redirects to https://other.example/\\x07");
    CHECK(moved.hint == "connect there yourself: redirects are not followed");
}

TEST_CASE("a server that wants to see a certificate refuses with 400, 401 or 403") {
    const auto refused = [](const std::string& response) {
        websocket::Upgrade upgrade(endpoint(), "give a certificate");
        Buffer incoming;
        incoming.append(response);
        CHECK(upgrade.read(incoming) == Status::failed);
        return one_line(upgrade.failure());
    };
    for (const std::string line : {"400 Bad Request", "495 SSL Certificate Error", "496 SSL Certificate Required"})
        CHECK(refused("HTTP/1.1 " + line + "\r\n\r\n").ends_with(" for /mqtt; give a certificate"));
    CHECK(refused("HTTP/1.1 403 Forbidden\r\n\r\n").ends_with(" with --ws-header, or give a certificate"));
    CHECK(refused("HTTP/1.1 404 Not Found\r\n\r\n").find("certificate") == std::string::npos);
}

TEST_CASE("a server that does not speak HTTP is found out at the first byte that differs") {
    for (const char* const text : {"SSH-2.0", "X", "HTTQ", "\x20\x02"}) {
        const Failure failure = refusal(text);
        CHECK(failure.code == Errc::protocol_error);
        CHECK(failure.cause == "the server does not speak WebSocket here: its answer is not HTTP");
    }
}

TEST_CASE("an answer without end is not waited for") {
    websocket::Upgrade upgrade(endpoint());
    Buffer incoming;
    incoming.append("HTTP/1.1 101 Switching Protocols\r\nX: ");
    const std::string block(1024, 'x');
    Status status = Status::would_block;
    std::size_t sent = 0;
    for (; status == Status::would_block && sent < 100 * block.size(); sent += block.size()) {
        incoming.append(block);
        status = upgrade.read(incoming);
    }
    CHECK(status == Status::failed);
    CHECK(upgrade.failure().code == Errc::protocol_error);
    CHECK(sent <= websocket::Upgrade::largest_response);
}
