// SPDX-License-Identifier: Apache-2.0
// Recognizes a peer that speaks another protocol than expected by its first bytes.
#pragma once

#include <string>
#include <string_view>

namespace mqtts {

/// The most bytes of a greeting that are quoted.
inline constexpr std::size_t longest_greeting = 40;

/// The fewest bytes of text that name a protocol: fewer may be a part of anything.
inline constexpr std::size_t fewest_of_text = 3;

/// Returns the text before the first byte that is not printable ASCII, at most longest_greeting bytes.
[[nodiscard]] std::string_view greeting(std::string_view bytes) noexcept;

/// Says whether enough bytes have arrived to name the protocol: then the name is the same on a slow link and a fast
/// one.
[[nodiscard]] bool is_telling(std::string_view first_bytes) noexcept;

/// Returns "HTTP", "plain MQTT", or for an unknown protocol its first text, such as "\"220 mail.example ESMTP\"".
[[nodiscard]] std::string name_protocol(std::string_view first_bytes);

}  // namespace mqtts
