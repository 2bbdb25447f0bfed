// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>

#include "base/error_table.hpp"
#include "cli/arguments.hpp"
#include "cli/help.hpp"

using namespace mqtts;
using namespace mqtts::cli;

namespace {

constexpr Command programs[] = {Command::publish, Command::subscribe};

std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

/// Not as the beginning of a longer one.
bool has_word(std::string_view text, std::string_view word) {
    for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
        const char next = text.substr(at + word.size(), 1).empty() ? ' ' : text[at + word.size()];
        if (next != '-' && (next < 'a' || next > 'z')) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("names and letters are unique in each program, and found") {
    for (const Command program : programs) {
        std::set<std::string_view> names;
        std::set<char> letters;
        for (const Option& option : options()) {
            if (!includes(option.command, program)) continue;
            CAPTURE(option.name);
            CHECK(option.name.size() > 1);
            CHECK(names.insert(option.name).second);
            CHECK(find(program, option.name) == &option);
            if (option.letter == 0) continue;
            CHECK(letters.insert(option.letter).second);
            CHECK(find(program, option.letter) == &option);
        }
        CHECK(find(program, "") == nullptr);
        CHECK(find(program, '\0') == nullptr);
        CHECK(find(program, "hos") == nullptr);
    }
}

TEST_CASE("every option has a section and one short line of help") {
    for (const Option& option : options()) {
        if (option.is_refused()) continue;
        CAPTURE(option.name);
        CHECK_FALSE(option.section.empty());
        CHECK_FALSE(option.help.empty());
        CHECK(columns(option.help) <= 54);
        CHECK(option.help.back() != '.');
        CHECK(static_cast<bool>(option.apply));
        CHECK(option.instead.empty());
    }
}

TEST_CASE("a section stands in one place") {
    std::set<std::string_view> seen;
    std::string_view current;
    for (const Option& option : options()) {
        if (option.section == current) continue;
        CHECK_MESSAGE(seen.insert(option.section).second, option.section);
        current = option.section;
    }
}

TEST_CASE("what a value needs, a switch does not have") {
    for (const Option& option : options()) {
        CAPTURE(option.name);
        if (option.is_switch()) {
            CHECK(option.initial.empty());
            CHECK(option.choices.empty());
            CHECK(option.completion == Completion::nothing);
            CHECK_FALSE(static_cast<bool>(option.secret));
            CHECK_FALSE(static_cast<bool>(option.words));
        } else {
            CHECK(std::ranges::none_of(option.value, [](char c) { return c >= 'a' && c <= 'z'; }));
            CHECK((option.completion == Completion::choice) == !option.choices.empty());
        }
    }
}

TEST_CASE("initial values and choices are accepted") {
    for (const Option& option : options()) {
        CAPTURE(option.name);
        Arguments arguments;
        if (!option.initial.empty()) CHECK(option.apply(arguments, {&option.initial, 1}).has_value());
        std::istringstream choices{std::string(option.choices)};
        for (std::string choice; choices >> choice;) {
            const std::string_view value = choice;
            CHECK_MESSAGE(option.apply(arguments, {&value, 1}).has_value(), choice);
        }
    }
}

TEST_CASE("--help=all shows each option of the program once, with its default, and no other") {
    for (const Command program : programs) {
        const std::string text = help(program, Detail::all);
        for (const Option& option : options()) {
            CAPTURE(option.name);
            const Option* own = find(program, option.name);
            if (own != nullptr && own != &option) continue;  // the other program's meaning of a name
            const bool shown = own == &option && !option.is_refused();
            CHECK(has_word(text, "--" + std::string(option.name)) == shown);
            if (!shown) continue;
            CHECK(text.find(option.help) != std::string::npos);
            if (!option.initial.empty())
                CHECK(text.find(std::string(option.help) + " [" + std::string(option.initial) + "]\n") !=
                      std::string::npos);
        }
    }
}

TEST_CASE("--help=all lists the choices") {
    for (const Command program : programs) {
        const std::string text = help(program, Detail::all);
        for (const Option& option : options())
            if (includes(option.command, program) && !option.choices.empty())
                CHECK_MESSAGE(text.find("one of: " + std::string(option.choices) + "\n") != std::string::npos,
                              option.name);
    }
}

TEST_CASE("--help shows the common options of the program only, and examples") {
    for (const Command program : programs) {
        const std::string text = help(program, Detail::common);
        for (const Option& option : options()) {
            const Option* own = find(program, option.name);
            if (own != nullptr && own != &option) continue;  // the other program's meaning of a name
            const std::string spelled = " --" + std::string(option.name);
            const bool shown = std::ranges::any_of(std::string_view(" [\n"), [&](char behind) {
                return text.find(spelled + behind) != std::string::npos;
            });
            CHECK_MESSAGE(shown == (own == &option && option.common), option.name);
        }
        CHECK(text.find("--help[=all]") != std::string::npos);
        CHECK(text.find("\nExamples:\n  " + std::string(program_name(program)) + " -h broker.example") !=
              std::string::npos);
        CHECK(std::ranges::count(text, '\n') <= 60);
        CHECK(text.size() < help(program, Detail::all).size());
    }
}

TEST_CASE("--help fits a terminal of 80 columns") {
    for (const Command program : programs) {
        std::istringstream lines(help(program, Detail::common) + help(program, Detail::all));
        for (std::string line; std::getline(lines, line);)
            CHECK_MESSAGE(columns(line) <= 80, line);
    }
}

TEST_CASE("--help=all lists each exit status once, and no other") {
    std::set<std::string> expected;
    for (const ErrorInfo& row : error_table)
        expected.insert(row.code == Errc::interrupted ? "128+n" : std::to_string(exit_status(row.code)));
    for (const Command program : programs) {
        const std::string text = help(program, Detail::all);
        const std::string heading = "\nExit status:\n";
        const std::size_t begin = text.find(heading);
        REQUIRE(begin != std::string::npos);
        std::istringstream lines(text.substr(begin + heading.size()));
        std::set<std::string> listed;
        for (std::string line; std::getline(lines, line) && !line.empty();) {
            std::istringstream words(line);
            std::string status;
            std::string meaning;
            CHECK((words >> status >> meaning));
            CHECK_MESSAGE(listed.insert(status).second, line);
        }
        CHECK(listed == expected);
        CHECK(help(program, Detail::common).find("exit statuses") != std::string::npos);
    }
}

TEST_CASE("the groups of --help come in the order in which a user meets them") {
    const std::string publisher = help(Command::publish, Detail::all);
    const std::string subscriber = help(Command::subscribe, Detail::all);
    for (const std::string& text : {publisher, subscriber}) {
        std::size_t last = 0;
        for (const char* section : {"Connection", "TLS", "Output", "Session", "Will", "Network", "WebSocket",
                                    "Diagnosis", "Configuration", "General", "Exit status", "Examples"}) {
            const std::size_t at = text.find("\n" + std::string(section) + ":\n");
            REQUIRE_MESSAGE(at != std::string::npos, section);
            CHECK_MESSAGE(at > last, section);
            last = at;
        }
    }
    CHECK(publisher.find("\nMessage:\n") < publisher.find("\nOutput:\n"));
    CHECK(subscriber.find("\nSubscription:\n") < subscriber.find("\nOutput:\n"));
    CHECK(subscriber.find("\nOutput:\n") < subscriber.find("\nEnding:\n"));
    CHECK(subscriber.find("\nEnding:\n") < subscriber.find("\nSession:\n"));
}
