// SPDX-License-Identifier: Apache-2.0
// Loaded into a program with LD_PRELOAD: makes it hold the number of MiB that MQTTS_BENCH_RESIDENT gives, in small
// pages, as a program does that has received much. What it starts holds nothing of that kind.
#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

namespace {

struct Holder {
    Holder() {
        const char* const wanted = std::getenv("MQTTS_BENCH_RESIDENT");
        if (wanted == nullptr) return;
        const std::size_t size = std::strtoul(wanted, nullptr, 10) << 20;
        void* const block = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block == MAP_FAILED) std::abort();
        ::madvise(block, size, MADV_NOHUGEPAGE);  // page tables of large pages would be copied in no time
        std::memset(block, 'x', size);
        ::unsetenv("LD_PRELOAD");
        ::unsetenv("MQTTS_BENCH_RESIDENT");
    }
} const holder;

}  // namespace
