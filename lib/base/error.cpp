// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/error_table.hpp"

namespace mqtts {

namespace {

constexpr ErrorInfo command_failed{command_failed_with(0), "command_failed", "the command failed"};

}  // namespace

const ErrorInfo& describe(Errc error) noexcept {
    const auto* const row = std::ranges::lower_bound(error_table, error, {}, &ErrorInfo::code);
    if (row != error_table.end() && row->code == error) return *row;
    return is_of_command(error) ? command_failed : error_table.back();  // interrupted_by(), whatever the signal
}

void throw_exception_from_error(const Failure& failure, const boost::source_location&) {
    throw std::logic_error("unchecked failure: " + failure.what);
}

}  // namespace mqtts
