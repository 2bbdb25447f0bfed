// SPDX-License-Identifier: Apache-2.0
// The output format of -F, compiled once into the steps that print a message.
//
//     format    = { character | "\" letter | "@" letter | specifier }
//     specifier = "%" [ "-" ] [ "0" ] [ width ] [ "." precision ] [ separator ] letter
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "format/time.hpp"
#include "wire/property.hpp"

namespace mqtts::format {

/// How a step lays out what it prints.
struct Field {
    std::size_t width = 0;
    std::optional<std::size_t> precision;
    bool left = false;     // aligned to the left, filled with spaces
    char fill = ' ';       // otherwise, on the left
    char separator = ' ';  // between groups of hexadecimal digits
};

enum class Item : std::uint8_t {
    text,
    topic_name,
    payload,
    hexadecimal,
    upper_hexadecimal,
    float_number,   // the payload is a float of this machine
    double_number,  // the payload is a double of this machine
    payload_length,
    length_prefix,  // the same in four bytes, big endian
    packet_identifier,
    qos,
    retain,
    property,
    user_properties,
    json,               // the message, its payload as a string
    json_with_payload,  // the message, its payload as JSON
    second,             // what strftime makes of the time of receipt
    unix_time,
    nanoseconds,
};

struct Step {
    Item item = Item::text;
    Field field{};
    std::string text{};                   // Item::text
    wire::PropertyIdentifier property{};  // Item::property
    SecondText second{""};                // Item::second
};

/// Compiles a format. The failure (bad_option) quotes what is wrong and says where.
[[nodiscard]] Result<std::vector<Step>> compile(std::string_view format);

}  // namespace mqtts::format
