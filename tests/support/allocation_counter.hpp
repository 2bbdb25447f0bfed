// SPDX-License-Identifier: Apache-2.0
// Counts what operator new and OpenSSL allocate. Linking allocation_counter.cpp replaces both for the whole program.
#pragma once

#include <cstdint>

namespace mqtts::test {

/// Must come before the first use of OpenSSL.
void count_openssl_allocations();

/// Counts while it lives; one at a time.
class AllocationCounter {
public:
    AllocationCounter() noexcept;
    AllocationCounter(const AllocationCounter&) = delete;
    AllocationCounter& operator=(const AllocationCounter&) = delete;
    ~AllocationCounter();

    [[nodiscard]] std::uint64_t by_new() const noexcept;
    [[nodiscard]] std::uint64_t by_openssl() const noexcept;
};

}  // namespace mqtts::test
