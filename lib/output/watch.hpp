// SPDX-License-Identifier: Apache-2.0
// A terminal on which each topic has a line of its own, in the order of their first messages (-w).
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/buffer.hpp"

namespace mqtts::output {

class Watch {
public:
    /// Clears the screen and shows the title in its first line.
    Watch(Buffer& to, std::string_view title);

    /// Begins and ends the print of a message: goes to the line of its topic and clears it; returns below all lines.
    void begin(Buffer& to, std::string_view topic_name);
    void end(Buffer& to) const;

private:
    std::size_t line_of(std::string_view topic_name);

    std::map<std::string, std::size_t, std::less<>> lines_;
};

}  // namespace mqtts::output
