// SPDX-License-Identifier: Apache-2.0
// A payload that is JSON, checked and laid out anew in one pass.
#pragma once

#include <string_view>

#include "json/writer.hpp"

namespace mqtts::json {

/// Writes one JSON text (RFC 8259), strings and numbers byte for byte, white space as the writer has it. false: it is
/// not JSON, holds half of a surrogate pair, or is nested deeper than 1000; what was written by then is of no use.
[[nodiscard]] bool copy(Writer& to, std::string_view text);

}  // namespace mqtts::json
