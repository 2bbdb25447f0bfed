// SPDX-License-Identifier: Apache-2.0
// The parts of a formatted message: numbers, hexadecimal digits, text for a terminal, and the space around them.
//
// A step first appends its text and then has it padded: pad() works on the bytes appended since.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/buffer.hpp"
#include "format/compile.hpp"

namespace mqtts::format {

/// The reader of the output, who decides what has to be escaped.
enum class Reader : std::uint8_t {
    program,      // a pipe or a file: exact bytes
    terminal,     // obeys control characters: those that came from the network are escaped, but in payloads not \n, \t
    single_line,  // a line of a terminal: \n as well
};

/// Pads what is in `to` behind the first `begin` bytes to the width of the field.
void pad(Buffer& to, std::size_t begin, const Field& field, char fill);

/// Appends the number in fixed notation; the precision is 6 when the field has none.
void append_floating(Buffer& to, const Field& field, double number);

/// Appends two digits a byte, of at most as many bytes as the field is wide, padded on the left to that number of
/// digits. Puts the separator behind each group of `precision` digits, padding included.
void append_hexadecimal(Buffer& to, const Field& field, std::string_view bytes, std::string_view digits);

/// Appends text from the network; on a terminal with control characters escaped, except those to keep.
void append_text(Buffer& to, std::string_view text, Reader reader, std::string_view kept = {});

}  // namespace mqtts::format
