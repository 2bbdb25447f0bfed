// SPDX-License-Identifier: Apache-2.0
#include "json/copy.hpp"

#include "json/cursor.hpp"

namespace mqtts::json {

namespace {

/// Copies by recursive descent.
class Copy {
public:
    Copy(Writer& to, std::string_view text) : to_(to), from_(text) {}

    bool text() {
        from_.skip_space();
        if (!value(Cursor::deepest)) return false;
        from_.skip_space();
        return from_.at_end();
    }

private:
    bool value(int depth) {
        switch (from_.front()) {
            case '{':
                return depth > 0 && object(depth - 1);
            case '[':
                return depth > 0 && array(depth - 1);
            default:
                return scalar();
        }
    }

    bool object(int depth) {
        from_.take('{');
        to_.begin_object();
        for (bool first = true; from_.next_element(first); first = false) {
            const auto name = from_.name();
            if (!name) return false;
            to_.verbatim_key(escaped_again(name->content()));
            if (!value(depth)) return false;
        }
        to_.end_object();
        return from_.take('}');
    }

    bool array(int depth) {
        from_.take('[');
        to_.begin_array();
        for (bool first = true; from_.next_element(first); first = false) {
            to_.element();
            if (!value(depth)) return false;
        }
        to_.end_array();
        return from_.take(']');
    }

    bool scalar() {
        const auto scalar = from_.value();
        if (scalar) to_.verbatim(escaped_again(scalar->json));
        return scalar.has_value();
    }

    /// Returns the escaped text, valid until the next call.
    std::string_view escaped_again(std::string_view content) {
        if (to_.style().escapes == Escapes::required) return content;
        escaped_.clear();
        append_escaped_again(escaped_, content, to_.style().escapes);
        return escaped_.readable();
    }

    Writer& to_;
    Cursor from_;
    Buffer escaped_;
};

}  // namespace

bool copy(Writer& to, std::string_view text) {
    return Copy(to, text).text();
}

}  // namespace mqtts::json
