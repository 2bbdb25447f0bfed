// SPDX-License-Identifier: Apache-2.0
#include "format/time.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mqtts::format {

namespace {

std::time_t second_of(Moment moment) {
    return std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(moment));
}

}  // namespace

// The pattern begins with a mark, so that strftime never returns 0 for a text that is merely empty.
SecondText::SecondText(std::string_view pattern) : pattern_('|' + std::string(pattern)) {}

std::string_view SecondText::at(Moment moment) {
    if (const std::time_t second = second_of(moment); second != second_) {
        second_ = second;
        std::tm local{};
        localtime_r(&second, &local);
        text_.resize(256);
        text_.resize(std::strftime(text_.data(), text_.size(), pattern_.c_str(), &local));
    }
    return std::string_view(text_).substr(std::min<std::size_t>(1, text_.size()));
}

void append_seconds(Buffer& to, Moment moment) {
    const fmt::format_int digits(static_cast<std::int64_t>(second_of(moment)));
    to.append({digits.data(), digits.size()});
}

void append_fraction(Buffer& to, Moment moment, std::size_t digits) {
    using namespace std::chrono;
    constexpr std::size_t all = 9;
    char text[all];
    auto rest = duration_cast<nanoseconds>(moment - floor<seconds>(moment)).count();
    for (std::size_t i = all; i-- > 0; rest /= 10)
        text[i] = static_cast<char>('0' + rest % 10);
    to.append({text, digits});
}

}  // namespace mqtts::format
