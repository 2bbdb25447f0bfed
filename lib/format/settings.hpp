// SPDX-License-Identifier: Apache-2.0
// The settings that decide how a received message is printed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/message_form.hpp"

namespace mqtts::format {

struct Settings {
    bool verbose = false;               // -v: the Topic Name before the payload
    bool end_of_line = true;            // false (-N): no newline after the message
    std::optional<std::string> format;  // -F: instead of the two formats above; passed check_format()
    std::optional<MessageForm> output;  // --output: instead of all of them, also for an empty message
    bool pretty = false;                // --pretty: JSON on several lines
};

/// Tells whether each message ends its line.
[[nodiscard]] constexpr bool is_line_wise(const Settings& format) noexcept {
    if (format.output) return info(*format.output).end == "\n";
    return format.end_of_line;
}

/// Checks a format for -F. The failure (bad_option) quotes what is wrong and says where.
[[nodiscard]] Result<> check_format(std::string_view format);

/// Tells whether it prints JSON, with %j or %J. Precondition: it passed check_format().
[[nodiscard]] bool prints_json(std::string_view format);

}  // namespace mqtts::format
