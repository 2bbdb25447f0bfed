// SPDX-License-Identifier: Apache-2.0
// The rule for what is shown to people: one line, lower case at the start unless a name or an acronym stands there, no
// full stop at the end. A hint is an imperative: it never begins with a name.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace mqtts::test {

[[nodiscard]] inline bool is_sentence(std::string_view text) {
    constexpr std::array<std::string_view, 3> names = {"QoS ", "TLS ", "MQTT "};
    if (text.empty() || text.back() == '.' || text.back() == ' ' || text.find('\n') != text.npos) return false;
    const bool lower_case = text.front() >= 'a' && text.front() <= 'z';
    return lower_case ||
           std::any_of(names.begin(), names.end(), [&](std::string_view name) { return text.starts_with(name); });
}

[[nodiscard]] inline bool is_hint(std::string_view text) {
    return is_sentence(text) && text.front() >= 'a' && text.front() <= 'z';
}

/// Are the parts of this failure a sentence and, if there is one, a hint?
[[nodiscard]] inline bool is_well_told(const Failure& failure) {
    return is_sentence(failure.cause) && (failure.hint.empty() || is_hint(failure.hint));
}

/// Everything that a failure tells in text or JSON: what must be in none of its parts is looked for here.
[[nodiscard]] inline std::string all_parts(const Failure& failure) {
    std::string text = one_line(failure);
    for (const std::string& one : failure.about)
        text.append("; ").append(one);
    return text;
}

}  // namespace mqtts::test
