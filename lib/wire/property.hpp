// SPDX-License-Identifier: Apache-2.0
// The properties of MQTT 5.0 [MQTT-2.2.2.2]: one table, a view over encoded ones and a writer.
//
// Properties stay encoded from end to end. decode() checks the bytes once (known identifier, allowed in this packet,
// not twice, well-formed value); after that PropertiesView iterates over them without any check that can fail.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "wire/packet_type.hpp"

namespace mqtts::wire {

enum class PropertyIdentifier : std::uint8_t {
    payload_format_indicator = 0x01,
    message_expiry_interval = 0x02,
    content_type = 0x03,
    response_topic = 0x08,
    correlation_data = 0x09,
    subscription_identifier = 0x0B,
    session_expiry_interval = 0x11,
    assigned_client_identifier = 0x12,
    server_keep_alive = 0x13,
    authentication_method = 0x15,
    authentication_data = 0x16,
    request_problem_information = 0x17,
    will_delay_interval = 0x18,
    request_response_information = 0x19,
    response_information = 0x1A,
    server_reference = 0x1C,
    reason_string = 0x1F,
    receive_maximum = 0x21,
    topic_alias_maximum = 0x22,
    topic_alias = 0x23,
    maximum_qos = 0x24,
    retain_available = 0x25,
    user_property = 0x26,
    maximum_packet_size = 0x27,
    wildcard_subscription_available = 0x28,
    subscription_identifier_available = 0x29,
    shared_subscription_available = 0x2A,
};

enum class PropertyType : std::uint8_t { byte, two_byte, four_byte, variable_byte, string, binary, string_pair };

struct PropertyInfo {
    PropertyIdentifier identifier;
    std::string_view name;  // "message-expiry-interval", as users write it
    PropertyType type;
    PacketSet allowed_in;
    std::uint32_t minimum = 0;  // both 0: not a number
    std::uint32_t maximum = 0;

    // Few properties have these.
    PacketSet repeatable_in = 0;     // where it may occur more than once
    PacketSet only_from_server = 0;  // where a client must not send it
    bool is_topic_name = false;      // its value must be a Topic Name
    bool is_secret = false;          // its value is for the server, not for logs
    bool per_connection = false;     // it has a meaning only on the connection it was received on

    [[nodiscard]] bool allowed(PacketType packet) const noexcept { return contains(allowed_in, packet); }
    [[nodiscard]] bool allowed_from_client(PacketType packet) const noexcept {
        return contains(allowed_in, packet) && !contains(only_from_server, packet);
    }
    [[nodiscard]] bool repeatable(PacketType packet) const noexcept { return contains(repeatable_in, packet); }
};

[[nodiscard]] std::span<const PropertyInfo> property_table() noexcept;
/// Finds a property; nullptr: there is no such property.
[[nodiscard]] const PropertyInfo* find_property(std::uint32_t identifier) noexcept;
[[nodiscard]] const PropertyInfo* find_property(std::string_view name) noexcept;
[[nodiscard]] const PropertyInfo& info(PropertyIdentifier identifier) noexcept;

/// A property. Its type in the table decides which members mean something.
struct Property {
    PropertyIdentifier identifier{};
    std::uint32_t number = 0;  // byte, integers
    std::string_view text{};   // string, binary; the name of a string pair
    std::string_view value{};  // the value of a string pair
};

/// Checked, encoded properties, without the Property Length that precedes them on the wire.
class PropertiesView {
public:
    class Iterator {
    public:
        using value_type = Property;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;
        explicit Iterator(std::string_view bytes) noexcept : rest_(bytes) { read(); }
        const Property& operator*() const noexcept { return current_; }
        const Property* operator->() const noexcept { return &current_; }
        Iterator& operator++() noexcept {
            read();
            return *this;
        }
        void operator++(int) noexcept { read(); }
        bool operator==(const Iterator& other) const noexcept { return at_end_ == other.at_end_; }

    private:
        void read() noexcept;

        std::string_view rest_;
        Property current_;
        bool at_end_ = true;
    };

    PropertiesView() = default;
    /// Precondition: `checked` passed check_properties(), or comes from a PropertyWriter.
    explicit PropertiesView(std::string_view checked) noexcept : bytes_(checked) {}

    [[nodiscard]] Iterator begin() const noexcept { return Iterator(bytes_); }
    [[nodiscard]] Iterator end() const noexcept { return {}; }
    [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }
    [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }

    /// Returns the first property with this identifier.
    [[nodiscard]] std::optional<Property> find(PropertyIdentifier identifier) const noexcept;

private:
    std::string_view bytes_;
};

/// Checks whether these are the encoded properties of a packet of this type. Never reads behind `bytes`.
/// malformed_packet: not well-formed; protocol_error: twice, or a value that the specification forbids [MQTT-2.2.2].
[[nodiscard]] Errc check_properties(std::string_view bytes, PacketType packet) noexcept;

/// Encodes properties one after the other; owns the bytes. The caller has checked the values against the table.
class PropertyWriter {
public:
    void add(PropertyIdentifier identifier, std::uint32_t number);
    void add(PropertyIdentifier identifier, std::string_view text);
    void add(PropertyIdentifier identifier, std::string_view name, std::string_view value);

    void clear() noexcept { bytes_.clear(); }

    [[nodiscard]] PropertiesView view() const noexcept { return PropertiesView(bytes_); }

private:
    void append_prefixed(std::string_view text);

    std::string bytes_;
};

}  // namespace mqtts::wire
