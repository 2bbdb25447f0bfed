// SPDX-License-Identifier: Apache-2.0
// Letters whatever the locale.
#pragma once

#include <string>
#include <string_view>

namespace mqtts {

/// A to Z become a to z, whatever the locale. Everything else stays as it is.
[[nodiscard]] std::string lower_case(std::string_view text);

}  // namespace mqtts
