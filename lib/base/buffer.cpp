// SPDX-License-Identifier: Apache-2.0
#include "base/buffer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/sizes.hpp"

namespace mqtts {

Buffer::Buffer(Buffer&& other) noexcept
    : data_(std::move(other.data_)),
      capacity_(std::exchange(other.capacity_, 0)),
      begin_(std::exchange(other.begin_, 0)),
      end_(std::exchange(other.end_, 0)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
    data_ = std::move(other.data_);
    capacity_ = std::exchange(other.capacity_, 0);
    begin_ = std::exchange(other.begin_, 0);
    end_ = std::exchange(other.end_, 0);
    return *this;
}

void Buffer::shrink(std::size_t keep) noexcept {
    if (!empty() || capacity_ <= keep) return;
    data_.reset();
    capacity_ = 0;
}

void Buffer::make_room(std::size_t count) {
    const std::size_t used = size();
    // Moving to the front pays if at least half of the block is free: each byte then moves at most once on average.
    if (used + count <= capacity_ && used <= capacity_ / 2) {
        std::memmove(data_.get(), data_.get() + begin_, used);
    } else {
        const std::size_t capacity = std::max({sizes::smallest_buffer, used + count, capacity_ + capacity_ / 2});
        auto larger = std::make_unique_for_overwrite<char[]>(capacity);
        if (used != 0) std::memcpy(larger.get(), data_.get() + begin_, used);
        data_ = std::move(larger);
        capacity_ = capacity;
    }
    begin_ = 0;
    end_ = used;
}

}  // namespace mqtts
