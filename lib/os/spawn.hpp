// SPDX-License-Identifier: Apache-2.0
// Starts a program, without a copy of our page tables: however much memory we have, it costs the same.
#pragma once

#include <sys/types.h>

namespace mqtts::os {

/// With which descriptors, environment and process group a program starts; by default with ours.
struct Surroundings {
    int standard_input = 0;  // the descriptors of ours that become its 0, 1 and 2
    int standard_output = 1;
    int standard_error = 2;
    char* const* environment = nullptr;  // nullptr: ours
    bool own_group = false;              // it leads a process group, which has its process identifier
    bool only_standard = false;  // no descriptor but 0, 1 and 2 is open, also of those that we were started with
};

/// Starts the program `arguments[0]`, looked up in PATH unless it has a '/'; a null pointer ends the arguments. It gets
/// the default action of SIGPIPE, which we ignore. Returns 0, or why it cannot be started: an errno.
[[nodiscard]] int spawn(pid_t& id, char* const* arguments, const Surroundings& surroundings = {});

/// Returns the status that shells give for a program that cannot be started: 127 when it is not found, otherwise 126.
[[nodiscard]] int status_of_spawn_error(int error) noexcept;

}  // namespace mqtts::os
