// SPDX-License-Identifier: Apache-2.0
// The examples of the documentation, as text to be run.
//
// In the README an example is a ```console block, in a man page any literal display (.Bd -literal … .Ed) that has a
// command. Lines that begin with "$ " are commands, the others what they write to standard output; a last line "^C"
// interrupts the last command, once it has written that.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mqtts::test {

struct Example {
    int line = 0;            // in its file
    std::string section;     // "EXAMPLES"; in the README with its mark, "## Examples"
    std::string subsection;  // of a man page; empty: none
    std::vector<std::string> commands;
    std::string output;
    bool interrupted = false;
};

/// Those under the given headings ("## Examples").
std::vector<Example> read_markdown_examples(const std::string& path, const std::vector<std::string_view>& headings);

/// All of a man page.
std::vector<Example> read_manual_examples(const std::string& path);

/// The displays of a man page that have no command, such as files: `output` is the text.
std::vector<Example> read_manual_listings(const std::string& path);

/// Runs an example in a shell, in `directory`, and compares status and output: doctest's checks are in here.
void check_example(const Example& example, const std::string& directory, std::vector<std::string> environment);

}  // namespace mqtts::test
