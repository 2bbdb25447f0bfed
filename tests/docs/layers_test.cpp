// SPDX-License-Identifier: Apache-2.0
// The layer table in lib/README.md, held against every #include line of the programs and the library.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path source = MQTTS_SOURCE_DIR;

/// The table's name for each library, and the directories of its headers.
const std::map<std::string, std::vector<std::string>, std::less<>> libraries = {
    {"Boost.System", {"boost/system/"}},
    {"Asio", {"boost/asio", "boost/system/"}},
    {"Boost.Program_options",
     {"boost/program_options", "boost/make_shared.hpp"}},  // its interface wants boost::shared_ptr
    {"OpenSSL", {"openssl/"}},
    {"fmt", {"fmt/"}},
    {"SQLite", {"sqlite3.h"}},
    {"RE2", {"re2/"}},
};

/// They use no header of the operating system.
const std::set<std::string, std::less<>> pure_modules = {"base", "text", "json", "log", "wire", "session", "record"};

/// One row of the table.
struct Row {
    std::set<std::string> modules;
    std::set<std::string> rooms;  // of other modules: "tls/policy"
    std::set<std::string> outside;
};

using Table = std::map<std::string, Row>;

struct Include {
    std::string header;
    bool ours = false;  // in quotes
};

std::string trim(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t`");
    if (begin == std::string_view::npos) return {};
    return std::string(text.substr(begin, text.find_last_not_of(" \t`") - begin + 1));
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);)
        parts.push_back(trim(part));
    return parts;
}

std::vector<std::string> lines_of(const fs::path& path) {
    std::ifstream file(path);
    REQUIRE_MESSAGE(file, path.string());
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    return lines;
}

Row parse_row(const std::string& may_include, const std::string& outside) {
    Row row;
    for (const std::string& word : split(may_include, ',')) {
        if (word.find('/') != std::string::npos) {
            row.rooms.insert(word);
        } else if (word != "–") {
            row.modules.insert(word);
        }
    }
    for (const std::string& word : split(outside, ',')) {
        if (word != "–") row.outside.insert(word);
    }
    return row;
}

Table read_table() {
    Table table;
    bool inside = false;
    for (const std::string& line : lines_of(source / "lib" / "README.md")) {
        const bool is_row = line.starts_with("|");
        if (inside && !is_row) break;
        const std::vector<std::string> cells = split(line, '|');  // the first is before the first bar
        if (inside && !cells.at(1).starts_with("--")) table[cells.at(1)] = parse_row(cells.at(2), cells.at(3));
        if (line == "| module | may include | outside |") inside = true;
    }
    return table;
}

bool is_code(const fs::path& path) {
    return path.extension() == ".hpp" || path.extension() == ".cpp";
}

std::vector<fs::path> code_in(const fs::path& directory) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
        if (is_code(entry.path())) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<Include> includes_of(const fs::path& path) {
    std::vector<Include> includes;
    for (const std::string& line : lines_of(path)) {
        if (!line.starts_with("#include")) continue;
        const std::size_t begin = line.find_first_of("\"<");
        const std::size_t end = line.find_first_of("\">", begin + 1);
        includes.push_back({line.substr(begin + 1, end - begin - 1), line[begin] == '"'});
    }
    return includes;
}

bool may_include_ours(const Row& row, const std::string& module, const std::string& header) {
    const std::string folder = header.substr(0, header.find('/'));
    if (folder == module || row.modules.contains(folder)) return true;
    return row.rooms.contains(header.substr(0, header.rfind('.')));
}

bool may_include_outside(const Row& row, const std::string& module, const std::string& header) {
    for (const auto& [library, prefixes] : libraries) {
        for (const std::string& prefix : prefixes) {
            if (header.starts_with(prefix) && row.outside.contains(library)) return true;
        }
    }
    const bool pure = pure_modules.contains(module);
    const bool of_the_system = header.ends_with(".h") && !header.starts_with("openssl/") && !header.starts_with("fmt/");
    if (of_the_system) return !pure;
    return header.find('/') == std::string::npos;  // the standard library
}

bool allowed(const Table& table, const std::string& module, const Include& include) {
    const Row& row = table.at(module);
    return include.ours ? may_include_ours(row, module, include.header)
                        : may_include_outside(row, module, include.header);
}

std::vector<std::pair<std::string, fs::path>> modules() {
    std::vector<std::pair<std::string, fs::path>> result = {{"apps", source / "apps"}};
    for (const auto& entry : fs::directory_iterator(source / "lib")) {
        if (entry.is_directory()) result.emplace_back(entry.path().filename().string(), entry.path());
    }
    return result;
}

}  // namespace

TEST_CASE("the layer table has one row for each module") {
    std::set<std::string> in_table;
    std::set<std::string> in_tree;
    for (const auto& [module, row] : read_table())
        in_table.insert(module);
    for (const auto& [module, directory] : modules())
        in_tree.insert(module);
    CHECK(in_table == in_tree);
}

TEST_CASE("the layer table names known modules and libraries only") {
    const Table table = read_table();
    for (const auto& [module, row] : table) {
        for (const std::string& other : row.modules)
            CHECK_MESSAGE(table.contains(other), module << ": " << other);
        for (const std::string& room : row.rooms)
            CHECK_MESSAGE(fs::exists(source / "lib" / (room + ".hpp")), module << ": " << room);
        for (const std::string& library : row.outside)
            CHECK_MESSAGE(libraries.contains(library), module << ": " << library);
    }
}

TEST_CASE("every #include is allowed by the layer table") {
    const Table table = read_table();
    for (const auto& [module, directory] : modules()) {
        for (const fs::path& file : code_in(directory)) {
            for (const Include& include : includes_of(file)) {
                CHECK_MESSAGE(allowed(table, module, include), fs::relative(file, source).string()
                                                                   << " includes " << include.header);
            }
        }
    }
}

TEST_CASE("an #include against the layers is noticed") {
    const Table table = read_table();
    CHECK_FALSE(allowed(table, "wire", {"session/session.hpp", true}));
    CHECK_FALSE(allowed(table, "session", {"boost/asio/awaitable.hpp", false}));
    CHECK_FALSE(allowed(table, "session", {"sys/socket.h", false}));
    CHECK_FALSE(allowed(table, "transport", {"wire/packet.hpp", true}));
    CHECK_FALSE(allowed(table, "tls", {"boost/asio/awaitable.hpp", false}));
    CHECK_FALSE(allowed(table, "json", {"wire/packet.hpp", true}));
    CHECK_FALSE(allowed(table, "stream", {"openssl/ssl.h", false}));
    CHECK_FALSE(allowed(table, "cli", {"tls/context.hpp", true}));
    CHECK_FALSE(allowed(table, "cli", {"session/session.hpp", true}));
    CHECK_FALSE(allowed(table, "cli", {"client/client.hpp", true}));
    CHECK_FALSE(allowed(table, "client", {"cli/settings.hpp", true}));
    CHECK_FALSE(allowed(table, "os", {"log/log.hpp", true}));
    CHECK_FALSE(allowed(table, "cli", {"program/program.hpp", true}));
    CHECK_FALSE(allowed(table, "apps", {"client/client.hpp", true}));
    CHECK_FALSE(allowed(table, "apps", {"boost/asio/awaitable.hpp", false}));
    CHECK(allowed(table, "cli", {"session/settings.hpp", true}));
    CHECK(allowed(table, "cli", {"client/settings.hpp", true}));
    CHECK(allowed(table, "wire", {"string_view", false}));
}

TEST_CASE("no file of code is longer than 400 lines") {
    for (const char* folder : {"lib", "apps", "tests"}) {
        for (const fs::path& file : code_in(source / folder)) {
            CHECK_MESSAGE(lines_of(file).size() <= 400, fs::relative(file, source).string());
        }
    }
}

TEST_CASE("each file of code says under which licence it is") {
    const std::string licence = "// SPDX-License-Identifier: Apache-2.0";
    for (const char* folder : {"lib", "apps", "tests"}) {
        for (const fs::path& file : code_in(source / folder)) {
            CHECK_MESSAGE(lines_of(file).front() == licence, fs::relative(file, source).string());
        }
    }
}
