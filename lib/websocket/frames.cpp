// SPDX-License-Identifier: Apache-2.0
#include "websocket/frames.hpp"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <utility>

#include "text/escape.hpp"

namespace mqtts::websocket {

namespace {

constexpr unsigned final_bit = 0x80;
constexpr unsigned reserved_bits = 0x70;
constexpr unsigned mask_bit = 0x80;
constexpr std::size_t largest_control_payload = 125;  // also the largest length that needs no more than one byte
constexpr unsigned two_byte_length = 126;
constexpr unsigned eight_byte_length = 127;

using Mask = std::array<char, 8>;  // twice the same four bytes: payload is masked eight at a time

Mask fresh_mask() {
    unsigned char bytes[4];
    if (RAND_bytes(bytes, sizeof bytes) != 1) throw std::runtime_error("OpenSSL has no random numbers");
    Mask mask;
    std::memcpy(mask.data(), bytes, sizeof bytes);
    std::memcpy(mask.data() + 4, bytes, sizeof bytes);
    return mask;
}

void append_masked(Buffer& to, std::string_view payload, const Mask& mask) {
    char* out = to.prepare(payload.size()).data();
    std::uint64_t mask_word = 0;
    std::memcpy(&mask_word, mask.data(), sizeof mask_word);
    std::size_t i = 0;
    for (; i + sizeof mask_word <= payload.size(); i += sizeof mask_word) {
        std::uint64_t word = 0;
        std::memcpy(&word, payload.data() + i, sizeof word);
        word ^= mask_word;
        std::memcpy(out + i, &word, sizeof word);
    }
    for (; i < payload.size(); ++i)
        out[i] = static_cast<char>(payload[i] ^ mask[i % mask.size()]);
    to.commit(payload.size());
}

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t number = 0;
    for (const char byte : bytes)
        number = number << 8 | static_cast<unsigned char>(byte);
    return number;
}

void append_big_endian(Buffer& to, std::uint64_t number, std::size_t bytes) {
    char* const out = to.prepare(bytes).data();
    for (std::size_t i = bytes; i-- > 0; number >>= 8)
        out[i] = static_cast<char>(number & 0xFF);
    to.commit(bytes);
}

}  // namespace

struct Frames::FrameHeader {
    unsigned flags = 0;  // FIN and the reserved bits
    Opcode opcode{};
    bool masked = false;
    std::uint64_t length = 0;
    std::size_t size = 0;  // of the header itself

    [[nodiscard]] bool is_control() const noexcept { return static_cast<unsigned>(opcode) >= 8; }
    [[nodiscard]] bool is_final() const noexcept { return (flags & final_bit) != 0; }
    /// The length must use as few bytes as possible, and be less than 2^63.
    [[nodiscard]] bool has_valid_length() const noexcept {
        return size == 2 || (size == 4 && length > largest_control_payload) ||
               (size == 10 && length > 0xFFFF && length >> 63 == 0);
    }

    /// Reads the header. Nothing: it has not arrived completely.
    static std::optional<FrameHeader> read(std::string_view bytes) {
        if (bytes.size() < 2) return std::nullopt;
        const auto first = static_cast<unsigned char>(bytes[0]);
        const auto second = static_cast<unsigned char>(bytes[1]);
        const unsigned length = second & ~mask_bit;
        const std::size_t more = length == eight_byte_length ? 8 : length == two_byte_length ? 2 : 0;
        if (bytes.size() < 2 + more) return std::nullopt;
        return FrameHeader{.flags = first & (final_bit | reserved_bits),
                           .opcode = static_cast<Opcode>(first & 0x0F),
                           .masked = (second & mask_bit) != 0,
                           .length = more == 0 ? length : big_endian(bytes.substr(2, more)),
                           .size = 2 + more};
    }
};

Status Frames::receive(Buffer& plaintext) {
    const std::size_t before = plaintext.size();
    while (ended_ == Status::ok && (payload_left_ != 0 ? take_payload(plaintext) : take_frame())) {
    }
    if (plaintext.size() != before) return Status::ok;
    return ended_ == Status::ok ? Status::would_block : ended_;
}

/// Takes payload of the current frame. false: more bytes are needed.
bool Frames::take_payload(Buffer& plaintext) {
    const std::string_view bytes = incoming_.readable();
    const std::string_view payload =
        bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(payload_left_, bytes.size())));
    plaintext.append(payload);
    payload_left_ -= payload.size();
    incoming_.consume(payload.size());
    return !payload.empty();
}

/// Begins a data frame, or takes a whole control frame. false: more bytes are needed, or this is the end.
bool Frames::take_frame() {
    const auto header = FrameHeader::read(incoming_.readable());
    if (!header) return false;
    if (!check(*header)) return false;
    if (!header->is_control()) {
        incoming_.consume(header->size);
        payload_left_ = header->length;
        in_message_ = !header->is_final();
        return true;
    }
    const std::size_t length = static_cast<std::size_t>(header->length);
    if (incoming_.size() < header->size + length) return false;
    take_control(header->opcode, incoming_.readable().substr(header->size, length));
    incoming_.consume(header->size + length);
    return true;
}

/// Rejects what a server must not send [RFC 6455, 5; MQTT-6.0.0-1]. false: it has failed.
bool Frames::check(const FrameHeader& header) {
    const auto protocol_error = [this](std::string_view what) {
        return fail(CloseCode::protocol_error, fmt::format("the server broke the WebSocket protocol: {}", what));
    };
    if ((header.flags & reserved_bits) != 0) return protocol_error("a frame with reserved bits");
    if (header.masked) return protocol_error("a masked frame");
    if (!header.has_valid_length()) return protocol_error("a frame with a malformed length");
    switch (header.opcode) {
        case Opcode::binary:
            return !in_message_ || protocol_error("a message within a fragmented one");
        case Opcode::continuation:
            return in_message_ || protocol_error("a continuation without a beginning");
        case Opcode::text:
            return fail(CloseCode::wrong_type,
                        "the server sent text through the WebSocket, but MQTT uses binary frames");
        case Opcode::close:
        case Opcode::ping:
        case Opcode::pong:
            if (!header.is_final()) return protocol_error("a fragmented control frame");
            return header.length <= largest_control_payload || protocol_error("a control frame that is too long");
    }
    return protocol_error(fmt::format("a frame of the unknown kind {}", static_cast<unsigned>(header.opcode)));
}

void Frames::take_control(Opcode opcode, std::string_view payload) {
    if (opcode == Opcode::close) take_close(payload);
    if (opcode != Opcode::ping) return;
    ping_ = payload;  // only the last one needs an answer [RFC 6455, 5.5.3], so nothing piles up
    owes_pong_ = true;
}

void Frames::take_close(std::string_view payload) {
    if (payload.size() == 1) {
        fail(CloseCode::protocol_error, "the server broke the WebSocket protocol: a malformed Close");
        return;
    }
    const auto code = payload.empty() ? CloseCode::normal : static_cast<CloseCode>(big_endian(payload.substr(0, 2)));
    send_close(code);
    ended_ = Status::closed;
    if (code == CloseCode::normal || code == CloseCode::going_away) return;
    const std::string reason = payload.size() > 2 ? fmt::format(" ({})", escape(payload.substr(2))) : "";
    failure_ = Failure(Errc::connection_lost, fmt::format("the server closed the WebSocket with status {}{}",
                                                          static_cast<unsigned>(code), reason));
    ended_ = Status::failed;
}

bool Frames::fail(CloseCode code, std::string cause) {
    failure_ = Failure(Errc::protocol_error, std::move(cause));
    ended_ = Status::failed;
    send_close(code);
    return false;
}

void Frames::send(std::string_view plaintext) {
    if (std::exchange(owes_pong_, false)) append_frame(Opcode::pong, ping_);
    if (!plaintext.empty()) append_frame(Opcode::binary, plaintext);
}

void Frames::close() {
    send_close(CloseCode::normal);
}

void Frames::send_close(CloseCode code) {
    if (std::exchange(close_sent_, true)) return;
    const auto number = static_cast<unsigned>(code);
    const char payload[] = {static_cast<char>(number >> 8), static_cast<char>(number & 0xFF)};
    append_frame(Opcode::close, {payload, sizeof payload});
}

/// Appends a frame that is a whole message.
void Frames::append_frame(Opcode opcode, std::string_view payload) {
    const std::size_t length = payload.size();
    const std::size_t more = length > 0xFFFF ? 8 : length > largest_control_payload ? 2 : 0;
    const std::uint64_t in_short = more == 8 ? eight_byte_length : more == 2 ? two_byte_length : length;
    append_big_endian(outgoing_, final_bit | static_cast<unsigned>(opcode), 1);
    append_big_endian(outgoing_, mask_bit | in_short, 1);
    append_big_endian(outgoing_, length, more);
    const Mask mask = fresh_mask();
    outgoing_.append({mask.data(), 4});
    append_masked(outgoing_, payload, mask);
}

}  // namespace mqtts::websocket
