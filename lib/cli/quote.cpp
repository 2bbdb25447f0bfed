// SPDX-License-Identifier: Apache-2.0
#include "cli/quote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/bad_option.hpp"
#include "cli/other_tools.hpp"
#include "cli/suggestion.hpp"
#include "text/escape.hpp"

namespace mqtts::cli {

namespace {

bool is_any_option(std::string_view name) noexcept {
    return find(Command::publish, name) != nullptr || find(Command::subscribe, name) != nullptr;
}

std::string_view without_dashes(std::string_view name) noexcept {
    return name.substr(std::min(name.find_first_not_of('-'), name.size()));
}

/// "pwhunter2", "passhunter2": is this the option for a secret with the secret itself behind it?
bool holds_secret(std::string_view name) {
    const auto begins = [&](std::string_view front) { return name.starts_with(front) && name.size() > front.size(); };
    if (is_any_option(name)) return false;
    return begins("pass") || std::ranges::any_of(options(), [&](const Option& option) {
               return option.secret != nullptr && begins(option.name) && name[option.name.size()] != '-';
           });
}

bool is_quotable(Command command, std::string_view name, bool letters_count) {
    const std::string_view bare = without_dashes(name);
    if (bare.size() <= 1 || is_any_option(bare)) return true;
    if (holds_secret(bare)) return false;
    const bool is_plain = std::ranges::all_of(bare, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
    return name.starts_with('-') && ((letters_count && is_plain) || nearest(command, bare) != nullptr);
}

Failure unknown(std::string spelling, std::string hint) {
    std::string cause = fmt::format("unknown option {}", spelling);
    return bad(std::move(cause), std::move(hint), {spelling});
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

Failure unknown_option(Command command, std::string_view word, std::string_view place) {
    const std::string_view name = option_name(word);
    const std::string_view bare = without_dashes(name);
    const std::string_view whole = word.substr(0, word.find('='));
    if (name.starts_with("--") && find(command, bare) != nullptr && find_foreign(command, whole) == nullptr)
        return bad(fmt::format("{}: its value is in the same word", name),
                   "write the value as a word of its own, or after a =", {name});
    for (const std::string_view spelling : {whole, name})
        if (const ForeignOption* foreign = find_foreign(command, spelling)) {
            if (place.empty() && !spelling.starts_with('-')) return bad("unknown option", std::string(foreign->hint));
            return unknown(std::string(spelling), std::string(foreign->hint));
        }
    const bool is_whole = name.size() == word.size() || word[name.size()] == '=';
    const bool is_letter = name.size() == 2 && name.starts_with('-') && bare.size() == 1;
    const std::string spelling = is_letter ? std::string(name) : fmt::format("--{}", bare);
    const std::string hint = bare.size() > 1 && find(command, bare) != nullptr ? fmt::format("did you mean --{}?", bare)
                                                                               : suggestion(command, spelling, name);
    if (!is_quotable(command, name, is_whole && !place.empty()))
        return bad(fmt::format("unknown option{}", place), hint);
    return unknown(escape(name.empty() ? word.substr(0, 1) : name), hint);
}

Failure unknown_letter(Command command, char letter, std::string_view element) {
    const std::string spelling = {'-', letter};
    return unknown(escape(spelling), suggestion(command, spelling, element));
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
