// SPDX-License-Identifier: Apache-2.0
// -D COMMAND IDENTIFIER VALUE: properties of MQTT 5 for the packets we send.
//
// What the specification forbids is refused here, before anything is sent: a property in the wrong packet, twice, or
// with a value out of range. Which properties there are, and where, is in the table of wire/property.hpp.
#pragma once

#include <span>
#include <string_view>

#include "cli/option.hpp"
#include "wire/property.hpp"

namespace mqtts::cli {

/// What COMMAND may be.
struct PropertyCommand {
    std::string_view name;                                 // "publish"
    wire::PacketType packet;                               // or the Will Properties
    wire::PropertyWriter& (*properties)(Arguments&) = {};  // where they are collected

    /// May we send such a property there?
    [[nodiscard]] bool takes(const wire::PropertyInfo& property) const noexcept;
};

[[nodiscard]] std::span<const PropertyCommand> property_commands() noexcept;

/// Names in any case; a packet that the program never sends is in order, too.
Outcome<> add_property(Arguments& arguments, Values words);

/// A User Property has a name and a value.
[[nodiscard]] std::size_t property_words(Values first) noexcept;

/// The value, of a property whose value is secret: Authentication Data.
[[nodiscard]] std::string_view property_secret(Values words) noexcept;

}  // namespace mqtts::cli
