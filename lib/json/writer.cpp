// SPDX-License-Identifier: Apache-2.0
#include "json/writer.hpp"

#include <algorithm>

#include "text/base64.hpp"
#include "text/number.hpp"

namespace mqtts::json {

void Writer::begin_object() {
    begin('{');
}

void Writer::end_object() {
    --depth_;
    if (style_.pretty) new_line();
    to_.append("}");
    first_ = false;
}

void Writer::begin_array() {
    begin('[');
}

void Writer::end_array() {
    --depth_;
    to_.append("]");
    first_ = false;
}

void Writer::key(std::string_view utf8) {
    begin_key();
    append_escaped(to_, utf8, style_.escapes);
    end_key();
}

void Writer::element() {
    if (!first_) to_.append(style_.pretty ? ", " : ",");
    first_ = false;
}

void Writer::text(std::string_view utf8) {
    to_.append("\"");
    append_escaped(to_, utf8, style_.escapes);
    to_.append("\"");
}

void Writer::number(std::uint64_t value) {
    append_number(to_, value);
}

void Writer::base64(std::string_view bytes) {
    to_.append("\"");
    append_base64(to_, bytes);
    to_.append("\"");
}

void Writer::begin(char bracket) {
    to_.append({&bracket, 1});
    ++depth_;
    first_ = true;
}

void Writer::new_line() {
    const std::span<char> space = to_.prepare(1 + depth_);
    space[0] = '\n';
    std::fill_n(space.begin() + 1, depth_, '\t');
    to_.commit(1 + depth_);
}

}  // namespace mqtts::json
