// SPDX-License-Identifier: Apache-2.0
#include "crash_states/packets.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

#include "wire/decode_client.hpp"

namespace mqtts::test::crash {

namespace {

constexpr auto version = wire::ProtocolVersion::v5;
constexpr std::size_t not_left = static_cast<std::size_t>(-1);

template <class T>
T decoded(const wire::Frame& frame) {
    T packet{};
    if (decode(frame, version, packet) != Errc::ok) throw std::runtime_error("a packet cannot be decoded");
    return packet;
}

Packet packet_of(const wire::Frame& frame) {
    Packet packet{.type = frame.type};
    switch (frame.type) {
        case wire::PacketType::connect: {
            wire::ClientConnect connect;
            if (decode(frame, connect) != Errc::ok) throw std::runtime_error("CONNECT cannot be decoded");
            packet.client_identifier = connect.packet.client_identifier;
            return packet;
        }
        case wire::PacketType::publish: {
            const auto publish = decoded<wire::Publish>(frame);
            packet.identifier = publish.packet_identifier;
            packet.qos = publish.qos;
            packet.dup = publish.dup;
            packet.payload = publish.payload;
            return packet;
        }
        case wire::PacketType::puback:
        case wire::PacketType::pubrec:
        case wire::PacketType::pubrel:
        case wire::PacketType::pubcomp:
            packet.identifier = decoded<wire::Acknowledgement>(frame).packet_identifier;
            return packet;
        default:
            return packet;
    }
}

/// What a process has sent or received and is not yet a whole packet.
struct Half {
    std::string bytes;

    std::optional<Packet> next() {
        Errc error = Errc::ok;
        const auto frame = wire::next_frame(bytes, wire::largest_packet, error);
        if (error != Errc::ok) throw std::runtime_error("what was recorded is no packet");
        if (!frame) return std::nullopt;
        Packet packet = packet_of(*frame);
        bytes.erase(0, frame->size);
        return packet;
    }
};

}  // namespace

std::vector<Packet> packets_in(const std::vector<Record>& records) {
    std::map<std::pair<pid_t, bool>, Half> halves;
    std::map<pid_t, std::vector<std::size_t>> waiting;  // to leave
    std::vector<Packet> packets;
    for (std::size_t at = 0; at < records.size(); ++at) {
        const Record& record = records[at];
        if (record.call == Call::send) {
            for (const std::size_t number : std::exchange(waiting[record.process], {}))
                packets[number].at = at;
            continue;
        }
        const bool is_sent = record.call == Call::encrypt;
        if (!is_sent && record.call != Call::decrypt) continue;
        Half& half = halves[{record.process, is_sent}];
        half.bytes += record.bytes;
        while (auto packet = half.next()) {
            packet->at = is_sent ? not_left : at;
            packet->is_sent = is_sent;
            if (is_sent) waiting[record.process].push_back(packets.size());
            packets.push_back(std::move(*packet));
        }
    }
    std::erase_if(packets, [](const Packet& packet) { return packet.at == not_left; });
    std::ranges::stable_sort(packets, {}, &Packet::at);
    return packets;
}

}  // namespace mqtts::test::crash
