// SPDX-License-Identifier: Apache-2.0
// The rules across the options about what is printed of a message.
#pragma once

#include "base/error.hpp"
#include "output/print_settings.hpp"

namespace mqtts::cli {

/// --output says everything about the form of a message; no other option may.
Result<> check_output(const output::PrintSettings& print);

}  // namespace mqtts::cli
