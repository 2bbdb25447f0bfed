// SPDX-License-Identifier: Apache-2.0
// Prebuilt MQTT: the messages of the benchmark and the few packets around them, made without the code that is measured.
// All packets can be sent to either side, by anyone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mqtts::bench {

/// The messages of a stream repeat after so many; their Packet Identifiers are 1 to 4096 [MQTT-2.2.1-3].
inline constexpr std::uint64_t cycle = 4096;

/// The payload of the message with this number: the number and letters.
void append_payload(std::string& to, std::uint64_t number, std::size_t size);
/// `part` is what stands at `offset` in that payload.
[[nodiscard]] bool is_part_of_payload(std::string_view part, std::uint64_t number, std::size_t offset,
                                      std::size_t size);

struct Stream {
    std::string topic = "b";
    unsigned qos = 0;
    std::size_t size = 0;     // of a payload, in bytes
    std::uint64_t count = 0;  // messages
    bool properties = false;  // MQTT 5: each PUBLISH has a Property Length, of zero
};

/// The Topic Filter that asks the peer for a stream, and its messages' Topic Name.
[[nodiscard]] std::string stream_topic(unsigned qos, std::size_t size, std::uint64_t count);

void append_fixed_header(std::string& to, unsigned first_byte, std::size_t remaining_length);
/// A PUBLISH without its payload.
void append_publish_header(std::string& to, const Stream& stream, std::uint64_t number);
/// The PUBLISH packets of the first messages. All have the same size.
[[nodiscard]] std::string publish_packets(const Stream& stream, std::uint64_t count);
/// One PUBACK, PUBREC, PUBREL or PUBCOMP.
void append_acknowledgement(std::string& to, unsigned first_byte, unsigned packet_identifier);

/// MQTT 3.1.1, with Clean Session.
[[nodiscard]] std::string connect_packet(std::string_view client_identifier);
[[nodiscard]] std::string subscribe_packet(std::string_view topic_filter, unsigned qos);

/// The first byte of a packet [MQTT-2.1].
inline constexpr unsigned connect = 0x10;
inline constexpr unsigned connack = 0x20;
inline constexpr unsigned publish = 0x30;
inline constexpr unsigned puback = 0x40;
inline constexpr unsigned pubrec = 0x50;
inline constexpr unsigned pubrel = 0x62;
inline constexpr unsigned pubcomp = 0x70;
inline constexpr unsigned subscribe = 0x82;
inline constexpr unsigned suback = 0x90;
inline constexpr unsigned pingreq = 0xC0;
inline constexpr unsigned disconnect = 0xE0;

/// Where a packet's body begins and how long it is; body 0: the fixed header is not complete.
struct FixedHeader {
    unsigned first_byte = 0;
    std::size_t body = 0;
    std::size_t body_size = 0;
};
[[nodiscard]] FixedHeader parse_fixed_header(std::string_view bytes);
[[nodiscard]] inline unsigned number_at(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned>(static_cast<unsigned char>(bytes[at])) << 8 |
           static_cast<unsigned char>(bytes[at + 1]);
}

/// The variable header of a PUBLISH. Precondition: `body` has all of it.
struct PublishHeader {
    unsigned qos = 0;
    unsigned packet_identifier = 0;
    std::size_t payload = 0;  // where it begins in the body
};
[[nodiscard]] PublishHeader parse_publish_header(unsigned first_byte, std::string_view body, bool properties);

}  // namespace mqtts::bench
