// SPDX-License-Identifier: Apache-2.0
// How much memory is in use.
#pragma once

#include <cstddef>
#include <cstdlib>
#ifdef MQTTS_TESTS_HAVE_MALLINFO2
#include <malloc.h>
#endif

namespace mqtts::simulation {

/// Returns the bytes that are allocated now; 0 if the C library cannot tell, or a sanitizer is in its place.
inline std::size_t allocated() noexcept {
#ifdef MQTTS_TESTS_HAVE_MALLINFO2
    const struct mallinfo2 info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
#else
    return 0;
#endif
}

}  // namespace mqtts::simulation
