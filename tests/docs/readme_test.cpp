// SPDX-License-Identifier: Apache-2.0
// Runs all examples of the README as they are, against a real broker. It sets the shell variable $tls that they use.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "docs/examples.hpp"
#include "support/broker.hpp"

namespace {

using namespace mqtts::test;

std::string shell_words(const std::vector<std::string>& words) {
    std::string result;
    for (const std::string& word : words)
        result += (result.empty() ? "" : " ") + word;
    return result;
}

std::ptrdiff_t lines_that_are(const std::string& path, std::string_view wanted) {
    std::ifstream file(path);
    REQUIRE(file);
    std::ptrdiff_t count = 0;
    for (std::string line; std::getline(file, line);)
        count += line == wanted ? 1 : 0;
    return count;
}

}  // namespace

TEST_CASE("the README's examples do what they show") {
    const Mosquitto broker;
    const std::string readme = MQTTS_SOURCE_DIR "/README.md";
    const auto examples = read_markdown_examples(
        readme, {"## First messages", "## Six tasks", "## A command for every message", "## Configuration"});
    CHECK(examples.size() >= 8);
    CHECK(std::ssize(examples) == lines_that_are(readme, "```console"));
    for (const Example& example : examples) {
        check_example(example, broker.directory().path(),
                      {std::string("PATH=") + MQTTS_PROGRAMS + ":" + std::getenv("PATH"),
                       "XDG_CONFIG_HOME=" MQTTS_SOURCE_DIR "/tests/support/configuration",
                       "tls=" + shell_words(broker.arguments({}))});
    }
}
