// SPDX-License-Identifier: Apache-2.0
#include "support/allocation_counter.hpp"

#include <openssl/crypto.h>

#include <cstdlib>
#include <new>
#include <stdexcept>

namespace mqtts::test {

namespace {

bool counting = false;
std::uint64_t allocated_by_new = 0;
std::uint64_t allocated_by_openssl = 0;

void* counted_malloc(std::size_t size, const char*, int) {
    if (counting) ++allocated_by_openssl;
    return std::malloc(size);
}

void* counted_realloc(void* block, std::size_t size, const char*, int) {
    if (counting) ++allocated_by_openssl;
    return std::realloc(block, size);
}

void counted_free(void* block, const char*, int) {
    std::free(block);
}

}  // namespace

void count_openssl_allocations() {
    if (CRYPTO_set_mem_functions(counted_malloc, counted_realloc, counted_free) != 1) {
        throw std::logic_error("OpenSSL has allocated already");
    }
}

AllocationCounter::AllocationCounter() noexcept {
    allocated_by_new = allocated_by_openssl = 0;
    counting = true;
}

AllocationCounter::~AllocationCounter() {
    counting = false;
}

std::uint64_t AllocationCounter::by_new() const noexcept {
    return allocated_by_new;
}

std::uint64_t AllocationCounter::by_openssl() const noexcept {
    return allocated_by_openssl;
}

void* allocate(std::size_t size) {
    if (counting) ++allocated_by_new;
    if (void* block = std::malloc(size)) return block;
    throw std::bad_alloc();
}

}  // namespace mqtts::test

void* operator new(std::size_t size) {
    return mqtts::test::allocate(size);
}
void* operator new[](std::size_t size) {
    return mqtts::test::allocate(size);
}
void operator delete(void* block) noexcept {
    std::free(block);
}
void operator delete[](void* block) noexcept {
    std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
    std::free(block);
}
void operator delete[](void* block, std::size_t) noexcept {
    std::free(block);
}
