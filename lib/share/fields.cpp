// SPDX-License-Identifier: Apache-2.0
#include "share/fields.hpp"

#include <algorithm>
#include <limits>

namespace mqtts::share {

namespace {

constexpr std::size_t length_size = 4;

/// Times beyond it could not be added to a point of time: 68 years.
constexpr std::int64_t longest_time = std::int64_t{1} << 41;

bool continues_character(char byte) noexcept {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

}  // namespace

std::uint64_t FieldReader::number(std::size_t size) noexcept {
    std::uint64_t value = 0;
    for (const char byte : bytes(size))
        value = value << 8 | static_cast<unsigned char>(byte);
    return value;
}

std::uint8_t FieldReader::choice(std::uint8_t highest) noexcept {
    const auto value = static_cast<std::uint8_t>(number(1));
    if (value <= highest) return value;
    fail();
    return 0;
}

std::chrono::milliseconds FieldReader::time() noexcept {
    const std::uint64_t count = number(8);
    if (count > std::uint64_t{longest_time}) {
        fail();
        return {};
    }
    return std::chrono::milliseconds(static_cast<std::int64_t>(count));
}

std::optional<std::chrono::milliseconds> FieldReader::optional_time() noexcept {
    if (!flag()) return std::nullopt;
    return time();
}

std::string_view FieldReader::bytes(std::uint64_t count) noexcept {
    if (!ok_ || count > rest_.size()) {
        fail();
        rest_ = {};
        return {};
    }
    const std::string_view value = rest_.substr(0, static_cast<std::size_t>(count));
    rest_.remove_prefix(value.size());
    return value;
}

FrameWriter::FrameWriter(Buffer& to, FrameType type) : to_(&to), before_(to.size()) {
    number(0, length_size).number(static_cast<std::uint8_t>(type), 1);
}

FrameWriter::~FrameWriter() {
    const std::span<char> header = to_->mutable_bytes().subspan(before_, length_size);
    const std::size_t length = to_->size() - before_ - length_size;
    for (std::size_t i = 0; i < length_size; ++i)
        header[i] = static_cast<char>(length >> (24 - 8 * i));
}

FrameWriter& FrameWriter::number(std::uint64_t value, std::size_t size) {
    char digits[8];
    for (std::size_t i = 0; i < size; ++i)
        digits[i] = static_cast<char>(value >> (8 * (size - 1 - i)));
    return bytes({digits, size});
}

FrameWriter& FrameWriter::time(std::chrono::milliseconds time) {
    return number(static_cast<std::uint64_t>(std::clamp<std::int64_t>(time.count(), 0, longest_time)), 8);
}

FrameWriter& FrameWriter::optional_time(std::optional<std::chrono::milliseconds> given) {
    flag(given.has_value());
    return given ? time(*given) : *this;
}

FrameWriter& FrameWriter::text(std::string_view text) {
    return number(text.size(), 4).bytes(text);
}

FrameWriter& FrameWriter::shortened(std::string_view whole, std::size_t longest) {
    std::size_t size = std::min(whole.size(), longest);
    while (size != 0 && size < whole.size() && continues_character(whole[size]))
        --size;
    return text(whole.substr(0, size));
}

FrameWriter& FrameWriter::bytes(std::string_view bytes) {
    to_->append(bytes);
    return *this;
}

}  // namespace mqtts::share
