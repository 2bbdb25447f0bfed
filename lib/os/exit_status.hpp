// SPDX-License-Identifier: Apache-2.0
// How a process ended, as one number.
#pragma once

namespace mqtts::os {

/// Returns the status as shells count: the exit status, or 128 + n when signal n ended the process. `status`: from
/// waitpid(2).
[[nodiscard]] int exit_status_of(int status) noexcept;

}  // namespace mqtts::os
