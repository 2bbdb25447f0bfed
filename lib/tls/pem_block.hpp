// SPDX-License-Identifier: Apache-2.0
// Finds the blocks of a PEM file [RFC 7468], and what is wrong with a block. It finds what OpenSSL's own reader finds,
// so a file that works in other programs works here, too.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mqtts::tls {

inline constexpr std::string_view begin_marker = "-----BEGIN ";

struct PemBlock {
    std::string_view label;    // "EC PRIVATE KEY"
    std::size_t position = 0;  // where its -----BEGIN line begins
};

/// Finds the first block at or after `from`. A marker counts only at the beginning of a line: a comment may mention
/// one.
[[nodiscard]] std::optional<PemBlock> next_block(std::string_view text, std::size_t from = 0);

/// Counts lines from 1.
[[nodiscard]] std::ptrdiff_t line_number(std::string_view text, std::size_t position);

/// Says why this block of `text` cannot be decoded, with the line that is wrong: "line 5: not base64, …".
[[nodiscard]] std::string fault_in(std::string_view text, const PemBlock& block);

}  // namespace mqtts::tls
