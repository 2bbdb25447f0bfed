// Packets on their way to the server, in order. One of them may stand elsewhere, because it is too large to be copied:
//
//     packets_     ├── before ──┤├── behind ──┤
//                               ▲
//     elsewhere_                └── ├───────────── a large packet ─────────────┤
//
// What is to be sent next is contiguous: send readable(), consume() it, and go on until the output is empty.
#pragma once

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/buffer.hpp"

namespace mqtts::session {

class Output {
public:
    /// To append packets.
    [[nodiscard]] Buffer& packets() noexcept { return packets_; }

    /// Appends a packet without copying it: it must stay where it is until it is consumed, or clear(). Precondition:
    /// !refers().
    void refer_to(std::string_view packet) noexcept {
        before_ = packets_.size();
        elsewhere_ = packet;
    }
    /// A packet that stands elsewhere is not all consumed.
    [[nodiscard]] bool refers() const noexcept { return !elsewhere_.empty(); }

    /// The next bytes; empty only when all are consumed.
    [[nodiscard]] std::string_view readable() const noexcept {
        if (!refers()) return packets_.readable();
        return before_ != 0 ? packets_.readable().substr(0, before_) : elsewhere_;
    }
    /// Precondition: count <= readable().size().
    void consume(std::size_t count) noexcept {
        if (refers() && before_ == 0) return elsewhere_.remove_prefix(count);
        packets_.consume(count);
        before_ -= std::min(before_, count);
    }
    void clear() noexcept {
        packets_.clear();
        elsewhere_ = {};
        before_ = 0;
    }

    [[nodiscard]] std::size_t size() const noexcept { return packets_.size() + elsewhere_.size(); }
    [[nodiscard]] bool empty() const noexcept { return packets_.empty() && elsewhere_.empty(); }

    /// Makes everything readable() at once, at the price of a copy.
    void gather() {
        if (!refers()) return;
        Buffer all;
        all.append(packets_.readable().substr(0, before_));
        all.append(elsewhere_);
        all.append(packets_.readable().substr(before_));
        clear();
        packets_ = std::move(all);
    }

private:
    Buffer packets_;
    std::string_view elsewhere_;
    std::size_t before_ = 0;  // bytes of packets_ that go before elsewhere_; 0 when that is empty
};

}  // namespace mqtts::session
