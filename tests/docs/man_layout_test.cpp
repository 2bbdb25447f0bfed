// SPDX-License-Identifier: Apache-2.0
// The man pages as a terminal of 80 columns shows them: nothing is cut off, and no option takes more than a glance.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cli/option.hpp"
#include "support/process.hpp"

namespace {

constexpr std::size_t columns = 80;
constexpr std::size_t longest_description = 12;

bool can_render() {
    if (std::system("command -v mandoc >/dev/null") == 0) return true;
    MESSAGE("skipped: mandoc is not installed");
    return false;
}

/// Is it a byte of UTF-8 that is not the first one of its character?
bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// What replaces the character before a backspace stays: bold and underlined letters are printed twice.
std::string without_overstrikes(const std::string& text) {
    std::string plain;
    for (const char c : text) {
        if (c != '\b') {
            plain += c;
            continue;
        }
        while (!plain.empty() && is_continuation(plain.back()))
            plain.pop_back();
        if (!plain.empty()) plain.pop_back();
    }
    return plain;
}

std::vector<std::string> rendered(const std::string& page) {
    const std::string width = "width=" + std::to_string(columns);
    const auto outcome = mqtts::test::run({.arguments = {"mandoc", "-T", "utf8", "-O", width, page}});
    REQUIRE(outcome.status == 0);
    std::istringstream text(without_overstrikes(outcome.output));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);)
        lines.push_back(line);
    return lines;
}

/// In characters, of UTF-8.
std::size_t width_of(const std::string& line) {
    return static_cast<std::size_t>(std::ranges::count_if(line, std::not_fn(is_continuation)));
}

std::size_t indentation_of(const std::string& line) {
    return std::min(line.find_first_not_of(' '), line.size());
}

/// The lines of each option's description, by the line that names the option.
std::map<std::string, std::size_t> descriptions_of(const std::vector<std::string>& lines) {
    constexpr std::size_t of_options = 5;  // the indentation
    std::map<std::string, std::size_t> descriptions;
    std::string option;
    bool in_options = false;
    bool behind_gap = false;  // an empty line or a heading; a line of text may begin with a hyphen, too
    for (const std::string& line : lines) {
        const bool begins_paragraph = std::exchange(behind_gap, indentation_of(line) < of_options);
        if (line.empty()) continue;
        const std::size_t indentation = indentation_of(line);
        if (indentation == 0) in_options = line == "OPTIONS";
        if (!in_options) continue;
        if (indentation > of_options) {
            descriptions[option] += option.empty() ? 0 : 1;
        } else {
            option = begins_paragraph && indentation == of_options && line[of_options] == '-' ? line : "";
            descriptions[option];  // a short one may have all of its description in the same line
        }
    }
    descriptions.erase("");
    return descriptions;
}

}  // namespace

TEST_CASE("no line of a man page is longer than a terminal is wide") {
    if (!can_render()) return;
    for (const char* page : {MQTTS_MAN_DIR "/mqtts-pub.1", MQTTS_MAN_DIR "/mqtts-sub.1", MQTTS_MAN_DIR "/mqtts.7"})
        for (const std::string& line : rendered(page))
            CHECK_MESSAGE(width_of(line) <= columns, page, ": ", line);
}

TEST_CASE("no description of an option is longer than twelve lines") {
    if (!can_render()) return;
    using mqtts::cli::Command;
    for (const Command program : {Command::publish, Command::subscribe}) {
        const std::string name(program_name(program));
        const auto descriptions = descriptions_of(rendered(std::string(MQTTS_MAN_DIR "/") + name + ".1"));
        const auto expected = std::ranges::count_if(mqtts::cli::options(), [&](const mqtts::cli::Option& option) {
            return includes(option.command, program) && !option.is_refused();
        });
        CHECK(descriptions.size() == static_cast<std::size_t>(expected));
        for (const auto& [option, lines] : descriptions)
            CHECK_MESSAGE(lines <= longest_description, name, ":", option, ": ", lines, " lines");
    }
}
