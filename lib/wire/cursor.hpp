// SPDX-License-Identifier: Apache-2.0
// Reads and writes the primitive data types of the specification [MQTT-1.5].
//
// Reader is bounded and sticky: reading past the end yields zeros and empty views and makes ok() false, so a decoder
// reads straight through and checks once. Writer writes unchecked into space reserved by the caller, which computed the
// size with the functions beside it. Other code reads a single byte as a number with octet().
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace mqtts::wire {

[[nodiscard]] constexpr std::uint8_t octet(char byte) noexcept {
    return static_cast<std::uint8_t>(byte);
}

class Reader {
public:
    explicit Reader(std::string_view bytes) noexcept : rest_(bytes) {}

    [[nodiscard]] bool ok() const noexcept { return ok_; }
    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    /// Tells whether everything was read, and nothing is left over.
    [[nodiscard]] bool complete() const noexcept { return ok_ && rest_.empty(); }
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

    std::uint8_t byte() noexcept {
        if (!need(1)) return 0;
        const std::uint8_t value = octet(rest_[0]);
        rest_.remove_prefix(1);
        return value;
    }
    /// Skips a zero, if that is the next byte.
    bool skip_zero() noexcept {
        if (rest_.empty() || rest_[0] != '\0') return false;
        rest_.remove_prefix(1);
        return true;
    }
    std::uint16_t two_byte() noexcept {
        if (!need(2)) return 0;
        const auto value = static_cast<std::uint16_t>(octet(rest_[0]) << 8 | octet(rest_[1]));
        rest_.remove_prefix(2);
        return value;
    }
    std::uint32_t four_byte() noexcept {
        const std::uint32_t high = two_byte();
        const std::uint32_t low = two_byte();
        return high << 16 | low;
    }
    /// Reads at most four bytes, and no more of them than the value needs [MQTT-1.5.5-1].
    std::uint32_t variable_byte() noexcept {
        return !rest_.empty() && octet(rest_[0]) < 0x80 ? byte() : long_variable_byte();
    }
    std::string_view bytes(std::size_t count) noexcept {
        if (!need(count)) return {};
        const std::string_view value = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return value;
    }
    /// Reads Binary Data: a two-byte length and as many bytes [MQTT-1.5.6].
    std::string_view binary() noexcept { return bytes(two_byte()); }
    /// Reads a UTF-8 Encoded String; anything that is not valid UTF-8 makes ok() false [MQTT-1.5.4-1].
    std::string_view string() noexcept;

private:
    std::uint32_t long_variable_byte() noexcept;
    bool need(std::size_t count) noexcept {
        if (rest_.size() >= count) return true;
        fail();
        return false;
    }
    void fail() noexcept {
        ok_ = false;
        rest_ = {};
    }

    std::string_view rest_;
    bool ok_ = true;
};

class Writer {
public:
    explicit Writer(char* to) noexcept : to_(to) {}

    /// Returns where the next byte goes.
    [[nodiscard]] char* position() const noexcept { return to_; }

    void byte(unsigned value) noexcept { *to_++ = static_cast<char>(value); }
    void two_byte(unsigned value) noexcept {
        byte(value >> 8);
        byte(value);
    }
    void four_byte(std::uint32_t value) noexcept {
        two_byte(value >> 16);
        two_byte(value & 0xFFFFU);
    }
    void variable_byte(std::uint32_t value) noexcept {
        while (value >= 0x80) {
            byte(value | 0x80U);
            value >>= 7;
        }
        byte(value);
    }
    void bytes(std::string_view value) noexcept {
        if (value.empty()) return;
        std::memcpy(to_, value.data(), value.size());
        to_ += value.size();
    }
    /// Writes a UTF-8 Encoded String or Binary Data. Precondition: at most 65535 bytes.
    void prefixed(std::string_view value) noexcept {
        two_byte(static_cast<unsigned>(value.size()));
        bytes(value);
    }

private:
    char* to_;
};

[[nodiscard]] constexpr std::size_t variable_byte_size(std::size_t value) noexcept {
    return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20'0000 ? 3 : 4;
}

}  // namespace mqtts::wire
