// SPDX-License-Identifier: Apache-2.0
#include "cli/quote.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/help.hpp"
#include "text/escape.hpp"

namespace mqtts::cli {

namespace {

bool is_any_option(std::string_view name) noexcept {
    return find(Command::publish, name) != nullptr || find(Command::subscribe, name) != nullptr;
}

std::string_view without_dashes(std::string_view name) noexcept {
    return name.substr(std::min(name.find_first_not_of('-'), name.size()));
}

/// "pwhunter2", "passhunter2": the option for a secret with the secret itself behind it.
bool holds_secret(std::string_view name) {
    const auto begins = [&](std::string_view front) { return name.starts_with(front) && name.size() > front.size(); };
    if (name == "passwd" || name == "password" || is_any_option(name)) return false;
    return begins("pass") || std::ranges::any_of(options(), [&](const Option& option) {
               return option.secret != nullptr && begins(option.name) && name[option.name.size()] != '-';
           });
}

bool is_quotable(Command command, std::string_view name, bool letters_count) {
    const std::string_view bare = without_dashes(name);
    if (bare.size() <= 1 || is_any_option(bare)) return true;
    if (holds_secret(bare)) return false;
    const bool is_plain = std::ranges::all_of(bare, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
    const bool is_called_secret = nearest(command, bare) == find(command, "pw") && bare.starts_with("pass");
    return is_called_secret ||
           (name.starts_with('-') && ((letters_count && is_plain) || nearest(command, bare) != nullptr));
}

}  // namespace

std::string quoted(std::string_view typed) {
    const std::size_t at = typed.rfind('@');
    const bool has_password = at != typed.npos && typed.substr(0, at).find(':') != typed.npos;
    if (!has_password) return fmt::format("'{}'", escape_beginning(typed));
    return fmt::format("'(hidden){}'", escape_beginning(typed.substr(at)));
}

std::string quoted_unless_secret(std::string_view typed) {
    return is_option(typed) ? quoted(typed) : "its value";
}

std::string unknown_option(Command command, std::string_view word, std::string_view place) {
    const std::string_view name = option_name(word);
    const std::string_view bare = without_dashes(name);
    if (name.starts_with("--") && find(command, bare) != nullptr)
        return fmt::format("{}: its value is a word of its own, or follows a =", name);
    const bool is_whole = name.size() == word.size() || word[name.size()] == '=';
    std::string what(place);
    if (is_quotable(command, name, is_whole && !place.empty()))
        what = " " + escape(name.empty() ? word.substr(0, 1) : name);
    if (bare.size() > 1 && find(command, bare) != nullptr)
        return fmt::format("unknown option{}: did you mean --{}?", what, bare);
    const bool is_letter = name.size() == 2 && name.starts_with('-') && bare.size() == 1;
    const std::string spelling = is_letter ? std::string(name) : fmt::format("--{}", bare);
    return fmt::format("unknown option{}: {}", what, advice(command, spelling, name));
}

bool is_option(std::string_view word) noexcept {
    if (word.starts_with("--")) return is_any_option(word.substr(2));
    const auto is_letter = [&](Command command) { return find(command, word[1]) != nullptr; };
    return word.size() == 2 && word.front() == '-' && (is_letter(Command::publish) || is_letter(Command::subscribe));
}

std::string_view option_name(std::string_view word) noexcept {
    const auto is_of_name = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    const auto end = std::ranges::find_if_not(word, is_of_name);
    return word.substr(0, static_cast<std::size_t>(end - word.begin()));
}

}  // namespace mqtts::cli
