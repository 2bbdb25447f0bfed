// SPDX-License-Identifier: Apache-2.0
#include "docs/examples.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include "support/process.hpp"

namespace mqtts::test {

namespace {

/// What brackets an example, and the sections it may be in; none: all of them.
struct Markup {
    std::string_view section;
    std::string_view subsection;  // empty: there are none
    std::vector<std::string_view> sections;
    std::string_view begin;
    std::string_view end;
    bool roff = false;
};

constexpr std::string_view section_macro = ".Sh ";
constexpr std::string_view subsection_macro = ".Ss ";

/// The roff escapes that examples need: "\e" is a backslash, "\&" nothing (in front of a control character).
std::string without_escapes(std::string text) {
    for (std::size_t at = 0; (at = text.find('\\', at)) != std::string::npos;) {
        if (text.compare(at, 2, "\\&") == 0) {
            text.erase(at, 2);
        } else {
            text.replace(at, 2, text.compare(at, 2, "\\e") == 0 ? "\\" : text.substr(at + 1, 1));
            ++at;
        }
    }
    return text;
}

/// The command goes on in the next line.
bool ends_open(const std::string& command) {
    return command.ends_with('\\') || command.ends_with('|');
}

void add_line(Example& example, const std::string& line) {
    const bool continued = !example.commands.empty() && ends_open(example.commands.back());
    if (continued)
        example.commands.back() += "\n" + line;
    else if (line.starts_with("$ "))
        example.commands.push_back(line.substr(2));
    else if (line == "^C")
        example.interrupted = true;
    else
        example.output += line + "\n";
}

/// A heading, as it is in Example. false: the line is none.
bool take_heading(Example& place, const std::string& line, const Markup& markup) {
    if (line.starts_with(markup.section)) {
        place.section = markup.roff ? line.substr(markup.section.size()) : line;
        place.subsection.clear();
        return true;
    }
    if (markup.subsection.empty() || !line.starts_with(markup.subsection)) return false;
    place.subsection = line.substr(markup.subsection.size());
    return true;
}

std::vector<Example> read_examples(const std::string& path, const Markup& markup) {
    std::ifstream file(path);
    REQUIRE(file);
    std::vector<Example> examples;
    Example place;
    bool in_block = false;
    for (std::string line; std::getline(file, line);) {
        ++place.line;
        if (take_heading(place, line, markup)) continue;
        if (in_block && line == markup.end) {
            in_block = false;
        } else if (in_block) {
            add_line(examples.back(), markup.roff ? without_escapes(line) : line);
        } else if (line == markup.begin) {
            in_block = markup.sections.empty() || std::ranges::count(markup.sections, place.section) != 0;
            if (in_block) examples.push_back(place);
        }
    }
    return examples;
}

std::vector<Example> read_displays(const std::string& path) {
    return read_examples(path, {.section = section_macro,
                                .subsection = subsection_macro,
                                .begin = ".Bd -literal -offset indent",
                                .end = ".Ed",
                                .roff = true});
}

/// One script; a signal for its last command must reach that, not the shell.
std::string script(const Example& example, const std::string& directory) {
    std::string text = "cd '" + directory + "'\n";
    for (const std::string& command : example.commands) {
        const bool last = &command == &example.commands.back();
        text += (last && example.interrupted ? "exec " : "") + command + "\n";
    }
    return text;
}

}  // namespace

std::vector<Example> read_markdown_examples(const std::string& path, const std::vector<std::string_view>& headings) {
    return read_examples(path, {.section = "## ", .sections = headings, .begin = "```console", .end = "```"});
}

std::vector<Example> read_manual_examples(const std::string& path) {
    std::vector<Example> displays = read_displays(path);
    std::erase_if(displays, [](const Example& display) { return display.commands.empty(); });
    return displays;
}

std::vector<Example> read_manual_listings(const std::string& path) {
    std::vector<Example> displays = read_displays(path);
    std::erase_if(displays, [](const Example& display) { return !display.commands.empty(); });
    return displays;
}

void check_example(const Example& example, const std::string& directory, std::vector<std::string> environment) {
    CAPTURE(example.line);
    const std::string text = script(example, directory);
    CAPTURE(text);
    Process shell({.arguments = {"sh", "-euc", text}, .environment = std::move(environment)});
    if (example.interrupted) {
        shell.wait_for_output(example.output);
        shell.signal(SIGINT);
    }
    const Outcome outcome = shell.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 0);
    CHECK(outcome.output == example.output);
}

}  // namespace mqtts::test
