// SPDX-License-Identifier: Apache-2.0
// Where the messages to publish come from: one, or many from one input.
#pragma once

#include <string>

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "cli/settings.hpp"

namespace mqtts::cli {

/// Makes the settings of the input: source, text, framing, records and repetition. With --input and its like the source
/// is standard input unless -f names a file.
[[nodiscard]] Result<PublishSettings> resolve_input(const Arguments& arguments);

/// Does the source hold many messages?
[[nodiscard]] bool holds_many(const PublishArguments& typed);

/// Returns what precedes the number of a message among many: "standard input: line".
[[nodiscard]] std::string record_name(const PublishArguments& typed);

}  // namespace mqtts::cli
