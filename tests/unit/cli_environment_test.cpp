// SPDX-License-Identifier: Apache-2.0
// Options in environment variables.
#include "cli/environment.hpp"
#include "cli_command_line.hpp"

using namespace mqtts;
using namespace mqtts::test;
using cli::Command;
using cli::Settings;

TEST_CASE("each variable stands for an option of both programs") {
    for (const cli::Variable& variable : cli::variables()) {
        CAPTURE(variable.name);
        for (const Command command : {Command::publish, Command::subscribe}) {
            const cli::Option* option = cli::find(command, variable.option);
            REQUIRE(option != nullptr);
            CHECK((!option->is_switch() || !option->optional_value.empty()));
            CHECK_FALSE(option->command_line_only);
        }
    }
}

TEST_CASE("every variable arrives where its option does") {
    const auto parsed = CommandLine(Command::subscribe, {"-t", "a"},
                                    {{"MQTTS_HOST", "broker"},
                                     {"MQTTS_PORT", "8884"},
                                     {"MQTTS_CAFILE", "ca"},
                                     {"MQTTS_CAPATH", "cas"},
                                     {"MQTTS_CERT", "cert"},
                                     {"MQTTS_KEY", "key"},
                                     {"MQTTS_KEY_PASS", "pass phrase"},
                                     {"MQTTS_USERNAME", "me"},
                                     {"MQTTS_PASSWORD", "secret"},
                                     {"MQTTS_EARLY", "1"},
                                     {"SSLKEYLOGFILE", "keys"}})
                            .parse();
    REQUIRE(parsed.has_value());
    CHECK(parsed->client.endpoints.at(0).host == "broker");
    CHECK(parsed->client.endpoints.at(0).port == 8884);
    CHECK(parsed->tls.ca_file == "ca");
    CHECK(parsed->tls.ca_path == "cas");
    CHECK(parsed->tls.certificate_file == "cert");
    CHECK(parsed->tls.key_file == "key");
    CHECK(parsed->tls.key_passphrase.value().view() == "pass phrase");
    CHECK(parsed->tls.key_log_file == "keys");
    CHECK(parsed->client.session.user_name == "me");
    CHECK(parsed->client.session.password == "secret");
    CHECK(parsed->client.session.early);
}

TEST_CASE("a variable for a switch says yes or no, and the command line has the last word") {
    const auto early = [](std::vector<std::string> words, const char* value) {
        words.insert(words.end(), {"-t", "a"});
        return CommandLine(Command::subscribe, words, {{"MQTTS_EARLY", value}}).parse();
    };
    CHECK(early({}, "yes")->client.session.early);
    CHECK_FALSE(early({}, "no")->client.session.early);
    CHECK_FALSE(early({}, "0")->client.session.early);
    CHECK_FALSE(early({"--early=no"}, "1")->client.session.early);
    CHECK(early({"--early"}, "off")->client.session.early);
    REQUIRE(early({}, "perhaps").has_error());
    CHECK(early({}, "perhaps").error().what == "environment variable MQTTS_EARLY: its value is neither yes nor no");
}

TEST_CASE("an empty variable is as good as none") {
    const auto parsed = CommandLine(Command::subscribe, {"-t", "a"}, {{"MQTTS_HOST", ""}}).parse();
    REQUIRE(parsed.has_value());
    CHECK(parsed->client.endpoints.at(0).host == "localhost");
}

TEST_CASE("errors name the variable") {
    const auto parsed = CommandLine(Command::subscribe, {"-t", "a"}, {{"MQTTS_PORT", "x"}}).parse();
    REQUIRE(parsed.has_error());
    CHECK(parsed.error().what == "environment variable MQTTS_PORT: its value is not a number from 1 to 65535");
}

TEST_CASE("the environment of the process is the one asked by default") {
    REQUIRE(::setenv("MQTTS_HOST", "from.process", 1) == 0);
    char program[] = "mqtts-sub";
    char option[] = "-t";
    char topic[] = "a";
    char* argv[] = {program, option, topic, nullptr};
    const auto parsed = cli::parse(Command::subscribe, 3, argv);
    ::unsetenv("MQTTS_HOST");
    REQUIRE(parsed.has_value());
    CHECK(parsed->client.endpoints.at(0).host == "from.process");
}
