// SPDX-License-Identifier: Apache-2.0
#include "text/number.hpp"

#include <fmt/format.h>

namespace mqtts {

void append_number(Buffer& to, std::uint64_t number) {
    const fmt::format_int digits(number);
    to.append({digits.data(), digits.size()});
}

}  // namespace mqtts
