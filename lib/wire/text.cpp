// SPDX-License-Identifier: Apache-2.0
#include "wire/text.hpp"

#include <fmt/format.h>

#include "wire/cursor.hpp"
#include "wire/decode_client.hpp"

namespace mqtts::wire {

namespace {

constexpr std::size_t longest_payload_shown = 64;

std::string escaped(std::string_view text) {
    std::string result;
    for (const char byte : text) {
        const bool printable = byte >= ' ' && byte <= '~';
        if (!printable) {
            result += fmt::format("\\x{:02x}", octet(byte));
        } else {
            if (byte == '"' || byte == '\\') result.push_back('\\');
            result.push_back(byte);
        }
    }
    return result;
}

std::string in_quotes(std::string_view text) {
    return '"' + escaped(text) + '"';
}

std::string payload_text(std::string_view payload) {
    return payload.size() > longest_payload_shown ? fmt::format("<{} bytes>", payload.size()) : in_quotes(payload);
}

std::string topic_text(std::string_view topic_name) {
    return topic_name.empty() ? "\"\"" : escaped(topic_name);
}

std::string reason_text(ReasonCode reason) {
    return fmt::format("0x{:02x}", static_cast<unsigned>(reason));
}

std::string qos_text(Qos qos) {
    return fmt::format("qos{}", static_cast<unsigned>(qos));
}

std::string property_text(const Property& property) {
    const PropertyInfo& rules = info(property.identifier);
    if (rules.is_secret) return std::string(rules.name);
    switch (rules.type) {
        case PropertyType::string:
        case PropertyType::binary:
            return fmt::format("{}={}", rules.name, in_quotes(property.text));
        case PropertyType::string_pair:
            return fmt::format("{}={}:{}", rules.name, in_quotes(property.text), in_quotes(property.value));
        default:
            return fmt::format("{}={}", rules.name, property.number);
    }
}

/// Returns " [a=1 b=2]", or nothing.
std::string properties_text(const PropertiesView& properties) {
    std::string result;
    for (const Property& property : properties) {
        result += result.empty() ? " [" : " ";
        result += property_text(property);
    }
    if (!result.empty()) result.push_back(']');
    return result;
}

std::string body_text(const ClientConnect& connect) {
    const Connect& packet = connect.packet;
    std::string result;
    if (connect.version != ProtocolVersion::v5) result += fmt::format(" {}", to_text(connect.version));
    if (packet.clean_start) result += " clean";
    result += fmt::format(" keep-alive={} id={}", packet.keep_alive, escaped(packet.client_identifier));
    if (packet.user_name) result += " user=" + escaped(*packet.user_name);
    if (packet.password) result += " password";
    if (packet.will) {
        const Will& will = *packet.will;
        result +=
            fmt::format(" will=({} {}{} {}{})", topic_text(will.topic_name), qos_text(will.qos),
                        will.retain ? " retain" : "", payload_text(will.payload), properties_text(will.properties));
    }
    return result + properties_text(packet.properties);
}

std::string body_text(const Connack& packet) {
    return ' ' + reason_text(packet.reason_code) + (packet.session_present ? " session-present" : "") +
           properties_text(packet.properties);
}

std::string body_text(const Publish& packet) {
    std::string result;
    if (packet.qos != Qos::at_most_once) result += fmt::format(" {}", packet.packet_identifier);
    result += ' ' + qos_text(packet.qos);
    if (packet.dup) result += " dup";
    if (packet.retain) result += " retain";
    return result + ' ' + topic_text(packet.topic_name) + ' ' + payload_text(packet.payload) +
           properties_text(packet.properties);
}

std::string body_text(const Acknowledgement& packet) {
    std::string result = fmt::format(" {}", packet.packet_identifier);
    if (packet.reason_code != ReasonCode::success) result += ' ' + reason_text(packet.reason_code);
    return result + properties_text(packet.properties);
}

std::string body_text(const ClientSubscribe& packet) {
    std::string result = fmt::format(" {}", packet.packet_identifier);
    for (const Subscription& subscription : packet.subscriptions) {
        if (&subscription != packet.subscriptions.data()) result += ',';
        result += ' ' + escaped(subscription.topic_filter) + ' ' + qos_text(subscription.qos);
        if (subscription.no_local) result += " no-local";
        if (subscription.retain_as_published) result += " retain-as-published";
        if (subscription.retain_handling != RetainHandling::always) {
            result += fmt::format(" retain-handling={}", static_cast<unsigned>(subscription.retain_handling));
        }
    }
    return result + properties_text(packet.properties);
}

std::string body_text(const ClientUnsubscribe& packet) {
    std::string result = fmt::format(" {}", packet.packet_identifier);
    for (const std::string_view& topic_filter : packet.topic_filters) {
        if (&topic_filter != packet.topic_filters.data()) result += ',';
        result += ' ' + escaped(topic_filter);
    }
    return result + properties_text(packet.properties);
}

std::string body_text(const SubscriptionAnswer& packet) {
    std::string result = fmt::format(" {}", packet.packet_identifier);
    for (std::size_t i = 0; i < packet.reason_codes.size(); ++i)
        result += ' ' + reason_text(packet.reason(i));
    return result + properties_text(packet.properties);
}

std::string body_text(const Disconnect& packet) {
    return ' ' + reason_text(packet.reason_code) + properties_text(packet.properties);
}

std::string body_text(const Auth& packet) {
    return ' ' + reason_text(packet.reason_code) + properties_text(packet.properties);
}

std::string body_text(const Pingreq&) {
    return {};
}
std::string body_text(const Pingresp&) {
    return {};
}

std::string error_text(Errc error) {
    return fmt::format(" ({})", describe(error).name);
}

template <class Packet>
std::string decoded_text(const Frame& frame, ProtocolVersion version) {
    Packet packet;
    const Errc error = decode(frame, version, packet);
    return error == Errc::ok ? body_text(packet) : error_text(error);
}

std::string connect_text(const Frame& frame) {
    ClientConnect packet;
    const Errc error = decode(frame, packet);
    return error == Errc::ok ? body_text(packet) : error_text(error);
}

/// Returns DISCONNECT and AUTH as text, from whichever side they are.
template <class FromClient, class FromServer>
std::string either_text(const Frame& frame, ProtocolVersion version) {
    FromClient packet;
    if (decode(frame, version, packet) == Errc::ok) return body_text(packet.packet);
    return decoded_text<FromServer>(frame, version);
}

std::string disconnect_text(const Frame& frame, ProtocolVersion version) {
    if (version != ProtocolVersion::v5 && frame.body.empty()) return {};
    return either_text<ClientDisconnect, Disconnect>(frame, version);
}

std::string body_text(const Frame& frame, ProtocolVersion version) {
    switch (frame.type) {
        case PacketType::connect:
            return connect_text(frame);
        case PacketType::connack:
            return decoded_text<Connack>(frame, version);
        case PacketType::publish:
            return decoded_text<Publish>(frame, version);
        case PacketType::puback:
        case PacketType::pubrec:
        case PacketType::pubrel:
        case PacketType::pubcomp:
            return decoded_text<Acknowledgement>(frame, version);
        case PacketType::subscribe:
            return decoded_text<ClientSubscribe>(frame, version);
        case PacketType::unsubscribe:
            return decoded_text<ClientUnsubscribe>(frame, version);
        case PacketType::suback:
        case PacketType::unsuback:
            return decoded_text<SubscriptionAnswer>(frame, version);
        case PacketType::pingreq:
            return decoded_text<Pingreq>(frame, version);
        case PacketType::pingresp:
            return decoded_text<Pingresp>(frame, version);
        case PacketType::disconnect:
            return disconnect_text(frame, version);
        case PacketType::auth:
            return either_text<ClientAuth, Auth>(frame, version);
        case PacketType::reserved:
            break;  // next_frame() refuses it
    }
    return error_text(Errc::malformed_packet);
}

}  // namespace

std::string to_text(const Frame& frame, ProtocolVersion version) {
    return std::string(name(frame.type)) + body_text(frame, version);
}

}  // namespace mqtts::wire
