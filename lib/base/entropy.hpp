// SPDX-License-Identifier: Apache-2.0
// Numbers that nobody can guess, straight from the kernel.
#pragma once

#include <random>

namespace mqtts {

/// What std::random_device is by default asks the processor first what it can, and in a virtual machine each such
/// question leaves the machine, which takes longer than all the system calls of a handshake.
[[nodiscard]] inline std::random_device entropy() {
#if defined(_GLIBCXX_RELEASE) && _GLIBCXX_RELEASE >= 12
    return std::random_device("getentropy");
#else
    return std::random_device("/dev/urandom");
#endif
}

}  // namespace mqtts
