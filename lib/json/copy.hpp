// SPDX-License-Identifier: Apache-2.0
// Checks a payload that is JSON and lays it out anew in one pass.
#pragma once

#include <string_view>

#include "json/writer.hpp"

namespace mqtts::json {

/// Writes one JSON text (RFC 8259), strings and numbers byte for byte, white space as the writer has it. Returns false
/// when it is not JSON, holds half of a surrogate pair, or is nested deeper than 1000; then discard the output.
[[nodiscard]] bool copy(Writer& to, std::string_view text);

}  // namespace mqtts::json
