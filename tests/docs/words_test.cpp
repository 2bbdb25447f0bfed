// SPDX-License-Identifier: Apache-2.0
// Phrases that make readers stop and decode are in none of the texts for people: sources of messages and help, manuals,
// README, change log. Comments are for people, too. The head of lib/base/error.hpp names the phrases.
#include <doctest/doctest.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path source_tree = MQTTS_SOURCE_DIR;

constexpr std::string_view stock_phrases[] = {
    "so many", "so much", "so long", "is none", "are none", "stands", "whoever", "what is not",
};

bool is_letter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// The first stock phrase of the line, as whole words; empty: it has none.
std::string_view stock_phrase_in(std::string_view line) {
    std::string lower(line);
    for (char& c : lower)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    for (const std::string_view phrase : stock_phrases) {
        for (std::size_t at = lower.find(phrase); at != lower.npos; at = lower.find(phrase, at + 1)) {
            const bool begins = at == 0 || !is_letter(lower[at - 1]);
            const std::size_t end = at + phrase.size();
            if (begins && (end == lower.size() || !is_letter(lower[end]))) return phrase;
        }
    }
    return {};
}

bool is_text(const fs::path& path) {
    for (const char* extension : {".hpp", ".cpp", ".in", ".mdoc", ".md", ".bash", ".fish"})
        if (path.extension() == extension) return true;
    return path.filename().string().starts_with("_mqtts");
}

const fs::path house_rules = source_tree / "lib/base/error.hpp";

/// Is this the line of the house rules that names the phrases?
bool is_list_of_phrases(const fs::path& path, const std::string& line) {
    return path == house_rules && line.starts_with("//   \"");
}

/// What people read, in the order of its paths.
std::vector<fs::path> texts() {
    std::vector<fs::path> found;
    for (const char* folder : {"lib", "apps", "man", "completions"})
        for (const auto& entry : fs::recursive_directory_iterator(source_tree / folder))
            if (entry.is_regular_file() && is_text(entry.path())) found.push_back(entry.path());
    for (const char* name : {"README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"})
        found.push_back(source_tree / name);
    return found;
}

}  // namespace

TEST_CASE("no text has a phrase that makes readers stop") {
    std::size_t lines = 0;
    for (const fs::path& path : texts()) {
        std::ifstream file(path);
        REQUIRE_MESSAGE(file, path.string());
        int number = 0;
        for (std::string line; std::getline(file, line); ++lines) {
            ++number;
            if (is_list_of_phrases(path, line)) continue;
            const std::string_view phrase = stock_phrase_in(line);
            CHECK_MESSAGE(phrase.empty(), path.string() << ":" << number << ": \"" << phrase << "\": " << line);
        }
    }
    CHECK(lines > 10'000);
}

TEST_CASE("the house rules name each of these phrases") {
    std::ifstream file(house_rules);
    std::string named;
    for (std::string line; std::getline(file, line);)
        if (is_list_of_phrases(house_rules, line)) named += line;
    for (const std::string_view phrase : stock_phrases)
        CHECK_MESSAGE(named.find('"' + std::string(phrase) + '"') != named.npos, phrase);
}

TEST_CASE("a phrase is found as whole words, in any case") {
    CHECK(stock_phrase_in("It stands for itself") == "stands");
    CHECK(stock_phrase_in("So many messages") == "so many");
    CHECK(stock_phrase_in("understands") == "");
    CHECK(stock_phrase_in("stands_for") == "");
}
