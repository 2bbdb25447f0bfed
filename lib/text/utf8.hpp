// SPDX-License-Identifier: Apache-2.0
// Checks and decodes UTF-8 in text from other sources.
#pragma once

#include <string_view>

namespace mqtts {

/// Returns the length of the well-formed UTF-8 character at the front (no surrogates, not overlong, at most U+10FFFF);
/// 0: the text does not begin with one.
[[nodiscard]] std::size_t utf8_character(std::string_view text) noexcept;

/// Returns the code point of one well-formed character.
[[nodiscard]] char32_t code_point(std::string_view character) noexcept;

/// Says whether the text is well-formed UTF-8, in which U+0000 is allowed.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace mqtts
