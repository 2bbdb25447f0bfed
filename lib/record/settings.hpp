// SPDX-License-Identifier: Apache-2.0
// What decides how an input is taken apart into messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace mqtts::record {

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
    json,               // see record/json_record.hpp
};

}  // namespace mqtts::record
