// SPDX-License-Identifier: Apache-2.0
// What decides how a received message is printed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace mqtts::format {

/// Each message a record, even an empty one: --output.
enum class OutputForm : std::uint8_t {
    raw,     // the payload and nothing else
    lines,   // the payload, '\n'
    nul,     // the payload, NUL
    length,  // its length in four bytes, big endian; the payload
    json,    // an object in a line, as %j has it
};

struct Settings {
    bool verbose = false;               // -v: the Topic Name before the payload
    bool end_of_line = true;            // false (-N): no newline after the message
    std::optional<std::string> format;  // -F: instead of the two formats above; passed check_format()
    std::optional<OutputForm> output;   // --output: instead of all of them
    bool pretty = false;                // --pretty: JSON on several lines
};

/// Does each message end its line?
[[nodiscard]] constexpr bool is_line_wise(const Settings& format) noexcept {
    if (format.output) return *format.output == OutputForm::lines || *format.output == OutputForm::json;
    return format.end_of_line;
}

/// Is this a format for -F? The failure (bad_option) quotes what is wrong in it and says where it stands.
[[nodiscard]] Result<> check_format(std::string_view format);

}  // namespace mqtts::format
