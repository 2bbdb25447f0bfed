// SPDX-License-Identifier: Apache-2.0
#include "session/packet_store.hpp"

#include <algorithm>
#include <functional>

namespace mqtts::session {

const std::shared_ptr<Buffer>& PacketStore::owner_of(const char* packet) const noexcept {
    const auto holds = [packet](const Chunk& chunk) {
        const std::string_view bytes = chunk.bytes->readable();
        return std::less_equal<>()(bytes.data(), packet) && std::less<>()(packet, bytes.data() + bytes.size());
    };
    return std::find_if(chunks_.begin(), chunks_.end(), holds)->bytes;
}

void PacketStore::use_another(std::size_t size) {
    if (used_ == chunks_.size()) chunks_.emplace_back();
    std::shared_ptr<Buffer>& bytes = chunks_[used_].bytes;
    const std::size_t capacity = std::max(size, chunk_size);
    if (bytes.use_count() != 1 || bytes->capacity() > 2 * capacity) bytes = std::make_shared<Buffer>();
    bytes->clear();
    static_cast<void>(bytes->prepare(capacity));
    ++used_;
}

void PacketStore::retire_oldest() noexcept {
    std::rotate(chunks_.begin(), chunks_.begin() + 1, chunks_.begin() + static_cast<std::ptrdiff_t>(used_));
    --used_;
}

}  // namespace mqtts::session
