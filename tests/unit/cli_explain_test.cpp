// SPDX-License-Identifier: Apache-2.0
// What --explain prints.
#include <algorithm>
#include <sstream>

#include "cli/config_file.hpp"
#include "cli_command_line.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using namespace mqtts::test;
using cli::Command;

namespace {

std::string explanation(Command command, const std::vector<std::string>& arguments,
                        const CommandLine::Variables& variables = {}) {
    const auto parsed = CommandLine(command, arguments, variables).parse();
    REQUIRE_MESSAGE(parsed.has_value(), parsed.error().cause);
    CHECK(parsed->action == cli::Action::explain);
    return parsed->explanation;
}

/// The line of an option, with one blank between its parts: "--host a default".
std::string line(const std::string& text, const std::string& option) {
    std::istringstream lines(text);
    for (std::string candidate; std::getline(lines, candidate);) {
        if (!candidate.starts_with(option + " ")) continue;
        const auto is_doubled = [](char a, char b) { return a == ' ' && b == ' '; };
        candidate.erase(std::unique(candidate.begin(), candidate.end(), is_doubled), candidate.end());
        return candidate;
    }
    return {};
}

}  // namespace

TEST_CASE("--explain shows each setting with its source") {
    const TemporaryDirectory directory;
    const std::string file = directory.write("pub", "# broker\n--host broker\n-p 1\n");
    const std::string text =
        explanation(Command::publish, {"--explain", "-o", file, "-t", "home/lamp", "-m", "two words", "-q", "1", "-r"},
                    {{"MQTTS_PORT", "8884"}});
    CHECK(line(text, "--host") == "--host broker " + file + ": line 2");
    CHECK(line(text, "--port") == "--port 8884 environment variable MQTTS_PORT");
    CHECK(line(text, "--keepalive") == "--keepalive 60 default");
    CHECK(line(text, "--topic") == "--topic home/lamp command line");
    CHECK(line(text, "--message") == "--message \"two words\" command line");
    CHECK(line(text, "--qos") == "--qos 1 command line");
    CHECK(line(text, "--retain") == "--retain command line");
    CHECK(line(text, "--options-file") == "--options-file " + file + " command line");
    CHECK(line(text, "--cafile").empty());
    CHECK(text.find("--host", text.find("--host") + 1) == std::string::npos);
}

TEST_CASE("--explain shows what adds up line by line") {
    const std::string text = explanation(Command::subscribe, {"-t", "a", "--explain", "-t", "b"});
    CHECK(text.find("--topic a ") < text.find("--topic b "));
    CHECK(text.find("--topic b ") != std::string::npos);
}

TEST_CASE("--explain shows no secret") {
    for (const std::string option : {"-P", "--pw"}) {
        const std::string text = explanation(Command::publish, {option, "secret", "--explain"});
        CHECK(line(text, "--pw") == "--pw (hidden) command line");
        CHECK(text.find("secret") == std::string::npos);
    }
    const std::string key = explanation(Command::publish, {"--key-pass=secret", "--explain"});
    CHECK(line(key, "--key-pass") == "--key-pass (hidden) command line");
    CHECK(key.find("secret") == std::string::npos);
    const std::string text = explanation(Command::publish, {"--explain"}, {{"MQTTS_PASSWORD", "secret"}});
    CHECK(line(text, "--pw") == "--pw (hidden) environment variable MQTTS_PASSWORD");
    CHECK(text.find("secret") == std::string::npos);
}

TEST_CASE("--explain shows the rest of a value that has a secret in it") {
    const std::string text =
        explanation(Command::publish, {"--explain", "-L", "mqtts://me:secret@broker/a", "-D", "connect",
                                       "authentication-data", "secret", "-D", "connect", "authentication-method", "x"});
    CHECK(line(text, "--url") == "--url mqtts://me:(hidden)@broker/a command line");
    CHECK(text.find("--property connect authentication-data (hidden) ") != std::string::npos);
    CHECK(text.find("--property connect authentication-method x ") != std::string::npos);
    CHECK(text.find("secret") == std::string::npos);
}

TEST_CASE("--explain needs no complete command line, but correct values") {
    CHECK_FALSE(explanation(Command::publish, {"--explain"}).empty());
    CHECK(publish_refusal({"--explain", "-q", "3"}) == "-q: '3' is not a QoS; give 0, 1 or 2");
}

TEST_CASE("--explain is safe for a terminal, and its settings can stand in a configuration file") {
    const std::string text = explanation(Command::publish, {"--explain", "-m", "\x1b[2J it's", "-t", "a"});
    CHECK(line(text, "--message") == "--message \"\\x1b[2J it's\" command line");
    const auto given = cli::parse_config(Command::publish, "FILE", "--message \"\\x1b[2J it's\"");
    REQUIRE(given.has_value());
    CHECK(given->front().values.front() == "\x1b[2J it's");
}
