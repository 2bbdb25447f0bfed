// SPDX-License-Identifier: Apache-2.0
// Contiguous bytes, first in, first out.
//
//   data_                                                   data_ + capacity_
//     │      begin_                end_                          │
//     ▼        ▼                    ▼                            ▼
//     ├────────┼────────────────────┼────────────────────────────┤
//     │consumed│     readable()     │         free space         │
//     └────────┴────────────────────┴────────────────────────────┘
//                 consume(n) ──►       prepare(n), commit(n) ──►
//
// consume() never moves memory: views into readable() stay valid until the next prepare() or append(), which may move
// the readable bytes to the front, or to a larger block if they still do not fit. The memory is never zeroed. Once the
// block is large enough, nothing more is allocated.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace mqtts {

class Buffer {
public:
    Buffer() noexcept = default;
    Buffer(Buffer&& other) noexcept;
    Buffer& operator=(Buffer&& other) noexcept;
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer() = default;

    [[nodiscard]] std::string_view readable() const noexcept { return {data_.get() + begin_, end_ - begin_}; }
    [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
    [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
    /// Returns the number of bytes that prepare() can return without moving anything.
    [[nodiscard]] std::size_t free_space() const noexcept { return capacity_ - end_; }

    /// Returns the readable bytes to change them in place (the DUP flag of a packet that is sent again).
    [[nodiscard]] std::span<char> mutable_bytes() noexcept { return {data_.get() + begin_, end_ - begin_}; }

    /// Removes the first `count` readable bytes. Precondition: count <= size().
    void consume(std::size_t count) noexcept {
        begin_ += count;
        if (begin_ == end_) begin_ = end_ = 0;
    }

    /// Returns at least `count` bytes of uninitialized space behind the readable ones. Invalidates all views.
    [[nodiscard]] std::span<char> prepare(std::size_t count) {
        if (free_space() < count) make_room(count);
        return {data_.get() + end_, capacity_ - end_};
    }

    /// Makes the first `count` bytes of the prepared space readable.
    void commit(std::size_t count) noexcept { end_ += count; }

    /// Appends bytes. It is inline, as most calls append a few bytes whose number the compiler knows.
    void append(std::string_view bytes) {
        if (bytes.empty()) return;
        std::memcpy(prepare(bytes.size()).data(), bytes.data(), bytes.size());
        commit(bytes.size());
    }
    void clear() noexcept { begin_ = end_ = 0; }

    /// Frees the memory if the buffer is empty and larger than `keep`, so that one huge message does not occupy it.
    void shrink(std::size_t keep) noexcept;

private:
    void make_room(std::size_t count);

    std::unique_ptr<char[]> data_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace mqtts
