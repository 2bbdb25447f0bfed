// SPDX-License-Identifier: Apache-2.0
// A process of ours that goes on when we end, and keeps nothing of the program that started us.
#pragma once

#include <sys/types.h>

namespace mqtts::os {

/// Calls fork(2). The child has a session of its own, / as its directory, /dev/null as standard input, output and
/// error, and no descriptor that this process was started with: those are open in programs, and ours are not. It writes
/// no core dump, and no other process of the user can look into it. Returns in the parent, with the child's number,
/// when all of that is done; 0 in the child; -1 on failure, with the reason in errno. The parent has lost those
/// descriptors, too, except for the standard ones. Precondition: one thread.
[[nodiscard]] pid_t fork_detached() noexcept;

}  // namespace mqtts::os
