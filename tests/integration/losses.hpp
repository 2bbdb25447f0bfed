// SPDX-License-Identifier: Apache-2.0
// What the tests of lost connections share.
#pragma once

#include <string>
#include <string_view>

#include "integration/programs.hpp"
#include "support/fault_proxy.hpp"

namespace mqtts::test {

/// The command line that reaches the broker behind the proxy: the last -p counts.
inline Words through(const FaultProxy& proxy, Words command_line) {
    command_line.insert(command_line.end(), {"-p", std::to_string(proxy.port())});
    return command_line;
}

/// What is not told twice may come twice: QoS 1. Its first occurrences, in order.
inline std::string without_repetition(const std::string& lines) {
    std::string once;
    long last = 0;
    for (std::size_t begin = 0; begin < lines.size();) {
        const std::size_t end = lines.find('\n', begin) + 1;
        const long number = std::stol(lines.substr(begin, end - begin));
        if (number > last) {
            once.append(lines, begin, end - begin);
            last = number;
        }
        begin = end;
    }
    return once;
}

inline std::size_t count(const std::string& text, std::string_view what) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; ++at)
        ++found;
    return found;
}

}  // namespace mqtts::test
