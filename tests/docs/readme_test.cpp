// Runs the README's examples, as they stand there, against a real broker.
//
// An example is a ```console block under "## Examples" or "## Configuration": lines that begin with "$ " are commands,
// the others what they write to standard output. The shell variables the README speaks of ($tls, $port) are set here.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "support/broker.hpp"

namespace {

using namespace mqtts::test;

struct Example {
    int line = 0;  // in README.md
    std::string commands;
    std::string output;
};

std::vector<Example> read_examples() {
    std::ifstream file(MQTTS_README);
    REQUIRE(file);
    std::vector<Example> examples;
    bool in_section = false;
    bool in_block = false;
    int number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        if (line.starts_with("## ")) in_section = line == "## Examples" || line == "## Configuration";
        if (in_section && line == "```console") {
            in_block = true;
            examples.push_back({.line = number});
        } else if (line == "```") {
            in_block = false;
        } else if (in_block && line.starts_with("$ ")) {
            examples.back().commands += line.substr(2) + "\n";
        } else if (in_block) {
            examples.back().output += line + "\n";
        }
    }
    return examples;
}

std::string shell_words(const std::vector<std::string>& words) {
    std::string result;
    for (const std::string& word : words)
        result += (result.empty() ? "" : " ") + word;
    return result;
}

}  // namespace

TEST_CASE("the README's examples do what they show") {
    const Mosquitto broker;
    const std::vector<Example> examples = read_examples();
    CHECK(examples.size() >= 10);
    for (const Example& example : examples) {
        CAPTURE(example.line);
        CAPTURE(example.commands);
        const Outcome outcome =
            run({.arguments = {"sh", "-euc", "cd " + broker.directory().path() + "\n" + example.commands},
                 .environment = {std::string("PATH=") + MQTTS_PROGRAMS + ":" + std::getenv("PATH"),
                                 "XDG_CONFIG_HOME=" + broker.directory().path(),
                                 "tls=" + shell_words(broker.arguments({})), "port=" + std::to_string(broker.port())}});
        CAPTURE(outcome.error);
        CHECK(outcome.status == 0);
        CHECK(outcome.output == example.output);
    }
}
