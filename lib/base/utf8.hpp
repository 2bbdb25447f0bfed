// SPDX-License-Identifier: Apache-2.0
// UTF-8 in text that came from elsewhere.
#pragma once

#include <string>
#include <string_view>

namespace mqtts {

/// The length of the well-formed UTF-8 character at the front (no surrogates, nothing overlong, at most U+10FFFF);
/// 0: there is none.
[[nodiscard]] std::size_t utf8_character(std::string_view text) noexcept;

/// Text for a terminal: control characters (C0, DEL, C1) and bytes that are not UTF-8 become \xNN, so that nothing that
/// a stranger sent is obeyed by the terminal. Everything else stays as it is.
[[nodiscard]] std::string escape(std::string_view text);
/// The same of the first 100 bytes; an ellipsis stands for the others.
[[nodiscard]] std::string escape_beginning(std::string_view text);

/// A to Z become a to z, whatever the locale. Everything else stays as it is.
[[nodiscard]] std::string lower_case(std::string_view text);

}  // namespace mqtts
