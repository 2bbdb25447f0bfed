// SPDX-License-Identifier: Apache-2.0
// Bytes on their way out, in order. Some of them are elsewhere: they are kept there anyway, are too many to copy, or
// must still be fetched from a ByteSource:
//
//     buffer_      ├── before ──┤        ├── before ──┤├── behind ──┤
//     elsewhere                  ├── a ──┤             ├── b ──┤
//     they leave   ├────────────┼────────┼─────────────┼───────┼────────────┤
//
// The next bytes are contiguous: fetch(), write readable(), consume() it, and repeat until the Gather is empty.
#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/buffer.hpp"
#include "base/byte_source.hpp"
#include "base/error.hpp"
#include "base/sizes.hpp"

namespace mqtts {

class Gather {
public:
    /// The size from which on it pays to refer to bytes instead of copying them: see refer_to().
    static constexpr std::size_t large = sizes::referred_payload;

    /// Returns the buffer, to append bytes by copying them.
    [[nodiscard]] Buffer& buffer() noexcept { return buffer_; }

    /// Appends bytes without copying them. Shares their owner, which keeps them in place. Without an owner the caller
    /// keeps them until they are consumed, which is while borrows() is true.
    void refer_to(std::string_view bytes, const std::shared_ptr<Buffer>& owner = nullptr) {
        elsewhere_ += bytes.size();
        if (!owner) borrowed_ += bytes.size();
        if (!continues(bytes, owner)) return add_reference({.bytes = bytes, .owner = owner});
        std::string_view& last = references_.back().bytes;
        last = {last.data(), last.size() + bytes.size()};
    }
    [[nodiscard]] bool borrows() const noexcept { return borrowed_ != 0; }
    /// Appends all bytes of a source, which only fetch() reads. They are borrowed, too. Precondition: there are some.
    void refer_to(ByteSource& source);

    /// Makes the next bytes readable(). Fails if the source does: then they never will be.
    [[nodiscard]] Result<> fetch() {
        return references_.empty() || references_[next_].source == nullptr ? Result<>() : fetch_from_source();
    }
    /// Returns the next bytes: none when all are consumed, or before fetch().
    [[nodiscard]] std::string_view readable() const noexcept {
        if (references_.empty()) return buffer_.readable();
        const Reference& next = references_[next_];
        return next.before != 0 ? buffer_.readable().substr(0, next.before) : next.bytes;
    }
    /// Removes the next `count` bytes. Precondition: count <= readable().size().
    void consume(std::size_t count) noexcept {
        if (references_.empty()) return buffer_.consume(count);
        consume_pieces(count);
    }
    void clear() noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return buffer_.size() + elsewhere_; }
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }

    /// Makes all bytes readable() at once by copying them. Fails as fetch() does.
    [[nodiscard]] Result<> gather();

private:
    struct Reference {
        std::size_t before = 0;  // bytes of buffer_ between the last reference and this one
        std::string_view bytes;
        std::shared_ptr<Buffer> owner;
        ByteSource* source = nullptr;
        std::size_t fetched = 0;  // bytes of the source
    };

    /// Do these bytes directly follow those of the last reference, both in memory and here?
    [[nodiscard]] bool continues(std::string_view bytes, const std::shared_ptr<Buffer>& owner) const noexcept {
        if (references_.empty() || before_ != buffer_.size()) return false;
        const Reference& last = references_.back();
        return last.source == nullptr && last.owner == owner && last.bytes.data() + last.bytes.size() == bytes.data();
    }
    void add_reference(Reference reference);
    [[nodiscard]] Result<> fetch_from_source();
    void consume_pieces(std::size_t count) noexcept;

    Buffer buffer_;
    std::vector<Reference> references_;  // those before next_ are consumed; empty: all are
    std::size_t next_ = 0;
    std::size_t before_ = 0;     // bytes of buffer_ before the last reference
    std::size_t elsewhere_ = 0;  // bytes referred to
    std::size_t borrowed_ = 0;   // of these bytes, those without an owner or from a source
};

}  // namespace mqtts
