// SPDX-License-Identifier: Apache-2.0
// Failures of the command line or configuration: status 2.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"

namespace mqtts::cli {

/// The options that a failure is about, "-t" or "--topic" as its cause spells them. The parser adds to the cause which
/// file or variable gave them. A failure about the value of one option names none: the parser knows which one it was.
using About = std::initializer_list<std::string_view>;

/// The hint for those who take -l for the name of a file.
inline constexpr std::string_view lines_of_file = "for the lines of a file: --input lines -f FILE";

inline Failure bad(std::string cause, std::string hint, About about = {}) {
    Failure failure{Errc::bad_option, std::move(cause), std::move(hint)};
    for (const std::string_view option : about)
        if (!option.empty()) failure.about.emplace_back(option);
    return failure;
}

inline Failure bad(std::string cause, About about = {}) {
    return bad(std::move(cause), {}, about);
}

/// Refuses two options that exclude each other.
inline Failure bad_pair(std::string cause, std::string_view one, std::string_view other) {
    std::string hint("give only one of ");
    hint.append(one).append(" and ").append(other);
    return bad(std::move(cause), std::move(hint), {one, other});
}

}  // namespace mqtts::cli
