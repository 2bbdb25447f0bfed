// SPDX-License-Identifier: Apache-2.0
// Frames for the tests of lib/share.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "share/frame.hpp"

namespace mqtts::test {

[[nodiscard]] inline std::string written(const std::function<void(Buffer&)>& write) {
    Buffer to;
    write(to);
    return std::string(to.readable());
}

template <class Content>
[[nodiscard]] std::string frame_with(const Content& content) {
    Buffer to;
    static_cast<void>(share::encode(to, content));
    return std::string(to.readable());
}

[[nodiscard]] inline std::string frame_with(const share::Publish& publish) {
    Buffer to;
    REQUIRE(share::encode(to, publish));
    return std::string(to.readable());
}

[[nodiscard]] inline std::string frame_with(const share::Reply& reply) {
    return std::visit([](const auto& one) { return frame_with(one); }, reply);
}

/// Precondition: a whole frame. The views in the result are valid as long as it.
[[nodiscard]] inline std::optional<share::Request> request_in(std::string_view frame) {
    return share::decode_request(static_cast<share::FrameType>(frame[4]), frame.substr(5));
}
[[nodiscard]] inline std::optional<share::Reply> reply_in(std::string_view frame) {
    return share::decode_reply(static_cast<share::FrameType>(frame[4]), frame.substr(5));
}

[[nodiscard]] inline std::vector<share::Reply> all_replies() {
    using namespace share;
    return {
        Refused{Refusal::other_identity},
        Refused{Refusal::busy},
        Taken{},
        LogLine{},
        LogLine{.kind = LogKind::warning,
                .text = "the broker is slow",
                .event = "slow",
                .host = "broker:8883",
                .members = "\"count\":3",
                .hint = "wait",
                .next = "waiting"},
        Done{},
        Done{.code = Errc::publish_refused,
             .cause = "not authorized",
             .hint = "ask for it",
             .about = {"-t", "a/b"},
             .is_refused = true,
             .reconnects = 1ULL << 60},
        Status{},
        Status{.broker = "broker:8883",
               .process = 4711,
               .connected_since = std::chrono::hours(24),
               .idle = std::chrono::milliseconds(1500),
               .ends_in = std::chrono::seconds(58),
               .messages = 500},
    };
}

}  // namespace mqtts::test
