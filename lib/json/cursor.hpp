// SPDX-License-Identifier: Apache-2.0
// Reads JSON (RFC 8259) piece by piece from the front of a text, without copying anything.
//
// Each function takes what it is named after, or fails and leaves the cursor somewhere behind the mistake: do not read
// on after a failure. Strings and numbers are handed out unchanged.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json/text.hpp"

namespace mqtts::json {

/// A value as it is in the text, checked: the escapes of a string are valid, and it is UTF-8 without half of a
/// surrogate pair.
struct Value {
    std::string_view json;     // not empty; a string with its quotes
    bool has_escapes = false;  // means something for a string only

    [[nodiscard]] bool is_string() const noexcept { return json.front() == '"'; }
    /// Returns, of a string, what is between the quotes.
    [[nodiscard]] std::string_view content() const noexcept { return json.substr(1, json.size() - 2); }
    /// Returns, of a string, the same without escapes: a view into `json` itself if it has no escapes, otherwise into
    /// `scratch`.
    [[nodiscard]] std::string_view text(std::string& scratch) const {
        return has_escapes ? unescaped(scratch) : content();
    }

private:
    [[nodiscard]] std::string_view unescaped(std::string& scratch) const;
};

/// The functions that nearly every value goes through are inline, so that the place in the text stays in a register.
class Cursor {
public:
    /// How deep values may be nested.
    static constexpr int deepest = 1000;

    explicit Cursor(std::string_view text) noexcept : begin_(text.data()), at_(begin_), end_(at_ + text.size()) {}

    [[nodiscard]] bool at_end() const noexcept { return at_ == end_; }
    /// Returns how many bytes were taken.
    [[nodiscard]] std::size_t taken() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
    /// Returns the next byte; NUL at the end, as JSON has no NUL.
    [[nodiscard]] char front() const noexcept { return at_end() ? '\0' : *at_; }

    void skip_space() noexcept {
        while (!at_end() && *at_ <= ' ' && (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r'))
            ++at_;
    }
    bool take(char expected) noexcept {
        const bool there = !at_end() && *at_ == expected;
        if (there) ++at_;
        return there;
    }
    bool take(std::string_view word) noexcept;

    /// Takes any value that is nested no deeper than this.
    [[nodiscard]] std::optional<Value> value(int depth = deepest) noexcept {
        const char* const begin = at_;
        if (!(front() == '"' ? skip_string() : skip_value(depth))) return std::nullopt;
        return Value{{begin, at_}, has_escapes_};
    }

    /// Tells, in an object or array, whether another element comes; false: the closing bracket comes, or a mistake.
    [[nodiscard]] bool next_element(bool first) noexcept {
        skip_space();
        if (first) return front() != ']' && front() != '}';
        if (!take(',')) return false;
        skip_space();
        return true;
    }
    /// Takes the name of a member, which is a string, and the colon behind it.
    [[nodiscard]] std::optional<Value> name() noexcept {
        const char* const begin = at_;
        const bool is_string = skip_string();
        const Value name{{begin, at_}, has_escapes_};
        skip_space();
        if (!take(':')) return std::nullopt;
        skip_space();
        return is_string ? std::optional(name) : std::nullopt;
    }

private:
    [[nodiscard]] std::string_view rest() const noexcept { return {at_, end_}; }
    bool skip_value(int depth) noexcept;
    bool skip_string() noexcept {
        has_escapes_ = false;
        if (!take('"')) return false;
        at_ += ordinary_prefix(rest());
        return take('"') || finish_string();
    }
    /// Takes the rest of a string, from a character that is not ordinary.
    bool finish_string() noexcept;
    bool skip_number() noexcept;
    bool skip_group(char closing_bracket, int depth) noexcept;
    bool digits() noexcept;
    bool character() noexcept;
    bool escape_sequence() noexcept;
    std::optional<unsigned> utf16_unit() noexcept;

    const char* begin_;
    const char* at_;
    const char* end_;
    bool has_escapes_ = false;  // the string that was taken last
};

}  // namespace mqtts::json
