// SPDX-License-Identifier: Apache-2.0
#include "bench/packets.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace mqtts::bench {

namespace {

constexpr std::size_t digits = 8;

char payload_byte(std::string_view number, std::size_t offset) {
    return offset < digits ? number[offset] : static_cast<char>('a' + offset % 26);
}

std::string number_text(std::uint64_t number) {
    std::string text = std::to_string(number);
    return std::string(digits - std::min(text.size(), digits), '0') + text;
}

void append_two_bytes(std::string& to, std::size_t value) {
    to += static_cast<char>(value >> 8);
    to += static_cast<char>(value);
}

void append_string(std::string& to, std::string_view text) {
    append_two_bytes(to, text.size());
    to += text;
}

}  // namespace

void append_fixed_header(std::string& to, unsigned first_byte, std::size_t remaining_length) {
    to += static_cast<char>(first_byte);
    do {
        const std::size_t more = remaining_length > 0x7F ? 0x80 : 0;
        to += static_cast<char>((remaining_length & 0x7F) | more);
        remaining_length >>= 7;
    } while (remaining_length > 0);
}

void append_payload(std::string& to, std::uint64_t number, std::size_t size) {
    static const std::string letters = [] {
        std::string text;
        for (std::size_t offset = 0; offset < 26 * 1024; ++offset)
            text += payload_byte(std::string(digits, '0'), digits + offset);
        return text;
    }();
    to += number_text(number).substr(0, size);
    for (std::size_t missing = size - std::min(size, digits); missing > 0;) {
        const std::size_t part = std::min(missing, letters.size());
        to.append(letters, 0, part);
        missing -= part;
    }
}

bool is_part_of_payload(std::string_view part, std::uint64_t number, std::size_t offset, std::size_t size) {
    if (offset + part.size() > size) return false;
    const std::string text = number_text(number);
    for (const char byte : part) {
        if (byte != payload_byte(text, offset++)) return false;
    }
    return true;
}

std::string stream_topic(unsigned qos, std::size_t size, std::uint64_t count) {
    return "stream/" + std::to_string(qos) + '/' + std::to_string(size) + '/' + std::to_string(count);
}

void append_publish_header(std::string& to, const Stream& stream, std::uint64_t number) {
    const std::size_t variable_header =
        2 + stream.topic.size() + (stream.qos > 0 ? 2 : 0) + (stream.properties ? 1 : 0);
    append_fixed_header(to, publish | stream.qos << 1, variable_header + stream.size);
    append_string(to, stream.topic);
    if (stream.qos > 0) append_two_bytes(to, number % cycle + 1);
    if (stream.properties) to += '\0';
}

std::string publish_packets(const Stream& stream, std::uint64_t count) {
    std::string packets;
    std::string header;
    append_publish_header(header, stream, 0);
    packets.reserve((header.size() + stream.size) * count);
    for (std::uint64_t i = 0; i < count; ++i) {
        append_publish_header(packets, stream, i);
        append_payload(packets, i % cycle, stream.size);
    }
    return packets;
}

void append_acknowledgement(std::string& to, unsigned first_byte, unsigned packet_identifier) {
    append_fixed_header(to, first_byte, 2);
    append_two_bytes(to, packet_identifier);
}

std::string connect_packet(std::string_view client_identifier) {
    std::string body;
    append_string(body, "MQTT");
    body += '\x04';  // MQTT 3.1.1
    body += '\x02';  // Clean Session
    append_two_bytes(body, 60);
    append_string(body, client_identifier);
    std::string packet;
    append_fixed_header(packet, connect, body.size());
    return packet + body;
}

std::string subscribe_packet(std::string_view topic_filter, unsigned qos) {
    std::string packet;
    append_fixed_header(packet, subscribe, 2 + 2 + topic_filter.size() + 1);
    append_two_bytes(packet, 1);
    append_string(packet, topic_filter);
    packet += static_cast<char>(qos);
    return packet;
}

FixedHeader parse_fixed_header(std::string_view bytes) {
    FixedHeader header;
    for (std::size_t i = 1; i < std::min<std::size_t>(bytes.size(), 5); ++i) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        header.body_size |= std::size_t{byte & 0x7FU} << (7 * (i - 1));
        if (byte < 0x80) {
            header.first_byte = static_cast<unsigned char>(bytes[0]);
            header.body = i + 1;
            break;
        }
    }
    return header;
}

PublishHeader parse_publish_header(unsigned first_byte, std::string_view body, bool properties) {
    PublishHeader header;
    header.qos = first_byte >> 1 & 3;
    header.payload = std::size_t{2} + number_at(body, 0);
    if (header.qos > 0) {
        header.packet_identifier = number_at(body, header.payload);
        header.payload += 2;
    }
    if (properties) header.payload += std::size_t{1} + static_cast<unsigned char>(body[header.payload]);
    return header;
}

}  // namespace mqtts::bench
