// SPDX-License-Identifier: Apache-2.0
// A program of its own, because it replaces the allocators of C++ and of OpenSSL by ones that count.

#include <doctest/doctest.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>

#include "transport/tls_pair.hpp"

using namespace mqtts;
using namespace mqtts::test;

namespace {

struct Allocations {
    std::size_t ours = 0;
    std::size_t openssl = 0;
    std::size_t largest_of_openssl = 0;
};

Allocations allocations;

void count_openssl(std::size_t size) {
    ++allocations.openssl;
    allocations.largest_of_openssl = std::max(allocations.largest_of_openssl, size);
}

void* openssl_allocate(std::size_t size, const char*, int) {
    count_openssl(size);
    return std::malloc(size);
}
void* openssl_reallocate(void* block, std::size_t size, const char*, int) {
    count_openssl(size);
    return std::realloc(block, size);
}
void openssl_free(void* block, const char*, int) {
    std::free(block);
}

// Before main(), because OpenSSL takes other allocators only as long as it has not allocated yet.
const bool openssl_counts = CRYPTO_set_mem_functions(openssl_allocate, openssl_reallocate, openssl_free) == 1;

// What one call allocated.
template <class Call>
Allocations cost(Call call) {
    const Allocations before = allocations;
    allocations.largest_of_openssl = 0;
    call();
    return {allocations.ours - before.ours, allocations.openssl - before.openssl, allocations.largest_of_openssl};
}

TlsServerOptions with_version(int version) {
    TlsServerOptions options = server_options();
    options.minimum_version = options.maximum_version = version;
    return options;
}

}  // namespace

// Not inlined, because g++ takes half of a pair, inlined, for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations.ours;
    if (void* block = std::malloc(std::max<std::size_t>(size, 1))) return block;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* block) noexcept {
    std::free(block);
}
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept {
    std::free(block);
}

TEST_CASE("the counters count") {
    REQUIRE(openssl_counts);
    CHECK(cost([] { ::operator delete(::operator new(1)); }).ours == 1);
    const Allocations openssl = cost([] { OPENSSL_free(OPENSSL_malloc(17)); });
    CHECK(openssl.openssl == 1);
    CHECK(openssl.largest_of_openssl == 17);
}

TEST_CASE("in steady state we allocate nothing, and OpenSSL no buffer") {
    // OpenSSL's own book-keeping for one record, which nobody can switch off: up to three blocks of 40 bytes.
    constexpr std::size_t largest_block = 64;
    constexpr std::size_t blocks_per_record = 3;
    constexpr std::size_t records = 7;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsPair pair(with_version(version));
        REQUIRE(pair.shake_hands() == Status::ok);
        const std::string batch(100'000, 'x');  // the last of the records is short
        Buffer plaintext;
        for (int round = 0; round < 100; ++round) {
            pair.peer.write(batch);
            const std::string received = pair.peer.take_ciphertext();
            Status encrypted{};
            Status decrypted{};
            const Allocations spent = cost([&] {
                encrypted = pair.engine.encrypt(batch);
                pair.engine.incoming().append(received);
                decrypted = pair.engine.decrypt(plaintext);
            });
            REQUIRE(encrypted == Status::ok);
            REQUIRE(decrypted == Status::ok);
            REQUIRE(plaintext.size() == batch.size());
            plaintext.clear();
            pair.engine.outgoing().clear();
            if (round < 10) continue;  // the buffers grow to what they need
            REQUIRE(spent.ours == 0);
            REQUIRE(spent.largest_of_openssl <= largest_block);
            REQUIRE(spent.openssl <= 2 * records * blocks_per_record);
        }
    }
}
