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
    return is_of_command(error) ? command_failed : error_table.back();  // interrupted_by() of any signal
}

void throw_exception_from_error(const Failure& failure, const boost::source_location&) {
    throw std::logic_error("unchecked failure: " + failure.cause);
}

Failure with_cause(Failure failure, std::string cause) {
    failure.cause = std::move(cause);
    return failure;
}

namespace {

/// Appends a part after "; ", unless it is empty or one of the parts.
void append_part(std::string& text, const std::string& more) {
    if (more.empty() || ("; " + text + "; ").find("; " + more + "; ") != std::string::npos) return;
    if (!text.empty()) text += "; ";
    text += more;
}

}  // namespace

Failure combined(Failure first, const Failure& second) {
    append_part(first.cause, second.cause);
    append_part(first.hint, second.hint);
    for (const std::string& one : second.about)
        if (std::ranges::find(first.about, one) == first.about.end()) first.about.push_back(one);
    return first;
}

std::string or_else(std::string hint, std::string_view other) {
    if (!hint.empty() && !other.empty()) hint += ", or ";
    return hint += other;
}

std::string one_line(std::string_view cause, std::string_view hint) {
    std::string line(cause);
    if (!hint.empty()) line.append("; ").append(hint);
    return line;
}

std::string one_line(const Failure& failure) {
    return one_line(failure.cause, failure.hint);
}

}  // namespace mqtts
