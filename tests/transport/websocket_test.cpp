// SPDX-License-Identifier: Apache-2.0
// MQTT in the frames of a WebSocket: what the client sends, and what it takes from a server [RFC 6455, 5; MQTT-6].
#include "websocket/frames.hpp"

#include <doctest/doctest.h>

#include <set>

#include "support/allocation_counter.hpp"
#include "support/sentence.hpp"
#include "support/websocket_server.hpp"

using namespace mqtts;
using namespace mqtts::test;

namespace {

Status receive(websocket::Frames& websocket, std::string_view bytes, Buffer& plaintext) {
    websocket.incoming().append(bytes);
    return websocket.receive(plaintext);
}

/// The payload of these frames.
std::string received(std::string_view frames) {
    websocket::Frames websocket;
    Buffer plaintext;
    CHECK(receive(websocket, frames, plaintext) == Status::ok);
    return std::string(plaintext.readable());
}

ClientFrame sent(websocket::Frames& websocket) {
    std::string bytes(websocket.outgoing().readable());
    auto frame = take_client_frame(bytes);
    REQUIRE(frame.has_value());
    websocket.outgoing().clear();
    websocket.outgoing().append(bytes);
    return *frame;
}

/// What the client makes of frames that no server may send; it says so with this status.
std::string complaint(std::string_view frames, std::string_view close_code = "\x03\xEA") {
    websocket::Frames websocket;
    Buffer plaintext;
    REQUIRE(receive(websocket, frames, plaintext) == Status::failed);
    CHECK(plaintext.empty());
    CHECK(websocket.failure().code == Errc::protocol_error);
    CHECK(is_well_told(websocket.failure()));
    const ClientFrame close = sent(websocket);
    CHECK(close.first_byte == (final_frame | close_frame));
    CHECK(close.payload == close_code);
    CHECK(websocket.outgoing().empty());
    CHECK(websocket.receive(plaintext) == Status::failed);  // and so it stays
    CHECK(websocket.outgoing().empty());
    return websocket.failure().cause;
}

std::string pattern(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<char>(i * 7 + i / 251);
    return bytes;
}

}  // namespace

TEST_CASE("the examples of RFC 6455, 5.7, with binary frames for text") {
    using namespace std::string_literals;
    CHECK(received("\x82\x05Hello") == "Hello");
    CHECK(received("\x02\x03Hel\x80\x02lo") == "Hello");
    CHECK(received("\x82\x7E\x01\x00"s + pattern(256)) == pattern(256));
    CHECK(received("\x82\x7F\x00\x00\x00\x00\x00\x01\x00\x00"s + pattern(65536)) == pattern(65536));

    websocket::Frames websocket;
    Buffer plaintext;
    CHECK(receive(websocket, "\x89\x05Hello", plaintext) == Status::would_block);
    CHECK(websocket.owes_pong());
    websocket.send("");
    CHECK_FALSE(websocket.owes_pong());
    CHECK(websocket.outgoing().readable().substr(0, 2) == "\x8A\x85");
    CHECK(sent(websocket).payload == "Hello");
}

TEST_CASE("frames may be split anywhere: each byte alone gives the same") {
    const std::string message = pattern(70'000);
    const std::string frames = server_frame(binary_frame, message.substr(0, 10)) +
                               server_frame(final_frame | ping_frame, "are you there") +
                               server_frame(continuation_frame, message.substr(10, 300)) +
                               server_frame(continuation_frame, "") + server_frame(final_frame | pong_frame, "") +
                               server_frame(final_frame | continuation_frame, message.substr(310)) +
                               server_message("") + server_message("next");
    CHECK(received(frames) == message + "next");

    websocket::Frames websocket;
    Buffer plaintext;
    for (const char byte : frames)
        static_cast<void>(receive(websocket, {&byte, 1}, plaintext));
    CHECK(plaintext.readable() == message + "next");
    CHECK(websocket.incoming().empty());
    websocket.send("x");
    CHECK(sent(websocket).payload == "are you there");
    CHECK(sent(websocket).payload == "x");
}

TEST_CASE("a frame is masked, with a new mask each [RFC 6455, 5.3], and as short as can be") {
    websocket::Frames websocket;
    std::set<std::string> masks;
    for (const std::size_t size : {1U, 2U, 7U, 8U, 9U, 125U, 126U, 65'535U, 65'536U, 1'000'003U}) {
        CAPTURE(size);
        const std::string payload = pattern(size);
        websocket.send(payload);
        const std::size_t header = size > 0xFFFF ? 14 : size > 125 ? 8 : 6;
        CHECK(websocket.outgoing().size() == header + size);
        const ClientFrame frame = sent(websocket);
        CHECK(frame.first_byte == (final_frame | binary_frame));
        CHECK_MESSAGE(frame.payload == payload, "the payload differs");
        CHECK(masks.insert(frame.mask).second);
    }
    websocket.send("");
    CHECK(websocket.outgoing().empty());
}

TEST_CASE("only the last of many pings is answered, so that nothing piles up") {
    websocket::Frames websocket;
    Buffer plaintext;
    for (int i = 0; i < 1000; ++i)
        CHECK(receive(websocket, server_frame(final_frame | ping_frame, std::to_string(i)), plaintext) ==
              Status::would_block);
    CHECK(websocket.outgoing().empty());
    websocket.send("");
    CHECK(sent(websocket).payload == "999");
    CHECK(websocket.outgoing().empty());
}

TEST_CASE("the length that a frame announces costs nothing") {
    using namespace std::string_literals;
    websocket::Frames websocket;
    Buffer plaintext;
    CHECK(receive(websocket, "\x82\x7F\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s, plaintext) == Status::would_block);
    CHECK(receive(websocket, "abc", plaintext) == Status::ok);
    CHECK(plaintext.readable() == "abc");
    CHECK(plaintext.capacity() + websocket.incoming().capacity() < 10'000);
}

TEST_CASE("what a server may not send [RFC 6455, 5.1 to 5.5]") {
    using namespace std::string_literals;
    const std::string broke = "the server broke the WebSocket protocol: ";
    CHECK(complaint("\xC2\x01x") == broke + "a frame with reserved bits");
    CHECK(complaint("\x92\x01x") == broke + "a frame with reserved bits");
    CHECK(complaint("\x82\x81zzzzx") == broke + "a masked frame");
    CHECK(complaint("\x83\x01x") == broke + "a frame of the unknown kind 3");
    CHECK(complaint("\x8B\x01x") == broke + "a frame of the unknown kind 11");
    CHECK(complaint("\x80\x01x") == broke + "a continuation without a beginning");
    CHECK(complaint("\x02\x00\x82\x01x"s) == broke + "a message within a fragmented one");
    CHECK(complaint("\x09\x01x") == broke + "a fragmented control frame");
    CHECK(complaint("\x89\x7E\x00\x7E"s + pattern(126)) == broke + "a control frame that is too long");
    CHECK(complaint("\x88\x01x") == broke + "a malformed Close");
    CHECK(complaint("\x82\x7E\x00\x7D"s + pattern(125)) == broke + "a frame with a malformed length");
    CHECK(complaint("\x82\x7F\x00\x00\x00\x00\x00\x00\xFF\xFF"s) == broke + "a frame with a malformed length");
    CHECK(complaint("\x82\x7F\x80\x00\x00\x00\x00\x00\x00\x00"s) == broke + "a frame with a malformed length");
}

TEST_CASE("[MQTT-6.0.0-1] control packets come in binary frames: others end the connection") {
    CHECK(complaint("\x81\x05Hello", "\x03\xEB") ==
          "the server sent text through the WebSocket, but MQTT uses binary frames");
}

TEST_CASE("Close ends the stream behind all that came before, and is echoed once") {
    websocket::Frames websocket;
    Buffer plaintext;
    CHECK(receive(websocket, server_message("last") + server_frame(final_frame | close_frame, "\x03\xE9") + "rest",
                  plaintext) == Status::ok);
    CHECK(plaintext.readable() == "last");
    CHECK(websocket.receive(plaintext) == Status::closed);
    CHECK(plaintext.readable() == "last");
    const ClientFrame echo = sent(websocket);
    CHECK(echo.first_byte == (final_frame | close_frame));
    CHECK(echo.payload == "\x03\xE9");
    websocket.close();
    CHECK(websocket.outgoing().empty());
}

TEST_CASE("close() says that the work is done, and takes the server's Close for an answer") {
    websocket::Frames websocket;
    Buffer plaintext;
    websocket.close();
    websocket.close();
    CHECK(sent(websocket).payload == "\x03\xE8");
    CHECK(receive(websocket, server_message("late") + server_frame(final_frame | close_frame, ""), plaintext) ==
          Status::ok);
    CHECK(websocket.receive(plaintext) == Status::closed);
    CHECK(websocket.outgoing().empty());
}

TEST_CASE("the reason for a Close is told, and cannot command the terminal") {
    websocket::Frames websocket;
    Buffer plaintext;
    CHECK(receive(websocket,
                  server_frame(final_frame | close_frame,
                               "\x03\xF0"
                               "go\x1B[2J away"),
                  plaintext) == Status::failed);
    CHECK(websocket.failure().code == Errc::connection_lost);
    CHECK(websocket.failure().cause == "the server closed the WebSocket with status 1008 (go\\x1b[2J away)");
}

TEST_CASE("once the buffers are large enough no message costs an allocation") {
    websocket::Frames websocket;
    Buffer plaintext;
    const std::string message = pattern(1000);
    const std::string frames = server_message(message) + server_frame(final_frame | ping_frame, std::string(125, 'p')) +
                               server_frame(binary_frame, message) + server_frame(final_frame, message);
    const auto round = [&] {
        static_cast<void>(receive(websocket, frames, plaintext));
        websocket.send(message);
        const std::size_t received = plaintext.size();
        plaintext.clear();
        websocket.outgoing().clear();
        return received;
    };
    REQUIRE(round() == 3 * message.size());
    std::size_t received = 0;
    const AllocationCounter counter;
    for (int i = 0; i < 100; ++i)
        received += round();
    CHECK(counter.by_new() == 0);
    CHECK(received == 300 * message.size());
}
