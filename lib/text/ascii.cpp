// SPDX-License-Identifier: Apache-2.0
#include "text/ascii.hpp"

#include <algorithm>

namespace mqtts {

std::string lower_case(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

}  // namespace mqtts
