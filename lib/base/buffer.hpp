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
// the readable bytes to the front, or to a larger block when they still do not fit. The memory is never zeroed first,
// and once the block is large enough nothing is allocated any more.
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
    /// Up to so many bytes prepare() moves nothing.
    [[nodiscard]] std::size_t free_space() const noexcept { return capacity_ - end_; }

    /// The readable bytes, to be changed in place (the DUP flag of a packet sent again).
    [[nodiscard]] std::span<char> mutable_bytes() noexcept { return {data_.get() + begin_, end_ - begin_}; }

    /// Forgets the first `count` readable bytes. Precondition: count <= size().
    void consume(std::size_t count) noexcept {
        begin_ += count;
        if (begin_ == end_) begin_ = end_ = 0;
    }

    /// At least `count` bytes of free space behind the readable ones, not initialized. Invalidates all views.
    [[nodiscard]] std::span<char> prepare(std::size_t count) {
        if (free_space() < count) make_room(count);
        return {data_.get() + end_, capacity_ - end_};
    }

    /// Makes the first `count` bytes of the prepared space readable.
    void commit(std::size_t count) noexcept { end_ += count; }

    /// Inline, as most of what is appended is a few bytes whose number the compiler knows.
    void append(std::string_view bytes) {
        if (bytes.empty()) return;
        std::memcpy(prepare(bytes.size()).data(), bytes.data(), bytes.size());
        commit(bytes.size());
    }
    void clear() noexcept { begin_ = end_ = 0; }

    /// Gives the memory back when it holds nothing and is larger than `keep`: one huge message must not stay for ever.
    void shrink(std::size_t keep) noexcept;

private:
    void make_room(std::size_t count);

    std::unique_ptr<char[]> data_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace mqtts
