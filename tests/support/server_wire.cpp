// SPDX-License-Identifier: Apache-2.0
#include "support/server_wire.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "wire/cursor.hpp"

namespace mqtts::test {

using namespace wire;

namespace {

void append_packet(Buffer& to, PacketType type, std::string_view body) {
    char header[5];
    Writer writer(header);
    writer.byte(static_cast<unsigned>(type) << 4);
    writer.variable_byte(static_cast<std::uint32_t>(body.size()));
    to.append({header, static_cast<std::size_t>(writer.position() - header)});
    to.append(body);
}

void append_properties(std::string& body, const PropertiesView& properties) {
    char length[4];
    Writer writer(length);
    writer.variable_byte(static_cast<std::uint32_t>(properties.bytes().size()));
    body.append(length, static_cast<std::size_t>(writer.position() - length));
    body.append(properties.bytes());
}

void append_two_byte(std::string& body, unsigned value) {
    char bytes[2];
    Writer(bytes).two_byte(value);
    body.append(bytes, sizeof bytes);
}

/// The return code of MQTT 3 for a Reason Code; what it has no word for is Server unavailable.
char return_code(ReasonCode reason) {
    constexpr std::array with_a_word = {ReasonCode::success,
                                        ReasonCode::unsupported_protocol_version,
                                        ReasonCode::client_identifier_not_valid,
                                        ReasonCode::server_unavailable,
                                        ReasonCode::bad_user_name_or_password,
                                        ReasonCode::not_authorized};
    const auto* const found = std::find(with_a_word.begin(), with_a_word.end(), reason);
    return static_cast<char>(found != with_a_word.end() ? found - with_a_word.begin() : 3);
}

}  // namespace

void encode(Buffer& to, const Connack& packet, ProtocolVersion version) {
    std::string body(1, packet.session_present ? '\1' : '\0');
    if (version == ProtocolVersion::v5) {
        body.push_back(static_cast<char>(packet.reason_code));
        append_properties(body, packet.properties);
    } else {
        body.push_back(return_code(packet.reason_code));
    }
    append_packet(to, PacketType::connack, body);
}

void encode(Buffer& to, const SubscriptionAnswer& packet, ProtocolVersion version) {
    std::string body;
    append_two_byte(body, packet.packet_identifier);
    if (version == ProtocolVersion::v5) append_properties(body, packet.properties);
    const bool has_codes = version == ProtocolVersion::v5 || packet.type == PacketType::suback;
    if (has_codes) body.append(packet.reason_codes);
    append_packet(to, packet.type, body);
}

void encode(Buffer& to, const Pingresp&, ProtocolVersion) {
    append_packet(to, PacketType::pingresp, {});
}

std::string to_text(std::string_view bytes, ProtocolVersion version) {
    std::string result;
    while (!bytes.empty()) {
        if (!result.empty()) result += "; ";
        Errc error = Errc::ok;
        const std::optional<Frame> frame = next_frame(bytes, largest_packet, error);
        if (!frame) {
            const std::string rest = std::to_string(bytes.size()) + " more bytes";
            return result + "(" + (error == Errc::ok ? rest : std::string(describe(error).name)) + ")";
        }
        result += to_text(*frame, version);
        bytes.remove_prefix(frame->size);
    }
    return result;
}

}  // namespace mqtts::test
