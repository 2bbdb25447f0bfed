// SPDX-License-Identifier: Apache-2.0
// Bytes that must not leave the memory of this process: keys, passwords, and what contains them.
//
// They have pages of their own. As far as the system can do it and lets us, these pages are not written to the swap
// (mlock) nor into a core dump; a limit on locked memory (RLIMIT_MEMLOCK) is no error. Whatever the bytes leave, when
// they grow, are cleared, or are destroyed, is overwritten.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace mqtts::os {

class SecretBytes {
public:
    SecretBytes() noexcept = default;
    SecretBytes(SecretBytes&& other) noexcept;
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes();

    /// The view is valid until the next prepare(), append() or clear().
    [[nodiscard]] std::string_view view() const noexcept { return {data_, size_}; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

    /// Returns the bytes to change them in place.
    [[nodiscard]] std::span<char> mutable_bytes() noexcept { return {data_, size_}; }

    /// Returns at least `count` bytes of space behind the bytes. Throws std::bad_alloc.
    [[nodiscard]] std::span<char> prepare(std::size_t count);
    /// Adds the first `count` bytes of the prepared space.
    void commit(std::size_t count) noexcept { size_ += count; }
    /// Precondition: `bytes` are not our own.
    void append(std::string_view bytes);
    /// Overwrites the last bytes, so that `size` are left. Precondition: there are as many.
    void shorten(std::size_t size) noexcept;
    /// Overwrites the bytes and keeps the memory.
    void clear() noexcept { shorten(0); }

    /// Locks the memory once more: a process that fork(2) has made has its copy, but not the lock.
    void lock() noexcept;
    /// Tells whether the last attempt to lock the memory had success.
    [[nodiscard]] bool is_locked() const noexcept { return is_locked_; }

private:
    void release() noexcept;

    char* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
    bool is_locked_ = false;
};

}  // namespace mqtts::os
