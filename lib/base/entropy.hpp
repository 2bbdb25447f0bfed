// SPDX-License-Identifier: Apache-2.0
// Random numbers that nobody can guess, from the kernel.
#pragma once

#include <random>

namespace mqtts {

/// Opens the kernel's source of random numbers. The default of std::random_device first asks the processor for its
/// features. In a virtual machine each such question leaves the machine, and takes longer than all the system calls of
/// a handshake.
[[nodiscard]] inline std::random_device entropy() {
#if defined(_GLIBCXX_RELEASE) && _GLIBCXX_RELEASE >= 12
    return std::random_device("getentropy");
#else
    return std::random_device("/dev/urandom");
#endif
}

}  // namespace mqtts
