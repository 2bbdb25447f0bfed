// SPDX-License-Identifier: Apache-2.0
// The fields of a frame, one after the other.
//
// The reader is bounded and sticky: reading past the end yields zeros and empty views, and complete() is false then.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/buffer.hpp"
#include "share/frame.hpp"

namespace mqtts::share {

class FieldReader {
public:
    explicit FieldReader(std::string_view body) noexcept : rest_(body) {}

    /// Reads a number of `size` bytes.
    std::uint64_t number(std::size_t size) noexcept;
    /// Reads a number of one byte. Anything above `highest` is malformed.
    std::uint8_t choice(std::uint8_t highest) noexcept;
    bool flag() noexcept { return choice(1) != 0; }
    std::optional<std::chrono::milliseconds> optional_time() noexcept;
    std::chrono::milliseconds time() noexcept;
    std::string_view text() noexcept { return bytes(number(4)); }
    std::string_view rest() noexcept { return bytes(rest_.size()); }

    void fail() noexcept { ok_ = false; }
    /// Tells whether everything was read, and nothing is left over.
    [[nodiscard]] bool complete() const noexcept { return ok_ && rest_.empty(); }
    [[nodiscard]] bool ok() const noexcept { return ok_; }

private:
    std::string_view bytes(std::uint64_t count) noexcept;

    std::string_view rest_;
    bool ok_ = true;
};

/// Appends a frame: the header, the fields, and in the end the length.
class FrameWriter {
public:
    FrameWriter(Buffer& to, FrameType type);
    FrameWriter(const FrameWriter&) = delete;
    FrameWriter& operator=(const FrameWriter&) = delete;
    ~FrameWriter();

    FrameWriter& number(std::uint64_t value, std::size_t size);
    FrameWriter& flag(bool value) { return number(value ? 1 : 0, 1); }
    FrameWriter& optional_time(std::optional<std::chrono::milliseconds> time);
    FrameWriter& time(std::chrono::milliseconds time);
    FrameWriter& text(std::string_view text);
    /// Writes at most `longest` bytes of the text, and no part of a character.
    FrameWriter& shortened(std::string_view text, std::size_t longest);
    FrameWriter& bytes(std::string_view bytes);

private:
    Buffer* to_;
    std::size_t before_;
};

}  // namespace mqtts::share
