// SPDX-License-Identifier: Apache-2.0
// What a caller and a keeper say to each other through the socket.
//
// Each end first sends a greeting, then frames:
//
//     greeting  "mqtts/"  protocol version: 2 bytes   length: 1 byte   version of the program
//     frame     length of what follows: 4 bytes       type: 1 byte     body
//
// Numbers are big endian. A frame has at most 64 KiB; only an identity may be larger (share/identity.hpp). The greeting
// stays as it is in all versions, so that an end of another version is recognized; nothing else it says counts.
//
//     caller ─► keeper    identity                 before the first publish
//                         publish                  one at a time: the next one after done
//                         status, end              without an identity, too
//     keeper ─► caller    refused                  instead of taken: nothing was sent to the broker, or will be
//                         taken                    before a byte of the message may be on its way to the broker
//                         log                      any number, before done, if the publish asks for them
//                         done                     the result of a publish or of end
//                         status                   the answer to status
//
// A caller need not wait for the greeting of the keeper: the keeper reads no frame of an end with another version.
// A caller that loses the keeper before taken has come may publish by itself, at every QoS. After taken the message may
// have arrived: another publish is right at QoS 1 only. What the keeper has written before it ended still comes, also
// when it was killed: the caller reads until the end of the stream, or an error, before it decides.
//
// The functions append to a buffer. They shorten texts that are too long, and keep whole characters.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "base/buffer.hpp"
#include "base/error.hpp"

namespace mqtts::share {

inline constexpr std::uint16_t protocol_version = 1;
/// The most bytes behind the length of a frame that is no identity.
inline constexpr std::size_t largest_frame = std::size_t{64} * 1024;
/// The longest version of a program that a greeting may have.
inline constexpr std::size_t longest_version = 255;

enum class FrameType : std::uint8_t {
    identity = 1,
    publish,
    status_request,
    end_request,
    refused = 65,
    taken,
    log,
    done,
    status,
};

// From the caller. The views of what was read are valid as long as share/frame_reader.hpp says.

struct Publish {
    std::string_view topic;
    std::string_view payload;
    std::string_view properties;  // as in the packet, without their length; empty with MQTT 3
    std::uint8_t qos = 0;
    bool retain = false;
    bool wants_log = false;  // -d

    friend bool operator==(const Publish&, const Publish&) = default;
};
/// --share-status
struct StatusRequest {
    friend bool operator==(const StatusRequest&, const StatusRequest&) = default;
};
/// --share=0
struct EndRequest {
    friend bool operator==(const EndRequest&, const EndRequest&) = default;
};
using Request = std::variant<Publish, StatusRequest, EndRequest>;

// From the keeper.

enum class Refusal : std::uint8_t {
    other_identity,  // the caller's settings or files are not those of the connection
    ending,          // the keeper ends, or its connection does
    busy,            // it has no room for another caller
};
struct Refused {
    Refusal reason = Refusal::other_identity;

    friend bool operator==(const Refused&, const Refused&) = default;
};
struct Taken {
    friend bool operator==(const Taken&, const Taken&) = default;
};
enum class LogKind : std::uint8_t { warning, debug };
/// A line for the caller's log, with what a LogNote has (log/log.hpp).
struct LogLine {
    LogKind kind = LogKind::debug;
    std::string_view text;
    std::string_view event;
    std::string_view host;
    std::string_view members;  // JSON; left out if they are too long
    std::string_view hint;
    std::string_view next;

    friend bool operator==(const LogLine&, const LogLine&) = default;
};
struct Done {
    Errc code = Errc::ok;  // ok: the broker has the message
    std::string_view cause;
    std::string_view hint;
    std::vector<std::string_view> about;
    bool is_refused = false;       // by the broker, or by its limits
    std::uint64_t reconnects = 0;  // while it was on its way

    friend bool operator==(const Done&, const Done&) = default;
};
struct Status {
    std::string_view broker;                           // "host:port"
    std::uint64_t process = 0;                         // its number
    std::chrono::milliseconds connected_since{};       // the connection's age
    std::chrono::milliseconds idle{};                  // since the last message
    std::optional<std::chrono::milliseconds> ends_in;  // nothing: it is in use
    std::uint64_t messages = 0;                        // acknowledged by the broker

    friend bool operator==(const Status&, const Status&) = default;
};
using Reply = std::variant<Refused, Taken, LogLine, Done, Status>;

/// Precondition: the version has at most longest_version bytes.
void encode_greeting(Buffer& to, std::string_view program_version);
/// Appends what comes before the bytes of an identity. They follow directly from their locked memory: no copy of them
/// is made. Precondition: at most Identity::limit bytes.
void encode_identity_header(Buffer& to, std::size_t size);
/// Returns false, and appends nothing, if the message is larger than a frame: the caller publishes it by itself.
[[nodiscard]] bool encode(Buffer& to, const Publish& publish);
void encode(Buffer& to, StatusRequest request);
void encode(Buffer& to, EndRequest request);
void encode(Buffer& to, Refused refused);
void encode(Buffer& to, Taken taken);
void encode(Buffer& to, const LogLine& line);
void encode(Buffer& to, const Done& done);
void encode(Buffer& to, const Status& status);

/// Decode the body of a frame of their types. Nothing: it is malformed, or no type of a request, or of a reply.
[[nodiscard]] std::optional<Request> decode_request(FrameType type, std::string_view body);
[[nodiscard]] std::optional<Reply> decode_reply(FrameType type, std::string_view body);

/// Makes the result of a failed publish, with views into the failure.
[[nodiscard]] Done done_with(const Failure& failure);
/// Returns the failure in a result. Precondition: its code is not Errc::ok.
[[nodiscard]] Failure failure_of(const Done& done);

}  // namespace mqtts::share
