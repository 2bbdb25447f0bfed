// SPDX-License-Identifier: Apache-2.0
// Keeps packets until they are acknowledged: first in, first out. No packet ever moves.
//
//   chunks_   ├ released ├ packet ├ packet ├ free ┤   ├ packet ├ packet ├─── free ───┤   ├──── unused ────┤
//               the oldest in use                       the newest in use, used_ - 1
//
// So the output can refer to them instead of copying them. A chunk whose packets are all released is used again, unless
// the output still refers to it.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/buffer.hpp"
#include "base/sizes.hpp"

namespace mqtts::session {

class PacketStore {
public:
    /// The size of a chunk. A larger packet has a chunk to itself, which is given back for a much smaller one.
    static constexpr std::size_t chunk_size = sizes::kept_block;

    /// Returns where to append a packet of `size` bytes: there is room for it. Call added() afterwards.
    [[nodiscard]] const std::shared_ptr<Buffer>& room_for(std::size_t size) {
        if (used_ == 0 || chunks_[used_ - 1].bytes->free_space() < size) use_another(size);
        return chunks_[used_ - 1].bytes;
    }
    void added(std::size_t size) noexcept {
        chunks_[used_ - 1].kept += size;
        size_ += size;
    }
    /// Keeps this packet where it is, even when it is released. Precondition: it is not released yet.
    [[nodiscard]] const std::shared_ptr<Buffer>& owner_of(const char* packet) const noexcept;

    /// Forgets the oldest packet, which has `size` bytes. They can still be read until room_for().
    void release(std::size_t size) noexcept {
        size_ -= size;
        chunks_.front().kept -= size;
        if (chunks_.front().kept == 0) retire_oldest();
    }
    /// Returns the number of bytes kept.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    struct Chunk {
        std::shared_ptr<Buffer> bytes;
        std::size_t kept = 0;  // of them
    };

    void use_another(std::size_t size);
    void retire_oldest() noexcept;

    std::vector<Chunk> chunks_;
    std::size_t used_ = 0;  // of chunks_, from the front
    std::size_t size_ = 0;
};

}  // namespace mqtts::session
