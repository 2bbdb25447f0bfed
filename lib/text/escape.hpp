// SPDX-License-Identifier: Apache-2.0
// Text from elsewhere, fit for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace mqtts {

/// Text for a terminal: control characters (C0, DEL, C1) and bytes that are not UTF-8 become \xNN, so that nothing that
/// a stranger sent is obeyed by the terminal. Everything else stays as it is.
[[nodiscard]] std::string escape(std::string_view text);
/// The same of the first 100 bytes; an ellipsis stands for the others.
[[nodiscard]] std::string escape_beginning(std::string_view text);

}  // namespace mqtts
