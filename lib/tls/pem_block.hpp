// SPDX-License-Identifier: Apache-2.0
// Where the blocks of a PEM file are [RFC 7468], and what is wrong with one: found as OpenSSL's own reader finds them,
// so that a file that other programs take is taken here, too.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mqtts::tls {

inline constexpr std::string_view begin_marker = "-----BEGIN ";

struct PemBlock {
    std::string_view label;    // "EC PRIVATE KEY"
    std::size_t position = 0;  // of its -----BEGIN line
};

/// The first block at or behind `from`. A marker counts at the beginning of a line only: what a comment mentions is no
/// block.
[[nodiscard]] std::optional<PemBlock> next_block(std::string_view text, std::size_t from = 0);

/// From 1 on.
[[nodiscard]] std::ptrdiff_t line_number(std::string_view text, std::size_t position);

/// "line 5: it is not base64": why this block of `text` cannot be decoded, with the line that is wrong.
[[nodiscard]] std::string fault_in(std::string_view text, const PemBlock& block);

}  // namespace mqtts::tls
