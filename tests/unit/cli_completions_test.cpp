// SPDX-License-Identifier: Apache-2.0
// The completions of each shell, against the table of options and against the files in completions/.
#include "cli/completions.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

using namespace mqtts::cli;

namespace {

constexpr Command programs[] = {Command::publish, Command::subscribe};

struct Script {
    Shell shell;
    std::string name;  // as --completions takes it
    std::string path;  // for a program
};

std::vector<Script> scripts(Command command) {
    const std::string folder = MQTTS_SOURCE_DIR "/completions/";
    const std::string program(program_name(command));
    return {{Shell::bash, "bash", folder + program + ".bash"},
            {Shell::zsh, "zsh", folder + "_" + program},
            {Shell::fish, "fish", folder + program + ".fish"}};
}

bool is_part_of_name(char character) {
    return character == '-' || (character >= 'a' && character <= 'z');
}

/// Does an option's name stand in the text, not only as the beginning of another?
bool has_word(const std::string& text, const std::string& word) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
        if (!is_part_of_name(text[at + word.size()])) return true;
    return false;
}

}  // namespace

TEST_CASE("the committed files are what the programs print") {
    for (const Command program : programs) {
        for (const Script& script : scripts(program)) {
            std::ifstream file(script.path);
            const std::string committed{std::istreambuf_iterator<char>(file), {}};
            const bool is_current = committed == completions(program, script.shell);
            CHECK_MESSAGE(is_current, "update it: ", program_name(program), " --completions ", script.name, " > ",
                          script.path);
        }
    }
}

TEST_CASE("each option of a program stands in its completions, and no other") {
    for (const Command program : programs) {
        for (const Option& option : options()) {
            const Option* own = find(program, option.name);
            const bool wanted = own != nullptr && !own->is_refused();
            const std::string name(option.name);
            CAPTURE(name);
            CHECK(has_word(completions(program, Shell::bash), "--" + name) == wanted);
            CHECK(has_word(completions(program, Shell::zsh), "--" + name) == wanted);
            CHECK(has_word(completions(program, Shell::fish), " -l " + name) == wanted);
        }
    }
}

TEST_CASE("nothing is left to fill in") {
    for (const Command program : programs)
        for (const Script& script : scripts(program))
            for (const std::string mark : {"@program@", "@function@", "@names@", "@values@", "@options@"})
                CHECK(completions(program, script.shell).find(mark) == std::string::npos);
}
