// SPDX-License-Identifier: Apache-2.0
// MQTT in the binary frames of a WebSocket, without I/O: the client's side, once the upgrade is done [RFC 6455,
// MQTT-6].
//
//     server ──► incoming() ──► receive(plaintext) ──►
//     server ◄── outgoing() ◄── send(plaintext) ◄──
//
// Payload is passed on as it comes, however frames and packets are aligned [MQTT-6.0.0-2]: a frame is never collected,
// so that the length it announces costs nothing. Once the buffers are large enough nothing is allocated any more.
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
    /// What the server sent.
    [[nodiscard]] Buffer& incoming() noexcept { return incoming_; }
    /// What it is to be sent.
    [[nodiscard]] Buffer& outgoing() noexcept { return outgoing_; }

    /// Takes the frames in incoming() apart and appends their payload. ok: there was some; would_block: there was none;
    /// closed: the server sent Close, and its echo stands in outgoing(); failed: failure(), and a Close that says so
    /// stands there. An end that comes behind payload is told the next time.
    [[nodiscard]] Status receive(Buffer& plaintext);

    /// Puts all of it into one frame, masked, in outgoing(); the answer to the last ping goes first.
    void send(std::string_view plaintext);
    /// A ping is not answered yet: send() does, with or without plaintext.
    [[nodiscard]] bool owes_pong() const noexcept { return owes_pong_; }

    /// Appends Close to outgoing(), once: the work is done.
    void close();

    /// connection_lost: the server closed it, and said why. protocol_error: it broke the protocol.
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
    bool fail(CloseCode code, std::string sentence);
    void send_close(CloseCode code);
    void append_frame(Opcode opcode, std::string_view payload);

    Buffer incoming_;
    Buffer outgoing_;
    std::uint64_t payload_left_ = 0;  // of the data frame being received
    bool in_message_ = false;         // its last frame has not come
    std::string ping_;                // the payload of the last one
    bool owes_pong_ = false;
    bool close_sent_ = false;
    Status ended_ = Status::ok;  // closed or failed
    Failure failure_{Errc::ok};
};

}  // namespace mqtts::websocket
