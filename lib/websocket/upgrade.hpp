// SPDX-License-Identifier: Apache-2.0
// From HTTP to WebSocket: what the client asks, and what the server may answer [RFC 6455, 4; MQTT-6].
//
// Bytes in, bytes out, no I/O. request() goes to the server; what comes back is appended to a buffer and shown to
// read(), again and again, until it is more than would_block.
#pragma once

#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "base/error.hpp"
#include "base/sizes.hpp"
#include "base/status.hpp"
#include "net/endpoint.hpp"

namespace mqtts::websocket {

class Upgrade {
public:
    /// More than a server needs to say that it agrees.
    static constexpr std::size_t largest_response = sizes::http_answer;

    /// `advice`: what else may help where the server does not want us, "give …"; empty: nothing. Precondition:
    /// endpoint.websocket.
    explicit Upgrade(const net::Endpoint& endpoint, std::string advice = {});

    [[nodiscard]] const std::string& request() const noexcept { return request_; }

    /// ok: the server agreed, and its answer is consumed; what remains in `incoming` are frames. failed: failure().
    [[nodiscard]] Status read(Buffer& incoming);

    /// A refusal of the server (not_authorized, server_unavailable, refused), or an answer that is none
    /// (protocol_error).
    [[nodiscard]] const Failure& failure() const noexcept { return failure_; }

    /// What to make of a server that hung up without an answer: server_unavailable.
    [[nodiscard]] static Failure unanswered();

private:
    Status fail(Errc error, std::string sentence);
    Status judge(std::string_view response);
    Status refuse(std::string_view status, std::string_view response);

    std::string path_;
    std::string advice_;
    std::string key_;
    std::string request_;
    Failure failure_{Errc::ok};
};

/// The Sec-WebSocket-Accept that belongs to a Sec-WebSocket-Key [RFC 6455, 4.2.2].
[[nodiscard]] std::string accept_for(std::string_view key);

}  // namespace mqtts::websocket
