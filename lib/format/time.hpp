// SPDX-License-Identifier: Apache-2.0
// Moments as text, in the local time zone.
//
// Messages come faster than seconds pass, so the text of a second is made once and kept.
#pragma once

#include <chrono>
#include <ctime>
#include <string>
#include <string_view>

#include "base/buffer.hpp"

namespace mqtts::format {

using Moment = std::chrono::system_clock::time_point;

/// Formats a second with strftime.
class SecondText {
public:
    explicit SecondText(std::string_view pattern);

    /// Returns the text, valid until the next call.
    [[nodiscard]] std::string_view at(Moment moment);

private:
    std::string pattern_;
    std::time_t second_ = -1;
    std::string text_;
};

/// Appends the whole seconds since 1970.
void append_seconds(Buffer& to, Moment moment);

/// Appends the first `digits` decimal places of the second, at most nine.
void append_fraction(Buffer& to, Moment moment, std::size_t digits);

}  // namespace mqtts::format
