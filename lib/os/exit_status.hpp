// SPDX-License-Identifier: Apache-2.0
// How a process ended, as one number.
#pragma once

namespace mqtts::os {

/// As shells count: the exit status, or 128 + n when signal n ended the process. `status`: what waitpid(2) says of it.
[[nodiscard]] int exit_status_of(int status) noexcept;

}  // namespace mqtts::os
