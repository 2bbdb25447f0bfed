// SPDX-License-Identifier: Apache-2.0
// The maps in lib/README.md, held against the tree: the files that they name exist, and they name each large room. So
// are the links between our documents.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

namespace {

namespace fs = std::filesystem;

const fs::path whole_tree = MQTTS_SOURCE_DIR;

std::string text_of(const fs::path& path) {
    std::ifstream file(path);
    REQUIRE_MESSAGE(file, path.string());
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// The words between backticks in the tables of that file.
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
    for (const auto& entry : fs::recursive_directory_iterator(whole_tree / "lib")) {
        if (entry.path().extension() != ".hpp" && entry.path().extension() != ".cpp") continue;
        std::ifstream file(entry.path());
        std::size_t& count = lines[fs::relative(entry.path(), whole_tree / "lib").replace_extension().string()];
        for (std::string line; std::getline(file, line);)
            ++count;
    }
    return lines;
}

bool is_on_a_map(const std::string& room, const std::set<std::string>& maps) {
    return maps.contains(room) || maps.contains("lib/" + room + ".hpp") || maps.contains("lib/" + room + ".cpp");
}

/// The targets of the links in that file: "[text](target)".
std::set<std::string> links_in(const fs::path& path) {
    const std::string text = text_of(path);
    std::set<std::string> targets;
    for (std::size_t at = 0; (at = text.find("](", at)) != text.npos;) {
        at += 2;
        targets.insert(text.substr(at, text.find(')', at) - at));
    }
    return targets;
}

}  // namespace

TEST_CASE("each room of more than 100 lines is on one of the maps") {
    const auto maps = quoted_in(whole_tree / "lib" / "README.md");
    for (const auto& [room, lines] : lines_by_room()) {
        if (lines > 100) CHECK_MESSAGE(is_on_a_map(room, maps), room << " has " << lines << " lines");
    }
    CHECK_FALSE(is_on_a_map("tls/no_such_room", maps));
}

TEST_CASE("the files that maps and tables name exist") {
    for (const fs::path& map :
         {whole_tree / "README.md", whole_tree / "CONTRIBUTING.md", whole_tree / "lib" / "README.md"}) {
        for (const std::string& name : quoted_in(map)) {
            if (name.starts_with("lib/") || name.starts_with("apps/") || name.starts_with("tests/") ||
                name.starts_with("man/"))
                CHECK_MESSAGE(fs::exists(whole_tree / name), map.string() << " names " << name);
        }
    }
    const auto rooms = lines_by_room();
    for (const std::string& name : quoted_in(whole_tree / "lib" / "README.md")) {
        const std::string folder = name.substr(0, name.find('/'));
        if (folder != name && fs::is_directory(whole_tree / "lib" / folder) &&
            !fs::is_directory(whole_tree / "lib" / name))
            CHECK_MESSAGE(rooms.contains(name), "lib/README.md names " << name);
    }
}

TEST_CASE("each link to a file of ours leads to one") {
    std::size_t files = 0;
    for (const char* name : {"README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "lib/README.md"}) {
        for (const std::string& target : links_in(whole_tree / name)) {
            if (target.starts_with("https://") || target.starts_with('#')) continue;
            ++files;
            const fs::path file = (whole_tree / name).parent_path() / target.substr(0, target.find('#'));
            CHECK_MESSAGE(fs::exists(file), name << " links to " << target);
        }
    }
    CHECK(files >= 8);
}
