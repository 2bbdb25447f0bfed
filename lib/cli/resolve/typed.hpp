// SPDX-License-Identifier: Apache-2.0
// Helpers of the resolvers.
#pragma once

#include <optional>
#include <string_view>

namespace mqtts::cli {

/// An option as a sentence spells it, and whether it was given.
struct Spelled {
    std::string_view option;
    bool is_given;
};

/// Stores what was typed. If nothing was, the initial value of the module stays.
template <class To, class From>
void take(To& to, const std::optional<From>& typed) {
    if (typed) to = *typed;
}

}  // namespace mqtts::cli
