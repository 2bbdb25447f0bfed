// SPDX-License-Identifier: Apache-2.0
// Upgrades HTTP to WebSocket: the client's request, and the answers that the server may give [RFC 6455, 4; MQTT-6].
//
// Bytes in, bytes out, no I/O. request() goes to the server. Its answer is appended to a buffer, and read() is called
// until it returns something else than would_block.
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
    /// A limit that an answer of a server that agrees never reaches.
    static constexpr std::size_t largest_response = sizes::http_answer;

    /// `advice`: another hint for the case that the server refuses us, "give …"; it may be empty. Precondition:
    /// endpoint.websocket.
    explicit Upgrade(const net::Endpoint& endpoint, std::string advice = {});

    [[nodiscard]] const std::string& request() const noexcept { return request_; }

    /// Reads the answer. ok: the server agreed, and its answer is consumed; `incoming` now holds frames. failed: see
    /// failure().
    [[nodiscard]] Status read(Buffer& incoming);

    /// Returns a refusal of the server (not_authorized, server_unavailable, refused), or protocol_error for an invalid
    /// answer.
    [[nodiscard]] const Failure& failure() const noexcept { return failure_; }

    /// Makes the failure of a server that closed the connection without an answer: server_unavailable.
    [[nodiscard]] static Failure unanswered();

private:
    Status fail(Errc error, std::string cause, std::string hint = {});
    Status judge(std::string_view response);
    Status refuse(std::string_view status, std::string_view response);

    std::string path_;
    std::string advice_;
    std::string key_;
    std::string request_;
    Failure failure_{Errc::ok};
};

/// Computes the Sec-WebSocket-Accept for a Sec-WebSocket-Key [RFC 6455, 4.2.2].
[[nodiscard]] std::string accept_for(std::string_view key);

}  // namespace mqtts::websocket
