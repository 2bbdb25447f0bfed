// SPDX-License-Identifier: Apache-2.0
// The value of -D, COMMAND IDENTIFIER VALUE: properties of MQTT 5 for the packets we send.
//
// What the specification forbids is refused here, before anything is sent: a property in the wrong packet, twice, or
// with a value out of range. The table of wire/property.hpp lists the properties and their packets.
#pragma once

#include <span>
#include <string_view>

#include "cli/option.hpp"
#include "wire/property.hpp"

namespace mqtts::cli {

/// One of the commands.
struct PropertyCommand {
    std::string_view name;                                 // "publish"
    wire::PacketType packet;                               // or the Will Properties
    wire::PropertyWriter& (*properties)(Arguments&) = {};  // returns the collection they go to

    /// May we send such a property there?
    [[nodiscard]] bool takes(const wire::PropertyInfo& property) const noexcept;
};

[[nodiscard]] std::span<const PropertyCommand> property_commands() noexcept;

/// Adds a property. Accepts names in any case, and a packet that the program never sends.
Result<> add_property(Arguments& arguments, Values words);

/// Counts the words of -D: a User Property has a name and a value.
[[nodiscard]] std::size_t property_words(Values first) noexcept;

/// Returns the value of a property that is secret, which is Authentication Data.
[[nodiscard]] std::string_view property_secret(Values words) noexcept;

}  // namespace mqtts::cli
