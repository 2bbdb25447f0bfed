// SPDX-License-Identifier: Apache-2.0
// Strings of JSON (RFC 8259, section 7).
#pragma once

#include <string_view>

#include "base/buffer.hpp"

namespace mqtts::json {

/// Returns how many bytes at the front need no escapes: printable ASCII without '"' and '\'.
[[nodiscard]] std::size_t ordinary_prefix(std::string_view text) noexcept;

/// The characters to escape in a string.
enum class Escapes : unsigned char {
    required,      // '"', '\' and below U+0020
    all_controls,  // DEL and U+0080 to U+009F as well: a terminal obeys them
};

/// Appends the text between the quotes. Precondition: is_utf8(text).
void append_escaped(Buffer& to, std::string_view text, Escapes escapes);

/// Does the same for text from a JSON string: its backslashes stay.
void append_escaped_again(Buffer& to, std::string_view text, Escapes escapes);

}  // namespace mqtts::json
