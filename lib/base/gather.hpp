// Bytes on their way out, in order. Some of them may stand elsewhere, because they are too many to be copied:
//
//     buffer_      ├── before ──┤├── behind ──┤
//                               ▲
//     elsewhere_                └── ├───────────── a large payload ────────────┤
//
// What is to go next is contiguous: write readable(), consume() it, and go on until nothing is left.
#pragma once

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/buffer.hpp"

namespace mqtts {

class Gather {
public:
    /// From so many bytes on it pays to refer to them.
    static constexpr std::size_t large = std::size_t{64} * 1024;

    /// To append bytes by copying them.
    [[nodiscard]] Buffer& buffer() noexcept { return buffer_; }

    /// Appends bytes without copying them: they must stay where they are until they are consumed, or clear().
    /// Precondition: !refers().
    void refer_to(std::string_view bytes) noexcept {
        before_ = buffer_.size();
        elsewhere_ = bytes;
    }
    /// What stands elsewhere is not all consumed.
    [[nodiscard]] bool refers() const noexcept { return !elsewhere_.empty(); }

    /// The next bytes; empty only when all are consumed.
    [[nodiscard]] std::string_view readable() const noexcept {
        if (!refers()) return buffer_.readable();
        return before_ != 0 ? buffer_.readable().substr(0, before_) : elsewhere_;
    }
    /// Precondition: count <= readable().size().
    void consume(std::size_t count) noexcept {
        if (refers() && before_ == 0) return elsewhere_.remove_prefix(count);
        buffer_.consume(count);
        before_ -= std::min(before_, count);
    }
    void clear() noexcept {
        buffer_.clear();
        elsewhere_ = {};
        before_ = 0;
    }

    [[nodiscard]] std::size_t size() const noexcept { return buffer_.size() + elsewhere_.size(); }
    [[nodiscard]] bool empty() const noexcept { return buffer_.empty() && elsewhere_.empty(); }

    /// Makes everything readable() at once, at the price of a copy.
    void gather() {
        if (!refers()) return;
        Buffer all;
        all.append(buffer_.readable().substr(0, before_));
        all.append(elsewhere_);
        all.append(buffer_.readable().substr(before_));
        clear();
        buffer_ = std::move(all);
    }

private:
    Buffer buffer_;
    std::string_view elsewhere_;
    std::size_t before_ = 0;  // bytes of buffer_ that go before elsewhere_; 0 when that is empty
};

}  // namespace mqtts
