// SPDX-License-Identifier: Apache-2.0
#include "share/keyed_hash.hpp"

#include <bit>
#include <cstddef>
#include <cstring>

namespace mqtts::share {

namespace {

/// Reads at most eight bytes, the lowest first.
std::uint64_t low_first(std::string_view bytes) noexcept {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        number |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
    return number;
}

/// Reads the first eight bytes, the lowest first.
std::uint64_t first_word(std::string_view bytes) noexcept {
    if constexpr (std::endian::native != std::endian::little) return low_first(bytes.substr(0, 8));
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data(), sizeof number);
    return number;
}

/// The four numbers that everything is mixed into.
class SipState {
public:
    SipState(std::uint64_t low, std::uint64_t high) noexcept
        : a_(low ^ 0x736f6d6570736575U),
          b_(high ^ 0x646f72616e646f6dU ^ 0xeeU),
          c_(low ^ 0x6c7967656e657261U),
          d_(high ^ 0x7465646279746573U) {}

    void add(std::uint64_t word) noexcept {
        d_ ^= word;
        mix(2);
        a_ ^= word;
    }
    std::uint64_t first_half() noexcept {
        c_ ^= 0xeeU;
        mix(4);
        return a_ ^ b_ ^ c_ ^ d_;
    }
    std::uint64_t second_half() noexcept {
        b_ ^= 0xddU;
        mix(4);
        return a_ ^ b_ ^ c_ ^ d_;
    }

private:
    void mix(int rounds) noexcept {
        for (int i = 0; i < rounds; ++i) {
            a_ += b_;
            b_ = std::rotl(b_, 13) ^ a_;
            a_ = std::rotl(a_, 32);
            c_ += d_;
            d_ = std::rotl(d_, 16) ^ c_;
            a_ += d_;
            d_ = std::rotl(d_, 21) ^ a_;
            c_ += b_;
            b_ = std::rotl(b_, 17) ^ c_;
            c_ = std::rotl(c_, 32);
        }
    }

    std::uint64_t a_, b_, c_, d_;
};

void append_hex(std::string& text, std::uint64_t number) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (unsigned shift = 0; shift < 64; shift += 8) {
        text += digits[number >> (shift + 4) & 0xFU];
        text += digits[number >> shift & 0xFU];
    }
}

}  // namespace

std::string keyed_hash(const HashKey& key, std::string_view bytes) {
    const std::string_view halves(reinterpret_cast<const char*>(key.data()), key.size());
    SipState state(low_first(halves.substr(0, 8)), low_first(halves.substr(8)));
    std::string_view rest = bytes;
    for (; rest.size() >= 8; rest.remove_prefix(8))
        state.add(first_word(rest));
    state.add(low_first(rest) | std::uint64_t{bytes.size() & 0xFFU} << 56);
    std::string text;
    append_hex(text, state.first_half());
    append_hex(text, state.second_half());
    return text;
}

}  // namespace mqtts::share
