// SPDX-License-Identifier: Apache-2.0
// Carries MQTT in the binary frames of a WebSocket, without I/O: the client's side, once the upgrade is done [RFC 6455,
// MQTT-6].
//
//     server ──► incoming() ──► receive(plaintext) ──►
//     server ◄── outgoing() ◄── send(plaintext) ◄──
//
// Payload is passed on as it arrives, however frames and packets are aligned [MQTT-6.0.0-2]: a frame is never
// collected, so the length that it announces takes no memory. Once the buffers are large enough, nothing is allocated.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "base/error.hpp"
#include "base/status.hpp"

namespace mqtts::websocket {

class Frames {
public:
    /// Holds the bytes that the server sent.
    [[nodiscard]] Buffer& incoming() noexcept { return incoming_; }
    /// Holds the bytes to send to the server.
    [[nodiscard]] Buffer& outgoing() noexcept { return outgoing_; }

    /// Decodes the frames in incoming() and appends their payload. ok: there was payload; would_block: there was
    /// nothing; closed: the server sent Close, and outgoing() holds its echo; failed: see failure(), and outgoing()
    /// holds a Close with the reason. An end after payload is reported by the next call.
    [[nodiscard]] Status receive(Buffer& plaintext);

    /// Appends one masked frame with all of the plaintext to outgoing(), after the answer to the last ping.
    void send(std::string_view plaintext);
    /// Says whether a ping is not answered yet. send() answers it, with or without plaintext.
    [[nodiscard]] bool owes_pong() const noexcept { return owes_pong_; }

    /// Appends Close to outgoing(), once.
    void close();

    /// Returns connection_lost if the server closed the WebSocket with a reason, protocol_error if it broke the
    /// protocol.
    [[nodiscard]] const Failure& failure() const noexcept { return failure_; }

private:
    enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };
    enum class CloseCode : std::uint16_t { normal = 1000, going_away = 1001, protocol_error = 1002, wrong_type = 1003 };
    struct FrameHeader;

    bool take_payload(Buffer& plaintext);
    bool take_frame();
    bool check(const FrameHeader& header);
    void take_control(Opcode opcode, std::string_view payload);
    void take_close(std::string_view payload);
    bool fail(CloseCode code, std::string cause);
    void send_close(CloseCode code);
    void append_frame(Opcode opcode, std::string_view payload);

    Buffer incoming_;
    Buffer outgoing_;
    std::uint64_t payload_left_ = 0;  // of the data frame being received
    bool in_message_ = false;         // its last frame has not arrived
    std::string ping_;                // the payload of the last one
    bool owes_pong_ = false;
    bool close_sent_ = false;
    Status ended_ = Status::ok;  // closed or failed
    Failure failure_{Errc::ok};
};

}  // namespace mqtts::websocket
