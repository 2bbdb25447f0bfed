// SPDX-License-Identifier: Apache-2.0
// What decides how an input is taken apart, which received messages are printed, and how.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mqtts::stream {

/// What tells one message of an input from the next.
enum class Framing : std::uint8_t {
    delimited,  // a delimiter ends a message and is not part of it; a '\r' before a '\n' is
    length,     // the length of the message stands before it: four bytes, big endian
    whole,      // all of the input is one message
};

struct FramingSettings {
    Framing framing = Framing::whole;
    std::size_t maximum_message_size = 268'435'455;  // a longer message is an error
    std::string delimiter = "\n";                    // not empty
};

/// What of a message a record of the input says.
enum class RecordForm : std::uint8_t {
    payload,            // nothing but the payload
    topic_and_payload,  // the Topic Name, a delimiter, the payload
    json,               // see stream/json_record.hpp
};

/// Each message a record, even an empty one: --output.
enum class OutputForm : std::uint8_t {
    raw,     // the payload and nothing else
    lines,   // the payload, '\n'
    nul,     // the payload, NUL
    length,  // its length in four bytes, big endian; the payload
    json,    // an object in a line, as %j has it
};

struct FormatSettings {
    bool verbose = false;               // -v: the Topic Name before the payload
    bool end_of_line = true;            // false (-N): no newline after the message
    std::optional<std::string> format;  // -F: instead of the two formats above; passed check_format()
    std::optional<OutputForm> output;   // --output: instead of all of them
    bool pretty = false;                // --pretty: JSON on several lines
};

/// Does each message end its line?
[[nodiscard]] constexpr bool is_line_wise(const FormatSettings& format) noexcept {
    if (format.output) return *format.output == OutputForm::lines || *format.output == OutputForm::json;
    return format.end_of_line;
}

/// Is this a format for -F? The failure (bad_option) quotes what is wrong in it and says where it stands.
[[nodiscard]] Result<> check_format(std::string_view format);

/// Is it a regular expression for --until? The failure (bad_option) says what is wrong in it.
[[nodiscard]] Result<> check_pattern(const std::string& expression);

struct PrintSettings {
    FormatSettings format;
    std::uint64_t count = 0;              // -C: end after so many messages; 0: no limit
    bool skip_retained = false;           // -R
    bool retained_only = false;           // --retained-only: end at the first message that is not
    std::vector<std::string> filter_out;  // -T: Topic Filters of messages that do not count
    std::optional<std::string> until;     // --until: end at the first payload this matches; passed check_pattern()
    bool expect_none = false;             // --expect-none: any message is one too many
    bool note_time = false;               // take down when each message came
    double random_filter = 100;           // --random-filter: per cent of the messages to print
    bool message_rate = false;            // --message-rate: how many there were in each second, instead of the messages
    bool watch = false;                   // -w: each topic has a line of the terminal
    std::string broker;                   // what -w shows as its title
    bool raw = false;                     // --raw: the exact bytes, even to a terminal
};

}  // namespace mqtts::stream
