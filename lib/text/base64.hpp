// SPDX-License-Identifier: Apache-2.0
// Encodes and decodes base64 with padding (RFC 4648, section 4).
#pragma once

#include <string>
#include <string_view>

#include "base/buffer.hpp"

namespace mqtts {

[[nodiscard]] std::string encode_base64(std::string_view bytes);
/// Encodes the bytes and appends the result.
void append_base64(Buffer& to, std::string_view bytes);

/// Decodes `text` and replaces `to` by the bytes. false: it is not base64, or has bits that encode nothing.
[[nodiscard]] bool decode_base64(std::string_view text, std::string& to);

}  // namespace mqtts
