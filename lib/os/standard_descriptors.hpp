// SPDX-License-Identifier: Apache-2.0
// Standard input, standard output and standard error of the process itself.
#pragma once

#include <string_view>

#include "base/error.hpp"

namespace mqtts::os {

/// A descriptor 0 to 2 that is closed would be given to the next socket, and messages would go to it: closed ones
/// become /dev/null, opened the wrong way round so that using them fails.
void occupy_standard_descriptors() noexcept;

/// Standard input becomes /dev/null.
void empty_standard_input() noexcept;

/// Writes to standard output, at once. Failure: output_failed.
Result<> print(std::string_view text);

}  // namespace mqtts::os
