// SPDX-License-Identifier: Apache-2.0
// UTF-8 in text that came from elsewhere.
#pragma once

#include <string_view>

namespace mqtts {

/// The length of the well-formed UTF-8 character at the front (no surrogates, nothing overlong, at most U+10FFFF);
/// 0: there is none.
[[nodiscard]] std::size_t utf8_character(std::string_view text) noexcept;

/// The code point of one well-formed character.
[[nodiscard]] char32_t code_point(std::string_view character) noexcept;

/// Well-formed UTF-8; U+0000 is as good as any.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace mqtts
