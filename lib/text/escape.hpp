// SPDX-License-Identifier: Apache-2.0
// Makes text from other sources safe for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace mqtts {

/// Replaces control characters (C0, DEL, C1) and bytes that are not UTF-8 by \xNN, so that a terminal obeys nothing
/// that a stranger sent. Leaves everything else unchanged.
[[nodiscard]] std::string escape(std::string_view text);
/// Does the same with the first 100 bytes, and replaces the rest by an ellipsis.
[[nodiscard]] std::string escape_beginning(std::string_view text);

}  // namespace mqtts
