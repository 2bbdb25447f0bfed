// SPDX-License-Identifier: Apache-2.0
// The maps in README.md and lib/README.md, held against the tree: what they name is there, and what is large is named.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

namespace {

namespace fs = std::filesystem;

const fs::path tree = MQTTS_SOURCE_DIR;

std::string text_of(const fs::path& path) {
    std::ifstream file(path);
    REQUIRE_MESSAGE(file, path.string());
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// What stands between backticks in that file.
std::set<std::string> quoted_in(const fs::path& path) {
    std::istringstream text(text_of(path));
    std::set<std::string> quoted;
    for (std::string line; std::getline(text, line);) {
        if (!line.starts_with('|')) continue;
        std::istringstream parts(line);
        std::string part;
        for (bool inside = false; std::getline(parts, part, '`'); inside = !inside) {
            if (inside) quoted.insert(part);
        }
    }
    return quoted;
}

/// A header and its source are one room: "tls/engine".
std::map<std::string, std::size_t> lines_by_room() {
    std::map<std::string, std::size_t> lines;
    for (const auto& entry : fs::recursive_directory_iterator(tree / "lib")) {
        if (entry.path().extension() != ".hpp" && entry.path().extension() != ".cpp") continue;
        std::ifstream file(entry.path());
        std::size_t& count = lines[fs::relative(entry.path(), tree / "lib").replace_extension().string()];
        for (std::string line; std::getline(file, line);)
            ++count;
    }
    return lines;
}

bool is_on_a_map(const std::string& room, const std::set<std::string>& by_question, const std::set<std::string>& here) {
    if (here.contains(room)) return true;
    for (const std::set<std::string>* map : {&by_question, &here}) {
        for (const char* extension : {".hpp", ".cpp"}) {
            if (map->contains("lib/" + room + extension)) return true;
        }
    }
    return false;
}

}  // namespace

TEST_CASE("each room of more than 100 lines is on one of the maps") {
    const auto by_question = quoted_in(tree / "README.md");
    const auto here = quoted_in(tree / "lib" / "README.md");
    for (const auto& [room, lines] : lines_by_room()) {
        if (lines > 100) CHECK_MESSAGE(is_on_a_map(room, by_question, here), room << " has " << lines << " lines");
    }
    CHECK_FALSE(is_on_a_map("tls/no_such_room", by_question, here));
}

TEST_CASE("what the maps name is there") {
    for (const fs::path& map : {tree / "README.md", tree / "lib" / "README.md"}) {
        for (const std::string& name : quoted_in(map)) {
            if (name.starts_with("lib/") || name.starts_with("apps/") || name.starts_with("tests/") ||
                name.starts_with("man/"))
                CHECK_MESSAGE(fs::exists(tree / name), map.string() << " names " << name);
        }
    }
    const auto rooms = lines_by_room();
    for (const std::string& name : quoted_in(tree / "lib" / "README.md")) {
        const std::string folder = name.substr(0, name.find('/'));
        if (folder != name && fs::is_directory(tree / "lib" / folder) && !fs::is_directory(tree / "lib" / name))
            CHECK_MESSAGE(rooms.contains(name), "lib/README.md names " << name);
    }
}
