// SPDX-License-Identifier: Apache-2.0
// The man pages, as they are installed, held against the table of options and against each other; and their sources.
// How they look is in man_layout_test.cpp.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "cli/environment.hpp"
#include "cli/option.hpp"
#include "support/process.hpp"

namespace {

using namespace mqtts::cli;
using Words = std::vector<std::string>;

constexpr Command programs[] = {Command::publish, Command::subscribe};

constexpr const char* guide = MQTTS_MAN_DIR "/mqtts.7";

/// An option as a page describes it.
struct Entry {
    std::string name;
    char letter = 0;
    std::string value;
    std::string section;
    std::string text;
};

std::string path_of(Command program) {
    return std::string(MQTTS_MAN_DIR "/") + std::string(program_name(program)) + ".1";
}

/// What it is made of, with the files in man/common.
std::string source_of(Command program) {
    return std::string(MQTTS_SOURCE_DIR "/man/") + std::string(program_name(program)) + ".1.in";
}

std::vector<std::string> lines_of(const std::string& path) {
    std::ifstream file(path);
    REQUIRE_MESSAGE(file.good(), path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    return lines;
}

Words words_of(const std::string& line) {
    std::istringstream stream(line);
    Words words;
    for (std::string word; stream >> word;)
        words.push_back(word);
    return words;
}

/// ".It Fl t , Fl -topic Ar TOPIC"
Entry entry_of(const std::string& line, const std::string& section) {
    Entry entry;
    entry.section = section;
    const Words words = words_of(line);
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::string& before = words[i - 1];
        if (before == "Ar") {  // one word, or all that follow
            for (std::size_t word = i; word < words.size() && words[word] != ","; ++word)
                entry.value += (entry.value.empty() ? "" : " ") + words[word];
        }
        if (before != "Fl") continue;
        if (words[i].front() == '-') {
            CHECK_MESSAGE(entry.name.empty(), line);
            entry.name = words[i].substr(1);
        } else {
            CHECK_MESSAGE(words[i].size() == 1, line);
            entry.letter = words[i].front();
        }
    }
    return entry;
}

std::vector<Entry> entries_of(const std::vector<std::string>& lines) {
    std::vector<Entry> entries;
    std::string section;
    bool inside = false;  // an entry
    for (const std::string& line : lines) {
        if (line.starts_with(".Ss ")) section = line.substr(4);
        if (line.starts_with(".It ") || line.starts_with(".El")) inside = false;
        if (line.starts_with(".It Fl ")) {
            entries.push_back(entry_of(line, section));
            inside = true;
        } else if (inside) {
            entries.back().text += line + "\n";
        }
    }
    return entries;
}

const Entry* find_entry(const std::vector<Entry>& entries, std::string_view name) {
    const Entry* found = nullptr;
    for (const Entry& entry : entries) {
        if (entry.name != name) continue;
        CHECK_MESSAGE(found == nullptr, "twice: ", entry.name);
        found = &entry;
    }
    return found;
}

/// The first words behind `mark`, in the lines between two others.
std::set<std::string> first_words(const std::vector<std::string>& lines, const std::string& begin,
                                  const std::string& end, const std::string& mark) {
    std::set<std::string> result;
    bool inside = false;
    for (const std::string& line : lines) {
        if (inside && line.starts_with(end)) inside = false;
        if (inside && line.starts_with(mark)) result.insert(words_of(line.substr(mark.size())).at(0));
        if (line == begin) inside = true;
    }
    return result;
}

/// The names of all sections and subsections of a page.
std::set<std::string> headings_of(const std::vector<std::string>& lines) {
    std::set<std::string> headings;
    for (const std::string& line : lines)
        if (line.starts_with(".Sh ") || line.starts_with(".Ss ")) headings.insert(line.substr(4));
    return headings;
}

/// The texts between the macros that divide a page: of options all, of what else there is those of more than one line.
std::set<std::string> passages_of(const std::vector<std::string>& lines) {
    static const std::set<std::string> dividers = {".Sh", ".Ss", ".Pp", ".Bl", ".It", ".El", ".Bd", ".Ed", ".so"};
    std::set<std::string> passages;
    std::string passage;
    std::size_t count = 0;
    for (const std::string& line : lines) {
        if (dividers.contains(line.substr(0, 3))) {
            if (count > 1) passages.insert(passage);
            passage.clear();
            count = line.starts_with(".It Fl ") ? 1 : 0;
        } else {
            passage += line + "\n";
            ++count;
        }
    }
    return passages;
}

}  // namespace

TEST_CASE("each option stands in the man page of its program, with letter, value, section and default") {
    for (const Command program : programs) {
        const std::vector<Entry> entries = entries_of(lines_of(path_of(program)));
        for (const Option& option : options()) {
            if (!includes(option.command, program) || option.is_refused()) continue;
            CAPTURE(option.name);
            const Entry* entry = find_entry(entries, option.name);
            REQUIRE(entry != nullptr);
            CHECK(entry->letter == option.letter);
            CHECK(entry->value == option.value);
            CHECK(entry->section == option.section);
            CHECK_FALSE(entry->text.empty());
            const std::string initial = "The default is\n.Cm " + std::string(option.initial) + " ";
            CHECK((entry->text.find(initial) != std::string::npos) == !option.initial.empty());
            CHECK((entry->text.find("The default is") != std::string::npos) == !option.initial.empty());
        }
    }
}

TEST_CASE("a man page has no option that its program does not have") {
    for (const Command program : programs) {
        for (const Entry& entry : entries_of(lines_of(path_of(program)))) {
            const Option* option = find(program, entry.name);
            CHECK_MESSAGE((option != nullptr && !option->is_refused()), program_name(program), ": ", entry.name);
        }
    }
}

TEST_CASE("refused options are explained in both man pages") {
    for (const Command program : programs) {
        std::string page;
        for (const std::string& line : lines_of(path_of(program)))
            page += line + " \n";
        for (const Option& option : options())
            if (option.is_refused()) {
                const std::string spelling =
                    option.letter != 0 ? std::string{option.letter} : "-" + std::string(option.name);
                CHECK_MESSAGE(page.find(".Fl " + spelling + " ") != std::string::npos, option.name);
            }
    }
}

TEST_CASE("each environment variable stands in the man pages and the README, in the pages with its option") {
    const auto text_of = [](const std::string& path) {
        std::string text;
        for (const std::string& line : lines_of(path))
            text += line + "\n";
        return text;
    };
    const std::string readme = text_of(MQTTS_SOURCE_DIR "/README.md");
    for (const Variable& variable : variables()) {
        const std::string name = variable.name;
        CHECK_MESSAGE(readme.find("`" + name + "`") != std::string::npos, name);
        for (const Command program : programs) {
            if (find(program, variable.option) == nullptr) continue;  // an option of the other program
            const std::string entry = ".It Ev " + name + "\n.Fl -" + std::string(variable.option) + "\n";
            CHECK_MESSAGE(text_of(path_of(program)).find(entry) != std::string::npos, name);
        }
    }
}

TEST_CASE("README and man pages list the same exit statuses") {
    auto expected = first_words(lines_of(MQTTS_SOURCE_DIR "/README.md"), "## Exit statuses", "## ", "| ");
    expected.erase("status");  // the head of the table
    for (const Command program : programs) {
        auto listed = first_words(lines_of(path_of(program)), ".Sh EXIT STATUS", ".Sh", ".It ");
        CHECK(listed.erase("Sy") == 1);  // the head of the table
        CHECK(listed == expected);
    }
    auto explained = first_words(lines_of(guide), ".Sh TROUBLESHOOTING", ".Sh", ".Ss Status ");
    for (std::string status : expected)
        CHECK_MESSAGE((status == "0" || explained.contains(status + ":")), status);
    CHECK(expected.contains("27"));
}

TEST_CASE("a man page refers only to sections that it has") {
    for (const std::string& page : {path_of(Command::publish), path_of(Command::subscribe), std::string(guide)}) {
        const std::vector<std::string> lines = lines_of(page);
        const std::set<std::string> headings = headings_of(lines);
        for (const std::string& line : lines) {
            if (!line.starts_with(".Sx ")) continue;
            std::string name = line.substr(4, line.find_last_not_of(" ,.;:)") - 3);
            CHECK_MESSAGE(headings.contains(name), page, ": ", name);
        }
    }
}

TEST_CASE("mqtts(7) takes in every chapter of man/guide") {
    const std::vector<std::string> source = lines_of(MQTTS_SOURCE_DIR "/man/mqtts.7.in");
    for (const auto& file : std::filesystem::directory_iterator(MQTTS_SOURCE_DIR "/man/guide")) {
        const std::string inclusion = ".so guide/" + file.path().filename().string();
        CHECK_MESSAGE(std::count(source.begin(), source.end(), inclusion) == 1, inclusion);
    }
}

TEST_CASE("what both man pages say is written once, in man/common") {
    const std::set<std::string> publishing = passages_of(lines_of(source_of(Command::publish)));
    const std::set<std::string> subscribing = passages_of(lines_of(source_of(Command::subscribe)));
    CHECK(publishing.size() > 50);
    CHECK(subscribing.size() > 50);
    for (const std::string& passage : publishing)
        CHECK_MESSAGE(!subscribing.contains(passage), "in both sources:\n", passage);
}

TEST_CASE("both man pages take in all of man/common, and nothing of how they are joined is left in them") {
    for (const Command program : programs) {
        const std::vector<std::string> source = lines_of(source_of(program));
        for (const auto& file : std::filesystem::directory_iterator(MQTTS_SOURCE_DIR "/man/common")) {
            const std::string inclusion = ".so common/" + file.path().filename().string();
            CHECK_MESSAGE(std::count(source.begin(), source.end(), inclusion) == 1, source_of(program), ": ",
                          inclusion);
        }
    }
    for (const std::string& page : {path_of(Command::publish), path_of(Command::subscribe), std::string(guide)}) {
        for (const std::string& line : lines_of(page)) {
            for (const char* mark : {"pub:", "sub:", "mqtts:", ".so", ".\\\""})
                CHECK_MESSAGE(!line.starts_with(mark), line);
        }
    }
}

TEST_CASE("the man pages are clean for mandoc") {
    if (std::system("command -v mandoc >/dev/null") != 0) {
        MESSAGE("skipped: mandoc is not installed");
        return;
    }
    for (const std::string& page : {path_of(Command::publish), path_of(Command::subscribe), std::string(guide)}) {
        const Words mandoc = {"mandoc", "-T", "lint", "-W", "warning", page};
        const auto outcome = mqtts::test::run({.arguments = mandoc});
        CHECK(outcome.output == "");
        CHECK(outcome.status == 0);
    }
}
