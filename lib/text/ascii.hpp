// SPDX-License-Identifier: Apache-2.0
// Changes letters independently of the locale.
#pragma once

#include <string>
#include <string_view>

namespace mqtts {

/// Turns A to Z into a to z in every locale, and leaves everything else unchanged.
[[nodiscard]] std::string lower_case(std::string_view text);

}  // namespace mqtts
