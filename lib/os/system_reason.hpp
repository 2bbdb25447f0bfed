// SPDX-License-Identifier: Apache-2.0
// Tells what the system says about an error, in the style of our sentences.
#pragma once

#include <string>
#include <system_error>

namespace mqtts::os {

/// Returns "connection refused". Errors of Boost convert to the standard's.
[[nodiscard]] std::string system_reason(const std::error_code& error);

/// Returns the same for an errno.
[[nodiscard]] std::string system_reason(int error_number);

}  // namespace mqtts::os
