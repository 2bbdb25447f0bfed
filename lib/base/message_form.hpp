// SPDX-License-Identifier: Apache-2.0
// The forms of an input (--input) and an output (--output): how messages follow one another. One row for each form.
//
// A new form gets a row here, and its word in the lists below. record::Framer reads messages as a row says, and
// format::Formatter prints them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mqtts {

enum class MessageForm : std::uint8_t { raw, lines, nul, length, json };

struct MessageFormInfo {
    MessageForm form;
    std::string_view name;    // the value of --input and --output
    std::string_view end;     // follows each message
    bool has_length = false;  // precedes each message: four bytes, big endian
    bool is_object = false;   // a JSON object with everything about the message; otherwise only the payload
};

// In the order of the enum: info() finds a row.
inline constexpr auto message_forms = std::to_array<MessageFormInfo>({
    {MessageForm::raw, "raw", ""},
    {MessageForm::lines, "lines", "\n"},
    {MessageForm::nul, "nul", {"\0", 1}},
    {MessageForm::length, "length", "", true},
    {MessageForm::json, "json", "\n", false, true},
});

[[nodiscard]] constexpr const MessageFormInfo& info(MessageForm form) noexcept {
    return message_forms[static_cast<std::size_t>(form)];
}

// The choices of an option, separated by spaces. Nothing ends a raw message, so no input has that form.
inline constexpr std::string_view output_forms = "raw lines nul length json";
inline constexpr std::string_view input_forms = "lines nul length json";

}  // namespace mqtts
