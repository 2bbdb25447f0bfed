// SPDX-License-Identifier: Apache-2.0
// Loaded into a program with LD_PRELOAD: counts what the C library is asked to allocate, and writes the number to the
// file that MQTTS_BENCH_ALLOCATIONS names when the program ends.
#include <atomic>
#include <cstdio>
#include <cstdlib>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
}

namespace {

std::atomic<unsigned long> allocations = 0;

struct Report {
    ~Report() {
        const unsigned long count = allocations;
        const char* const path = std::getenv("MQTTS_BENCH_ALLOCATIONS");
        if (std::FILE* const file = path ? std::fopen(path, "w") : nullptr) {
            std::fprintf(file, "%lu\n", count);
            std::fclose(file);
        }
    }
} const report;

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
    ++allocations;
    return __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) {
    ++allocations;
    return __libc_calloc(count, size);
}

void* realloc(void* block, std::size_t size) {
    ++allocations;
    return __libc_realloc(block, size);
}
}
