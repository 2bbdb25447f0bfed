// SPDX-License-Identifier: Apache-2.0
// Standard input, standard output and standard error of the process itself.
#pragma once

#include <string_view>

#include "base/error.hpp"

namespace mqtts::os {

/// Opens /dev/null for each of the descriptors 0 to 2 that is closed, in the wrong direction, so that using it fails.
/// Otherwise the next socket would get the descriptor, and messages would go to it.
void occupy_standard_descriptors() noexcept;

/// Replaces standard input by /dev/null.
void empty_standard_input() noexcept;

/// Writes to standard output at once. Fails with output_failed.
Result<> print(std::string_view text);

}  // namespace mqtts::os
