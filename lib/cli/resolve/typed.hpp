// SPDX-License-Identifier: Apache-2.0
// What resolvers have in common.
#pragma once

#include <optional>
#include <string_view>

namespace mqtts::cli {

/// An option as a sentence spells it, and whether it was given.
struct Spelled {
    std::string_view option;
    bool is_given;
};

/// What was not typed stays as the module has it.
template <class To, class From>
void take(To& to, const std::optional<From>& typed) {
    if (typed) to = *typed;
}

}  // namespace mqtts::cli
