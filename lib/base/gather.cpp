// SPDX-License-Identifier: Apache-2.0
#include "base/gather.hpp"

#include <algorithm>
#include <span>

#include "base/sizes.hpp"

namespace mqtts {

void Gather::refer_to(ByteSource& source) {
    elsewhere_ += source.size();
    borrowed_ += source.size();
    add_reference({.owner = std::make_shared<Buffer>(), .source = &source});
}

void Gather::add_reference(Reference reference) {
    if (reference.bytes.empty() && reference.source == nullptr) return;
    if (next_ > references_.size() / 2) {  // otherwise they would grow while something is always unsent
        references_.erase(references_.begin(), references_.begin() + static_cast<std::ptrdiff_t>(next_));
        next_ = 0;
    }
    reference.before = buffer_.size() - before_;
    references_.push_back(std::move(reference));
    before_ = buffer_.size();
}

Result<> Gather::fetch_from_source() {
    Reference& next = references_[next_];
    const std::size_t count = std::min(sizes::fetched_at_once, next.source->size() - next.fetched);
    if (next.before != 0 || !next.bytes.empty() || count == 0) return {};
    const std::span<char> block = next.owner->prepare(count).first(count);
    if (Result<> read = next.source->read(next.fetched, block); !read) return read;
    next.bytes = {block.data(), count};
    next.fetched += count;
    return {};
}

void Gather::consume_pieces(std::size_t count) noexcept {
    Reference& next = references_[next_];
    if (next.before != 0) {
        buffer_.consume(count);
        next.before -= count;
        before_ -= count;
        return;
    }
    next.bytes.remove_prefix(count);
    elsewhere_ -= count;
    if (!next.owner || next.source != nullptr) borrowed_ -= count;
    const bool is_complete = next.source == nullptr || next.fetched == next.source->size();
    if (!next.bytes.empty() || !is_complete) return;
    next.owner.reset();
    if (++next_ != references_.size()) return;
    references_.clear();
    next_ = 0;
}

void Gather::clear() noexcept {
    buffer_.clear();
    references_.clear();
    next_ = before_ = elsewhere_ = borrowed_ = 0;
}

Result<> Gather::gather() {
    if (references_.empty()) return {};
    Buffer all;
    static_cast<void>(all.prepare(size()));
    while (!empty()) {
        if (Result<> fetched = fetch(); !fetched) return fetched;
        const std::string_view piece = readable();
        all.append(piece);
        consume(piece.size());
    }
    buffer_ = std::move(all);
    return {};
}

}  // namespace mqtts
