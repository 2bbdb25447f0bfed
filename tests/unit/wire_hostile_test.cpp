// SPDX-License-Identifier: Apache-2.0
// Packets cut short and packets with one byte changed: whatever they are, no byte behind them is read, and nothing
// breaks. The sanitizers watch; each input stands in a block of its own size.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/hex.hpp"
#include "support/server_wire.hpp"
#include "unit/wire_samples.hpp"

using namespace mqtts;
using namespace mqtts::test;
using namespace mqtts::wire;

namespace {

std::vector<char> bytes_of(const Sample& sample) {
    const std::string bytes = from_hex(sample.hex);
    return {bytes.begin(), bytes.end()};
}

std::string_view view(const std::vector<char>& bytes) {
    return {bytes.data(), bytes.size()};
}

std::optional<Frame> frame_of(std::string_view bytes, Errc& error) {
    return next_frame(bytes, maximum_control_packet_size, error);
}

/// Decodes with either half of the codec and reads everything that is there.
bool is_accepted(const Frame& frame, ProtocolVersion version) {
    const std::string text = to_text(frame, version);
    return !text.ends_with("(malformed_packet)") && !text.ends_with("(protocol_error)");
}

/// Packets that are whole even when bytes are missing from behind: payload, list, or what may be left out.
bool may_end_early(PacketType type) {
    return type != PacketType::connect && type != PacketType::connack;
}

}  // namespace

TEST_CASE("a packet that is cut short is not there yet, wherever it is cut") {
    for (const Sample& sample : samples) {
        CAPTURE(sample.text);
        const std::vector<char> whole = bytes_of(sample);
        for (std::size_t length = 0; length < whole.size(); ++length) {
            const std::vector<char> part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
            Errc error = Errc::internal;
            CHECK_FALSE(frame_of(view(part), error));
            CHECK(error == Errc::ok);
        }
    }
}

TEST_CASE("a packet whose body is cut short, with a length that says so, is decoded within its bounds") {
    for (const Sample& sample : samples) {
        CAPTURE(sample.text);
        const std::vector<char> whole = bytes_of(sample);
        Errc error = Errc::internal;
        const auto frame = frame_of(view(whole), error);
        REQUIRE(frame);
        for (std::size_t length = 0; length < frame->body.size(); ++length) {
            CAPTURE(length);
            const std::vector<char> body(frame->body.begin(),
                                         frame->body.begin() + static_cast<std::ptrdiff_t>(length));
            Frame cut = *frame;
            cut.body = view(body);
            const bool accepted = is_accepted(cut, sample.version);
            if (!may_end_early(frame->type)) CHECK_FALSE(accepted);
        }
    }
}

TEST_CASE("a packet with a byte too many is refused, unless the byte belongs to a payload or a list") {
    for (const Sample& sample : samples) {
        CAPTURE(sample.text);
        const std::vector<char> whole = bytes_of(sample);
        Errc error = Errc::internal;
        const auto frame = frame_of(view(whole), error);
        REQUIRE(frame);
        const bool list = frame->type == PacketType::suback ||
                          (frame->type == PacketType::unsuback && sample.version == ProtocolVersion::v5);
        const bool more_parts_may_follow = sample.version == ProtocolVersion::v5 && frame->body.size() <= 3;
        if (frame->type == PacketType::publish || list || more_parts_may_follow) continue;
        std::vector<char> body(frame->body.begin(), frame->body.end());
        body.push_back('\0');
        Frame longer = *frame;
        longer.body = view(body);
        CHECK_FALSE(is_accepted(longer, sample.version));
    }
}

TEST_CASE("a packet with any one byte changed to anything never leads astray") {
    for (const Sample& sample : samples) {
        CAPTURE(sample.text);
        std::vector<char> bytes = bytes_of(sample);
        for (char& byte : bytes) {
            const char original = byte;
            for (int value = 0; value <= 0xFF; ++value) {
                byte = static_cast<char>(value);
                Errc error = Errc::internal;
                const auto frame = frame_of(view(bytes), error);
                if (!frame) continue;
                REQUIRE(frame->size <= bytes.size());
                const bool accepted = is_accepted(*frame, sample.version);
                if (value == static_cast<unsigned char>(original)) {
                    REQUIRE(accepted == !sample.text.ends_with("_error)"));
                }
            }
            byte = original;
        }
    }
}
