// SPDX-License-Identifier: Apache-2.0
// Base64 with its padding (RFC 4648, section 4).
#pragma once

#include <string>
#include <string_view>

namespace mqtts {

/// Replaces `to` by the bytes that `text` stands for. false: it is not base64, or has bits that stand for nothing.
[[nodiscard]] bool decode_base64(std::string_view text, std::string& to);

}  // namespace mqtts
