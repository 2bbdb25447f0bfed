#include "stream/json_copy.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/utf8.hpp"

namespace mqtts::stream {

namespace {

constexpr int deepest = 1000;

/// Recursive descent: what is read is taken off the front of rest_.
class Copy {
public:
    Copy(JsonWriter& to, std::string_view text) : to_(to), rest_(text) {}

    bool text() {
        skip_space();
        return value(deepest) && (skip_space(), rest_.empty());
    }

private:
    bool value(int depth) {
        switch (rest_.empty() ? '\0' : rest_.front()) {
            case '{':
                return depth > 0 && object(depth - 1);
            case '[':
                return depth > 0 && array(depth - 1);
            case '"':
                return string_value();
            case 't':
                return literal("true");
            case 'f':
                return literal("false");
            case 'n':
                return literal("null");
            default:
                return number();
        }
    }

    bool object(int depth) {
        take('{');
        to_.begin_object();
        skip_space();
        for (bool first = true; !take('}'); first = false) {
            if (!first && !take_and_skip_space(',')) return false;
            const auto name = string();
            if (!name) return false;
            to_.verbatim_key(escaped_again(*name));
            skip_space();
            if (!take_and_skip_space(':') || !value(depth)) return false;
            skip_space();
        }
        to_.end_object();
        return true;
    }

    bool array(int depth) {
        take('[');
        to_.begin_array();
        skip_space();
        for (bool first = true; !take(']'); first = false) {
            if (!first && !take_and_skip_space(',')) return false;
            to_.element();
            if (!value(depth)) return false;
            skip_space();
        }
        to_.end_array();
        return true;
    }

    bool string_value() {
        const auto content = string();
        if (!content) return false;
        to_.verbatim("\"");
        to_.verbatim(escaped_again(*content));
        to_.verbatim("\"");
        return true;
    }

    bool literal(std::string_view word) {
        if (!rest_.starts_with(word)) return false;
        to_.verbatim(word);
        rest_.remove_prefix(word.size());
        return true;
    }

    bool number() {
        const std::string_view begin = rest_;
        take('-');
        if (!take('0') && !digits()) return false;
        if (take('.') && !digits()) return false;
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            if (!digits()) return false;
        }
        to_.verbatim(begin.substr(0, begin.size() - rest_.size()));
        return true;
    }

    bool digits() {
        const std::size_t count = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
        rest_.remove_prefix(count);
        return count != 0;
    }

    /// What stands between the quotes.
    std::optional<std::string_view> string() {
        if (!take('"')) return std::nullopt;
        const std::string_view begin = rest_;
        for (;;) {
            rest_.remove_prefix(ordinary_prefix(rest_));
            const std::string_view content = begin.substr(0, begin.size() - rest_.size());
            if (take('"')) return content;
            if (!character()) return std::nullopt;
        }
    }

    /// One that is not ordinary.
    bool character() {
        if (take('\\')) return escape_sequence();
        const std::size_t length = utf8_character(rest_);
        if (length == 0 || static_cast<unsigned char>(rest_.front()) < ' ') return false;
        rest_.remove_prefix(length);
        return true;
    }

    bool escape_sequence() {
        if (!take('u')) {
            const bool known = !rest_.empty() && std::string_view("\"\\/bfnrt").find(rest_.front()) != rest_.npos;
            if (known) rest_.remove_prefix(1);
            return known;
        }
        const auto unit = utf16_unit();
        if (!unit || (*unit & 0xFC00U) == 0xDC00U) return false;
        if ((*unit & 0xFC00U) != 0xD800U) return true;
        if (!take('\\') || !take('u')) return false;
        const auto second = utf16_unit();
        return second && (*second & 0xFC00U) == 0xDC00U;
    }

    std::optional<unsigned> utf16_unit() {
        unsigned unit = 0;
        const std::string_view hexadecimal = rest_.substr(0, 4);
        const char* const end = hexadecimal.data() + hexadecimal.size();
        if (hexadecimal.size() < 4 || std::from_chars(hexadecimal.data(), end, unit, 16).ptr != end) return {};
        rest_.remove_prefix(4);
        return unit;
    }

    /// Stays valid until the next call.
    std::string_view escaped_again(std::string_view content) {
        if (to_.style().escapes == Escapes::required) return content;
        escaped_.clear();
        append_escaped_again(escaped_, content, to_.style().escapes);
        return escaped_.readable();
    }

    bool take(char expected) {
        const bool there = !rest_.empty() && rest_.front() == expected;
        if (there) rest_.remove_prefix(1);
        return there;
    }
    bool take_and_skip_space(char expected) {
        const bool there = take(expected);
        skip_space();
        return there;
    }
    void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n\r"), rest_.size())); }

    JsonWriter& to_;
    std::string_view rest_;
    Buffer escaped_;
};

}  // namespace

bool copy_json(JsonWriter& to, std::string_view text) {
    return Copy(to, text).text();
}

}  // namespace mqtts::stream
