// SPDX-License-Identifier: Apache-2.0
// JSON into a buffer, piece by piece: without any space, or laid out for people.
//
//     {"a":[1,{"b":2}]}            {
//                                      "a":    [1, {                 tabs, objects on lines of their own,
//                                              "b":    2             arrays in one line
//                                          }]
//                                  }
#pragma once

#include <cstdint>
#include <string_view>

#include "base/buffer.hpp"
#include "json/text.hpp"

namespace mqtts::json {

struct Style {
    bool pretty = false;
    Escapes escapes = Escapes::required;
};

/// The caller makes keys and values alternate: in an object, there is a key before each value, or both are written as a
/// member; in an array, element() is before each value.
class Writer {
public:
    /// `depth`: how many objects and arrays are open around what is written.
    Writer(Buffer& to, Style style, std::size_t depth = 0) : to_(to), style_(style), depth_(depth) {}

    void begin_object();
    void end_object();
    void begin_array();
    void end_array();

    void key(std::string_view utf8);
    /// Writes a key that needs no escapes.
    void verbatim_key(std::string_view name) {
        begin_key();
        to_.append(name);
        end_key();
    }
    void element();

    /// Writes a key that needs no escapes, and its value.
    void text_member(std::string_view name, std::string_view utf8) {
        verbatim_key(name);
        text(utf8);
    }
    void number_member(std::string_view name, std::uint64_t value) {
        verbatim_key(name);
        number(value);
    }
    void boolean_member(std::string_view name, bool value) {
        verbatim_key(name);
        verbatim(value ? "true" : "false");
    }

    void text(std::string_view utf8);
    void number(std::uint64_t value);
    /// Writes a value, or another piece of one, that is JSON already.
    void verbatim(std::string_view json) { to_.append(json); }
    void base64(std::string_view bytes);

    [[nodiscard]] const Style& style() const noexcept { return style_; }

private:
    void begin(char bracket);
    void begin_key() {
        if (style_.pretty) {
            if (!first_) to_.append(",");
            new_line();
            to_.append("\"");
        } else {
            to_.append(first_ ? "\"" : ",\"");
        }
        first_ = false;
    }
    void end_key() { to_.append(style_.pretty ? "\":\t" : "\":"); }
    void new_line();

    Buffer& to_;
    Style style_;
    std::size_t depth_;
    bool first_ = true;  // the innermost object or array is still empty
};

}  // namespace mqtts::json
