// SPDX-License-Identifier: Apache-2.0
// Base64 with its padding (RFC 4648, section 4).
#pragma once

#include <string>
#include <string_view>

#include "base/buffer.hpp"

namespace mqtts {

[[nodiscard]] std::string encode_base64(std::string_view bytes);
/// Appends the same.
void append_base64(Buffer& to, std::string_view bytes);

/// Replaces `to` by the bytes that `text` stands for. false: it is not base64, or has bits that stand for nothing.
[[nodiscard]] bool decode_base64(std::string_view text, std::string& to);

}  // namespace mqtts
