// SPDX-License-Identifier: Apache-2.0
// The settings that decide how an input is divided into messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace mqtts::record {

/// How messages are framed in an input.
enum class Framing : std::uint8_t {
    delimited,  // a delimiter ends a message and is not part of it; a '\r' before a '\n' is part of it
    length,     // the length comes before the message: four bytes, big endian
    whole,      // all of the input is one message
};

struct FramingSettings {
    Framing framing = Framing::whole;
    std::size_t maximum_message_size = 268'435'455;  // a longer message is an error
    std::string delimiter = "\n";                    // not empty
};

/// What a record of the input contains.
enum class RecordForm : std::uint8_t {
    payload,            // only the payload
    topic_and_payload,  // the Topic Name, a delimiter, the payload
    json,               // see record/json_record.hpp
};

}  // namespace mqtts::record
