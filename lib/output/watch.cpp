// SPDX-License-Identifier: Apache-2.0
#include "output/watch.hpp"

#include "text/number.hpp"

namespace mqtts::output {

namespace {

// Further topics share the last line: a publisher must not decide how much memory we need.
constexpr std::size_t most_lines = 10'000;

void go_to_line(Buffer& to, std::size_t line) {
    to.append("\x1b[");
    append_number(to, line);
    to.append(";1H");
}

}  // namespace

Watch::Watch(Buffer& to, std::string_view title) {
    to.append("\x1b[2J");
    go_to_line(to, 1);
    to.append(title);
    to.append("\n");
}

void Watch::begin(Buffer& to, std::string_view topic_name) {
    go_to_line(to, line_of(topic_name));
    to.append("\x1b[K");
}

void Watch::end(Buffer& to) const {
    go_to_line(to, 1 + lines_.size());
    to.append("\n");
}

std::size_t Watch::line_of(std::string_view topic_name) {
    constexpr std::size_t first_line = 2;
    if (const auto known = lines_.find(topic_name); known != lines_.end()) return known->second;
    if (lines_.size() == most_lines) return first_line + most_lines - 1;
    return lines_.emplace(topic_name, first_line + lines_.size()).first->second;
}

}  // namespace mqtts::output
