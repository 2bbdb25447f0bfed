// SPDX-License-Identifier: Apache-2.0
#include "cli/config_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "cli/bad_option.hpp"
#include "cli/other_tools.hpp"
#include "cli/quote.hpp"
#include "cli/values/text_file.hpp"
#include "os/read_file.hpp"
#include "os/system_reason.hpp"
#include "text/escape.hpp"

namespace mqtts::cli {

namespace {

constexpr std::string_view blanks = " \t";

std::string_view without_leading_blanks(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text;
}

bool is_quote(char character) {
    return character == '"' || character == '\'';
}

/// Returns the character that an escape means. Removes the escape, without its backslash, from `rest`.
Result<char> unescaped(std::string_view& rest) {
    constexpr std::string_view letters = "\\\"nrt";
    constexpr std::string_view meanings = "\\\"\n\r\t";
    const char letter = rest.empty() ? '\0' : rest.front();
    if (const std::size_t index = letters.find(letter); index != letters.npos) {
        rest.remove_prefix(1);
        return meanings[index];
    }
    unsigned char byte = 0;
    const char* const digits = rest.data() + 1;
    if (letter == 'x' && rest.size() >= 3 && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
        rest.remove_prefix(3);
        return static_cast<char>(byte);
    }
    return bad("a backslash inside double quotes begins no known escape", R"(use \\ \" \n \r \t or \xNN)");
}

/// Returns the text between quotes. Removes it from `rest`, whose first character is the opening quote.
Result<std::string> take_quoted(std::string_view& rest) {
    const char quote = rest.front();
    std::string text;
    for (rest.remove_prefix(1); !rest.empty();) {
        const char character = rest.front();
        rest.remove_prefix(1);
        if (character == quote) return text;
        if (character == '\\' && quote == '"') {
            const auto meant = unescaped(rest);
            if (!meant) return meant.error();
            text += *meant;
        } else {
            text += character;
        }
    }
    return bad(fmt::format("the closing {} is missing", quote));
}

/// Quotes nothing: the text may belong to a password.
Failure after_quote() {
    return bad("text follows the closing quote", R"(inside "…" write a quote as \")");
}

/// Reads the words of a value that has several.
Result<std::vector<std::string>> words(std::string_view rest) {
    std::vector<std::string> result;
    for (rest = without_leading_blanks(rest); !rest.empty(); rest = without_leading_blanks(rest)) {
        if (is_quote(rest.front())) {
            auto word = take_quoted(rest);
            if (!word) return word.error();
            if (!rest.empty() && blanks.find(rest.front()) == blanks.npos) return after_quote();
            result.push_back(std::move(*word));
        } else {
            result.emplace_back(rest.substr(0, rest.find_first_of(blanks)));
            rest.remove_prefix(result.back().size());
        }
    }
    return result;
}

/// Reads a single value: everything after the first blank as it is, or what quotes enclose.
Result<std::vector<std::string>> whole(std::string_view rest) {
    std::string_view text = without_leading_blanks(rest);
    if (text.empty() || !is_quote(text.front())) return std::vector{std::string(rest)};
    auto value = take_quoted(text);
    if (!value) return value.error();
    text = without_leading_blanks(text);
    if (!text.empty()) return after_quote();
    return std::vector{std::move(*value)};
}

/// Reads the values of an option that takes some. `rest` is the line after the first blank.
Result<std::vector<std::string>> values(const Option& option, std::string_view rest) {
    if (word_count(option, {}) == 1) return whole(rest);
    auto all = words(rest);
    if (!all) return all;
    const std::vector<std::string_view> views(all->begin(), all->end());
    if (const std::size_t needed = word_count(option, views); needed != views.size())
        return bad(fmt::format("{} words are needed, and there are {}", needed, views.size()),
                   fmt::format("give --{} {}", option.name, option.value));
    return all;
}

/// Finds the option that the first word of a line names.
Result<const Option*> named(Command command, std::string_view word) {
    const std::string_view name = option_name(word);
    const bool is_name = name.starts_with("--");
    const bool is_letter = !is_name && name.starts_with('-') && word.size() >= 2;
    const Option* const option = is_name ? find(command, name.substr(2)) : is_letter ? find(command, word[1]) : nullptr;
    const std::string_view spelling = is_letter ? word.substr(0, 2) : name;
    if (option != nullptr && spelling.size() == word.size()) return option;
    const bool is_foreign = find_foreign(command, word) != nullptr;
    if (option != nullptr && !is_foreign)
        return bad(fmt::format("{} is not followed by a blank", spelling),
                   "write one option a line, its value after a blank", {spelling});
    return unknown_option(command, is_letter && !is_foreign ? spelling : word, "");
}

Result<Given> parse_line(Command command, std::string_view line) {
    if (line.find('\0') != line.npos) return bad("the line contains a NUL byte");
    const std::size_t end = std::min(line.find_first_of(blanks), line.size());
    const std::string spelling(line.substr(0, end));
    const auto option = named(command, spelling);
    if (!option) return option.error();
    if ((*option)->command_line_only)
        return bad(fmt::format("{} works only on the command line", spelling), "", {spelling});
    const std::string_view rest = line.substr(std::min(end + 1, line.size()));
    if ((*option)->is_switch()) {
        const bool has_value = !without_leading_blanks(rest).empty();
        if (has_value && !(*option)->optional_value.empty()) {
            auto value = whole(rest);
            if (!value)
                return bad(fmt::format("{}: {}", spelling, value.error().cause), value.error().hint, {spelling});
            return Given{.option = *option, .values = std::move(*value), .spelling = spelling};
        }
        if (has_value) return bad(fmt::format("{} takes no value", spelling), "", {spelling});
        return Given{.option = *option, .values = {}, .spelling = spelling};
    }
    if (end == line.size())
        return bad(fmt::format("{} needs a value", spelling), fmt::format("give {} {}", spelling, (*option)->value),
                   {spelling});
    auto found = values(**option, rest);
    if (!found) return bad(fmt::format("{}: {}", spelling, found.error().cause), found.error().hint, {spelling});
    return Given{.option = *option, .values = std::move(*found), .spelling = spelling};
}

std::string value_of(const Environment& environment, const char* variable) {
    const char* const value = environment(variable);
    return value != nullptr ? value : "";
}

}  // namespace

std::string default_config_path(Command command, const Environment& environment) {
    std::string directory = value_of(environment, "XDG_CONFIG_HOME");
    if (!directory.starts_with('/')) {
        directory = value_of(environment, "HOME");
        if (directory.empty()) return {};
        directory += "/.config";
    }
    return fmt::format("{}/{}", directory, program_name(command));
}

std::vector<Remark> unusable_config_places(const Environment& environment) {
    std::vector<Remark> notes;
    const std::string chosen = value_of(environment, "XDG_CONFIG_HOME");
    if (!chosen.empty() && !chosen.starts_with('/'))
        notes.push_back({fmt::format("environment variable XDG_CONFIG_HOME is left out: {} does not begin with /",
                                     quoted(chosen))});
    if (!chosen.starts_with('/') && value_of(environment, "HOME").empty())
        notes.push_back({"no configuration file is read: HOME is not set"});
    return notes;
}

Result<std::vector<Given>> read_config_file(Command command, const std::string& path, bool required,
                                            const std::optional<std::chrono::steady_clock::time_point>& deadline) {
    std::string text;
    const std::error_code error = os::read_file(path, text, deadline);
    const bool missing = error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory ||
                         error == std::errc::filename_too_long;
    if (missing && !required) return std::vector<Given>();
    if (error == std::errc::timed_out)
        return Failure{Errc::timed_out,
                       fmt::format("timed out while reading the configuration file {}: {}", escape(path),
                                   os::waiting_reason(!text.empty())),
                       "",
                       {path}};
    if (error)
        return bad(fmt::format("cannot read the configuration file {}: {}", escape(path), os::system_reason(error)),
                   required ? "" : "give another one with -o, such as /dev/null", {path});
    if (is_utf16(text))
        return bad(fmt::format("cannot read the configuration file {}: {}", escape(path), it_is_utf16),
                   std::string(how_to_convert_utf16), {path});
    return parse_config(command, path, without_utf8_mark(text));
}

Result<std::vector<Given>> parse_config(Command command, const std::string& path, std::string_view text) {
    std::vector<Given> result;
    for (int number = 1; !text.empty(); ++number) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        line = without_leading_blanks(line);
        if (line.empty() || line.front() == '#') continue;
        const std::string place = fmt::format("{}: line {}", escape(path), number);
        auto given = parse_line(command, line);
        if (!given) return with_cause(given.error(), fmt::format("{}: {}", place, given.error().cause));
        given->name = fmt::format("{}: {}", place, given->spelling);
        given->source = place;
        result.push_back(std::move(*given));
    }
    return result;
}

std::string file_value(std::string_view value) {
    std::string visible = escape(value);
    if (!value.empty() && visible == value && value.find_first_of(" \"'\\") == value.npos) return visible;
    std::string text;
    for (const char character : value) {
        if (character == '"' || character == '\\') text += '\\';
        text += character;
    }
    return fmt::format("\"{}\"", escape(text));
}

}  // namespace mqtts::cli
