// What decides how received messages are printed.
#pragma once

#include <cstdint>

namespace mqtts::stream {

struct FormatSettings {
    bool verbose = false;     // -v: the Topic Name before the payload
    bool end_of_line = true;  // false (-N): no newline after the message
};

struct PrintSettings {
    FormatSettings format;
    std::uint64_t count = 0;     // -C: end after so many messages; 0: no limit
    bool skip_retained = false;  // -R
};

}  // namespace mqtts::stream
