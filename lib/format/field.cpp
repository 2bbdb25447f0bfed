// SPDX-License-Identifier: Apache-2.0
#include "format/field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "text/escape.hpp"

namespace mqtts::format {

namespace {

constexpr std::size_t most_decimals = 1074;     // of a double; further ones are zeros
constexpr std::size_t most_whole_digits = 310;  // with the sign

/// Appends digits one by one, with a separator behind each full group.
class GroupedDigits {
public:
    GroupedDigits(Buffer& to, const Field& field, std::size_t digits)
        : space_(to.prepare(2 * digits).data()),
          begin_(space_),
          group_(field.precision.value_or(0)),
          separator_(field.separator) {}

    void add(char digit) {
        *space_++ = digit;
        if (group_ != 0 && ++in_group_ == group_) {
            *space_++ = separator_;
            in_group_ = 0;
        }
    }
    /// Drops the separator behind the last digit.
    void drop_last_separator() {
        if (group_ != 0 && in_group_ == 0) --space_;
    }
    [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(space_ - begin_); }

private:
    char* space_;
    const char* begin_;
    std::size_t group_;
    std::size_t in_group_ = 0;
    char separator_;
};

}  // namespace

void pad(Buffer& to, std::size_t begin, const Field& field, char fill) {
    const std::size_t length = to.size() - begin;
    if (length >= field.width) return;
    const std::size_t missing = field.width - length;
    const std::span<char> space = to.prepare(missing);
    if (field.left) {
        std::memset(space.data(), ' ', missing);
        to.commit(missing);
        return;
    }
    to.commit(missing);
    char* const text = to.mutable_bytes().data() + begin;
    std::memmove(text + missing, text, length);
    std::memset(text, fill, missing);
}

void append_floating(Buffer& to, const Field& field, double number) {
    const std::size_t decimals = field.precision.value_or(6);
    const std::size_t begin = to.size();
    const std::span<char> space = to.prepare(most_whole_digits + 1 + most_decimals);
    const char* const end = std::to_chars(space.data(), space.data() + space.size(), number, std::chars_format::fixed,
                                          static_cast<int>(std::min(decimals, most_decimals)))
                                .ptr;
    to.commit(static_cast<std::size_t>(end - space.data()));
    const bool zeros = field.fill == '0' && std::isfinite(number);
    pad(to, begin, field, zeros ? '0' : ' ');
    if (!zeros || field.left) return;
    // The sign goes before the zeros.
    const std::span<char> text = to.mutable_bytes().subspan(begin);
    if (const auto sign = std::find(text.begin(), text.end(), '-'); sign != text.end()) std::swap(*sign, text.front());
}

void append_hexadecimal(Buffer& to, const Field& field, std::string_view bytes, std::string_view digits) {
    if (field.width != 0) bytes = bytes.substr(0, field.width);
    const std::size_t wanted = 2 * bytes.size();
    const std::size_t missing = field.width > wanted ? field.width - wanted : 0;
    GroupedDigits output(to, field, wanted + missing);
    for (std::size_t i = 0; !field.left && i < missing; ++i)
        output.add(field.fill);
    for (const char byte : bytes) {
        output.add(digits[static_cast<unsigned char>(byte) >> 4]);
        output.add(digits[static_cast<unsigned char>(byte) & 0xF]);
    }
    if (!bytes.empty()) output.drop_last_separator();
    to.commit(output.size());
    if (field.left) to.append(std::string(missing, ' '));
}

void append_text(Buffer& to, std::string_view text, Reader reader, std::string_view kept) {
    if (reader == Reader::program) return to.append(text);
    while (!text.empty()) {
        const std::size_t length = std::min(text.find_first_of(kept), text.size());
        to.append(escape(text.substr(0, length)));
        text.remove_prefix(length);
        const std::size_t control = text.empty() ? 0 : 1;
        to.append(text.substr(0, control));
        text.remove_prefix(control);
    }
}

}  // namespace mqtts::format
