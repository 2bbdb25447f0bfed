// SPDX-License-Identifier: Apache-2.0
#include "os/secret_bytes.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace mqtts::os {

namespace {

void overwrite(char* at, std::size_t count) noexcept {
    std::memset(at, 0, count);
    asm volatile("" : : "r"(at) : "memory");  // or the compiler removes writes that nobody reads
}

/// Returns a size in whole pages, at least twice the old one: growing costs one copy of each byte.
std::size_t grown(std::size_t capacity, std::size_t needed) noexcept {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t size = std::max(needed, 2 * capacity);
    return (size + page - 1) / page * page;
}

void leave_out_of_core_dumps(char* pages, std::size_t size) noexcept {
#if defined(MADV_DONTDUMP)  // Linux
    ::madvise(pages, size, MADV_DONTDUMP);
#elif defined(MADV_NOCORE)  // FreeBSD
    ::madvise(pages, size, MADV_NOCORE);
#else
    static_cast<void>(pages);
    static_cast<void>(size);
#endif
}

}  // namespace

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)),
      is_locked_(std::exchange(other.is_locked_, false)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
    if (this == &other) return *this;
    release();
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
    is_locked_ = std::exchange(other.is_locked_, false);
    return *this;
}

SecretBytes::~SecretBytes() {
    release();
}

void SecretBytes::release() noexcept {
    if (data_ == nullptr) return;
    overwrite(data_, capacity_);
    ::munmap(data_, capacity_);  // which unlocks them
    data_ = nullptr;
    size_ = capacity_ = 0;
    is_locked_ = false;
}

std::span<char> SecretBytes::prepare(std::size_t count) {
    if (capacity_ - size_ < count) {
        SecretBytes larger;
        const std::size_t size = grown(capacity_, size_ + count);
        void* const pages = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
        if (pages == MAP_FAILED) throw std::bad_alloc();
        larger.data_ = static_cast<char*>(pages);
        larger.capacity_ = size;
        leave_out_of_core_dumps(larger.data_, size);
        larger.lock();
        if (size_ != 0) std::memcpy(larger.data_, data_, size_);
        larger.size_ = size_;
        *this = std::move(larger);
    }
    return {data_ + size_, capacity_ - size_};
}

void SecretBytes::append(std::string_view bytes) {
    if (bytes.empty()) return;
    std::memcpy(prepare(bytes.size()).data(), bytes.data(), bytes.size());
    commit(bytes.size());
}

void SecretBytes::shorten(std::size_t size) noexcept {
    if (size_ != size) overwrite(data_ + size, size_ - size);
    size_ = size;
}

void SecretBytes::lock() noexcept {
    is_locked_ = data_ != nullptr && ::mlock(data_, capacity_) == 0;
}

}  // namespace mqtts::os
