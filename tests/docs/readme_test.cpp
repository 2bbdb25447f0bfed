// SPDX-License-Identifier: Apache-2.0
// Runs the README's examples, as they stand there, against a real broker. The shell variables the README speaks of
// ($tls, $port) are set here.
#include <doctest/doctest.h>

#include <cstdlib>
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

}  // namespace

TEST_CASE("the README's examples do what they show") {
    const Mosquitto broker;
    const auto examples = read_markdown_examples(MQTTS_SOURCE_DIR "/README.md", {"## Examples", "## Configuration"});
    CHECK(examples.size() >= 10);
    for (const Example& example : examples) {
        check_example(example, broker.directory().path(),
                      {std::string("PATH=") + MQTTS_PROGRAMS + ":" + std::getenv("PATH"),
                       "XDG_CONFIG_HOME=" MQTTS_SOURCE_DIR "/tests/support/configuration",
                       "tls=" + shell_words(broker.arguments({})), "port=" + std::to_string(broker.port())});
    }
}
