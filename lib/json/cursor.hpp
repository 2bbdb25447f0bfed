// SPDX-License-Identifier: Apache-2.0
// Reads JSON (RFC 8259) piece by piece from the front of a text, without copying anything.
//
// Each function takes what it is named after, or fails and leaves the cursor somewhere behind the mistake: after a
// failure there is nothing more to read. Strings and numbers are handed out as they stand in the text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mqtts::json {

class Cursor {
public:
    /// How deep values may be nested.
    static constexpr int deepest = 1000;

    explicit Cursor(std::string_view text) noexcept : rest_(text) {}

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    /// Bytes that were not taken.
    [[nodiscard]] std::size_t remaining() const noexcept { return rest_.size(); }
    /// What comes next; NUL at the end, where no JSON has one.
    [[nodiscard]] char front() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }

    void skip_space() noexcept;
    bool take(char expected) noexcept;
    bool take(std::string_view word) noexcept;

    /// What stands between the quotes, checked: its escapes are in order, and it is UTF-8 without half of a surrogate
    /// pair.
    [[nodiscard]] std::optional<std::string_view> string() noexcept;
    [[nodiscard]] std::optional<std::string_view> number() noexcept;
    /// Any value, to be nested no deeper than this.
    [[nodiscard]] std::optional<std::string_view> value(int depth = deepest) noexcept;

    /// In an object or array: true, there is another element; false, what comes is the closing bracket or a mistake.
    [[nodiscard]] bool next_element(bool first) noexcept;
    /// The name of a member, as string(), and the colon behind it.
    [[nodiscard]] std::optional<std::string_view> name() noexcept;

private:
    bool skip_value(int depth) noexcept;
    bool skip_group(char closing_bracket, int depth) noexcept;
    bool digits() noexcept;
    bool character() noexcept;
    bool escape_sequence() noexcept;
    std::optional<unsigned> utf16_unit() noexcept;

    std::string_view rest_;
};

/// The text of a string() without its escapes: a view into `content` itself where it has none, otherwise into
/// `scratch`.
[[nodiscard]] std::string_view without_escapes(std::string_view content, std::string& scratch);

}  // namespace mqtts::json
