// SPDX-License-Identifier: Apache-2.0
// The rule for what is shown to people: one line, lower case at the start unless a name or an acronym stands there, no
// full stop at the end.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace mqtts::test {

[[nodiscard]] inline bool is_sentence(std::string_view text) {
    constexpr std::array<std::string_view, 3> names = {"QoS ", "TLS ", "MQTT "};
    if (text.empty() || text.back() == '.' || text.back() == ' ' || text.find('\n') != text.npos) return false;
    const bool lower_case = text.front() >= 'a' && text.front() <= 'z';
    return lower_case ||
           std::any_of(names.begin(), names.end(), [&](std::string_view name) { return text.starts_with(name); });
}

}  // namespace mqtts::test
