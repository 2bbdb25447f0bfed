// SPDX-License-Identifier: Apache-2.0
// Bytes on their way out, in order. Some of them stand elsewhere, where they are kept anyway or are too many to be
// copied, or are still to be fetched from a ByteSource:
//
//     buffer_      ├── before ──┤        ├── before ──┤├── behind ──┤
//     elsewhere                  ├── a ──┤             ├── b ──┤
//     they leave   ├────────────┼────────┼─────────────┼───────┼────────────┤
//
// What is to go next is contiguous: fetch(), write readable(), consume() it, and go on until nothing is left.
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
    /// From so many bytes on it pays to refer to what is not kept: see refer_to().
    static constexpr std::size_t large = sizes::referred_payload;

    /// To append bytes by copying them.
    [[nodiscard]] Buffer& buffer() noexcept { return buffer_; }

    /// Appends bytes without copying them. They stay where they are as long as their owner exists, which is shared
    /// here; without one it is the caller who keeps them until they are consumed: while borrows().
    void refer_to(std::string_view bytes, const std::shared_ptr<Buffer>& owner = nullptr) {
        elsewhere_ += bytes.size();
        if (!owner) borrowed_ += bytes.size();
        if (!continues(bytes, owner)) return add_reference({.bytes = bytes, .owner = owner});
        std::string_view& last = references_.back().bytes;
        last = {last.data(), last.size() + bytes.size()};
    }
    [[nodiscard]] bool borrows() const noexcept { return borrowed_ != 0; }
    /// Appends all that a source has, which only fetch() reads. It is borrowed, too. Precondition: it is not empty.
    void refer_to(ByteSource& source);

    /// Makes sure that the next bytes are readable(). The failure, of the source: they never will be.
    [[nodiscard]] Result<> fetch() {
        return references_.empty() || references_[next_].source == nullptr ? Result<>() : fetch_from_source();
    }
    /// The next bytes; empty when all are consumed, or before fetch().
    [[nodiscard]] std::string_view readable() const noexcept {
        if (references_.empty()) return buffer_.readable();
        const Reference& next = references_[next_];
        return next.before != 0 ? buffer_.readable().substr(0, next.before) : next.bytes;
    }
    /// Precondition: count <= readable().size().
    void consume(std::size_t count) noexcept {
        if (references_.empty()) return buffer_.consume(count);
        consume_pieces(count);
    }
    void clear() noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return buffer_.size() + elsewhere_; }
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }

    /// Makes everything readable() at once, at the price of a copy. The failure: see fetch().
    [[nodiscard]] Result<> gather();

private:
    struct Reference {
        std::size_t before = 0;  // bytes of buffer_ that go between the reference before it and this one
        std::string_view bytes;
        std::shared_ptr<Buffer> owner;
        ByteSource* source = nullptr;
        std::size_t fetched = 0;  // of it
    };

    /// Does it come right behind the last reference, there and here?
    [[nodiscard]] bool continues(std::string_view bytes, const std::shared_ptr<Buffer>& owner) const noexcept {
        if (references_.empty() || before_ != buffer_.size()) return false;
        const Reference& last = references_.back();
        return last.source == nullptr && last.owner == owner && last.bytes.data() + last.bytes.size() == bytes.data();
    }
    void add_reference(Reference reference);
    [[nodiscard]] Result<> fetch_from_source();
    void consume_pieces(std::size_t count) noexcept;

    Buffer buffer_;
    std::vector<Reference> references_;  // those before next_ are consumed; empty when all are
    std::size_t next_ = 0;
    std::size_t before_ = 0;     // bytes of buffer_ that go before the last reference
    std::size_t elsewhere_ = 0;  // bytes referred to
    std::size_t borrowed_ = 0;   // of those, without an owner or from a source
};

}  // namespace mqtts
