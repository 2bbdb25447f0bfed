// SPDX-License-Identifier: Apache-2.0
// Joins words as "a, b, c". fmt::join does the same, but copies much of fmt into each file that calls it.
#pragma once

#include <string>
#include <string_view>

namespace mqtts {

template <class Range>
std::string joined(const Range& parts, std::string_view separator = ", ") {
    std::string text;
    bool is_first = true;
    for (const auto& part : parts) {
        if (!is_first) text += separator;
        is_first = false;
        text += part;
    }
    return text;
}

}  // namespace mqtts
