// SPDX-License-Identifier: Apache-2.0
// Who answers where another protocol was expected: told from the first bytes.
#pragma once

#include <string>
#include <string_view>

namespace mqtts {

/// What is quoted of a greeting, at most, in bytes.
inline constexpr std::size_t longest_greeting = 40;

/// Fewer may be part of anything.
inline constexpr std::size_t fewest_of_text = 3;

/// The text in front of the first byte that is none: the end of a line, or of a pretence. At most longest_greeting.
[[nodiscard]] std::string_view greeting(std::string_view bytes) noexcept;

/// Has enough arrived to name it? Then it is the same name on a slow link as on a fast one.
[[nodiscard]] bool is_telling(std::string_view first_bytes) noexcept;

/// "HTTP", "plain MQTT"; of what has no name here a piece, such as "\"220 mail.example ESMTP\"".
[[nodiscard]] std::string name_protocol(std::string_view first_bytes);

}  // namespace mqtts
