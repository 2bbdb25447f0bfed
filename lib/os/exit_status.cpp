// SPDX-License-Identifier: Apache-2.0
#include "os/exit_status.hpp"

#include <sys/wait.h>

#include "base/error.hpp"

namespace mqtts::os {

int exit_status_of(int status) noexcept {
    return WIFEXITED(status) ? WEXITSTATUS(status) : exit_status(interrupted_by(WTERMSIG(status)));
}

}  // namespace mqtts::os
