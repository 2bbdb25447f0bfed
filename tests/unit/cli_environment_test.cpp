// SPDX-License-Identifier: Apache-2.0
// Options in environment variables.
#include "cli/environment.hpp"
#include "cli_command_line.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using namespace mqtts::test;
using cli::Command;
using cli::Settings;

TEST_CASE("each variable stands for an option of both programs, or of mqtts-pub") {
    for (const cli::Variable& variable : cli::variables()) {
        CAPTURE(variable.name);
        for (const Command command : {Command::publish, Command::subscribe}) {
            const cli::Option* option = cli::find(command, variable.option);
            if (command == Command::subscribe && variable.option == "share") continue;
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
}

TEST_CASE("an empty variable is as good as none") {
    const auto parsed = CommandLine(Command::subscribe, {"-t", "a"}, {{"MQTTS_HOST", ""}}).parse();
    REQUIRE(parsed.has_value());
    CHECK(parsed->client.endpoints.at(0).host == "localhost");
}

namespace {

const std::vector<std::string> nothing;

/// Of a run that must not fail.
Settings inherited(std::vector<std::string> words, CommandLine::Variables variables) {
    words.insert(words.end(), {"-t", "a", "-n"});
    auto parsed = CommandLine(Command::publish, words, std::move(variables)).parse();
    REQUIRE_MESSAGE(parsed.has_value(), parsed.error().cause);
    return *parsed;
}

std::vector<std::string> notes_of(const Settings& settings) {
    std::vector<std::string> notes;
    for (const cli::Remark& note : settings.notes)
        notes.push_back(one_line(note.cause, note.hint));
    return notes;
}

/// But for what is said of XDG_CONFIG_HOME and HOME.
std::vector<std::string> left_out(std::vector<std::string> words, CommandLine::Variables variables) {
    variables.insert({"HOME", "/nonexistent"});
    return notes_of(inherited(std::move(words), std::move(variables)));
}

std::string failure(std::vector<std::string> words, CommandLine::Variables variables) {
    words.insert(words.end(), {"-t", "a", "-n"});
    const auto parsed = CommandLine(Command::publish, words, std::move(variables)).parse();
    REQUIRE(parsed.has_error());
    CHECK(parsed.error().code == Errc::bad_option);
    return one_line(parsed.error());
}

const CommandLine::Variables of_kubernetes = {{"MQTTS_PORT", "tcp://10.96.3.4:8883"},
                                              {"MQTTS_SERVICE_HOST", "10.96.3.4"},
                                              {"MQTTS_SERVICE_PORT", "8883"},
                                              {"MQTTS_PORT_8883_TCP", "tcp://10.96.3.4:8883"}};

}  // namespace

TEST_CASE("a variable that cannot be used is named where it is needed") {
    CHECK(failure({}, {{"MQTTS_PORT", "x"}}) ==
          "environment variable MQTTS_PORT: its value is not a number from 1 to 65535");
    CHECK(failure({}, of_kubernetes) ==
          "environment variable MQTTS_PORT: its value is not a number from 1 to 65535; give the port with -p: "
          "Kubernetes and Docker set this variable for a service named mqtts");
    CHECK(failure({"-h", "a:1,b"}, of_kubernetes).starts_with("environment variable MQTTS_PORT: "));
    CHECK(failure({"--connect-to", "a:1", "--ws"}, of_kubernetes).starts_with("environment variable MQTTS_PORT: "));
    CHECK(failure({}, {{"MQTTS_HOST", ":1"}}) == "environment variable MQTTS_HOST: the host is missing");
    CHECK(failure({}, {{"MQTTS_USERNAME", "\xff"}}) ==
          "environment variable MQTTS_USERNAME: its value is not valid UTF-8");
    CHECK(failure({}, {{"MQTTS_PASSWORD", std::string(65536, 'x')}})
              .starts_with("environment variable MQTTS_PASSWORD: "));
    CHECK(failure({"-h", "broker"}, {{"ALL_PROXY", "https://me:secret@p:1"}}) ==
          "environment variable ALL_PROXY: https://, TLS to the proxy itself, is not supported; give http:// and a "
          "port that takes clients without TLS, or socks5h://");
    CHECK(failure({"-h", "broker,localhost"}, {{"all_proxy", "ftp://p"}})
              .starts_with("environment variable all_proxy: "));
    CHECK(failure({"-h", "localhost", "--connect-to", "broker:1"}, {{"ALL_PROXY", "ftp://p"}})
              .starts_with("environment variable ALL_PROXY: "));
}

TEST_CASE("a variable that cannot be used is left out where something else takes its place, and -d says so") {
    const std::vector<std::string> port{
        "environment variable MQTTS_PORT is left out: its value is not a number from 1 to 65535; give the port with "
        "-p: "
        "Kubernetes and Docker set this variable for a service named mqtts"};
    CHECK(left_out({"-p", "1"}, of_kubernetes) == port);
    CHECK(left_out({"-h", "a:1,b:2"}, of_kubernetes) == port);
    CHECK(left_out({"-L", "mqtts://a"}, of_kubernetes) == port);
    CHECK(left_out({"--connect-to", "a:1"}, of_kubernetes) == port);
    CHECK(inherited({"-p", "1"}, of_kubernetes).client.endpoints.at(0).port == 1);
    CHECK(left_out({"-h", "a"}, {{"MQTTS_HOST", ":1"}}).size() == 1);
    CHECK(left_out({"-L", "mqtts://a"}, {{"MQTTS_HOST", ":1"}}).size() == 1);
    CHECK(left_out({"-u", "me"}, {{"MQTTS_USERNAME", "\xff"}}).size() == 1);
    CHECK(left_out({"-L", "mqtts://me@a"}, {{"MQTTS_USERNAME", "\xff"}}).size() == 1);
    const std::string long_password(65536, 'x');
    CHECK(left_out({"-P", "p"}, {{"MQTTS_PASSWORD", long_password}}).size() == 1);
    CHECK(left_out({"-u", "me", "--pw-prompt"}, {{"MQTTS_PASSWORD", long_password}}).size() == 1);
    CHECK(left_out({}, {{"MQTTS_EARLY", "perhaps"}}) ==
          std::vector<std::string>{
              "environment variable MQTTS_EARLY is left out: its value is neither yes nor no; give yes or no"});
    CHECK(left_out({"-p", "1"}, {}) == nothing);
}

TEST_CASE("a proxy of an unknown kind matters only to hosts that are reached through it") {
    for (const std::string host : {"localhost", "LOCALHOST.", "mqtt.localhost", "127.0.0.1", "127.9.9.9", "::1"})
        CHECK(left_out({"-h", host}, {{"ALL_PROXY", "ftp://p"}}).size() == 1);
    CHECK(left_out({"-h", "broker"}, {{"ALL_PROXY", "ftp://p"}, {"NO_PROXY", "*"}}).size() == 1);
    CHECK(left_out({"-h", "broker"}, {{"ALL_PROXY", "ftp://p"}, {"NO_PROXY", "broker:8883"}}).size() == 1);
    CHECK(left_out({"-L", "wss://broker"}, {{"ALL_PROXY", "ftp://p"}, {"NO_PROXY", "broker:443"}}).size() == 1);
    CHECK(failure({"-h", "broker", "--ws"}, {{"ALL_PROXY", "ftp://p"}, {"NO_PROXY", "broker:443"}})  // it is 8883
              .starts_with("environment variable ALL_PROXY: "));
    CHECK(left_out({"-h", "broker", "--no-proxy", "broker"}, {{"ALL_PROXY", "ftp://p"}}).size() == 1);
    CHECK(left_out({"-h", "broker", "--proxy", "http://p"}, {{"ALL_PROXY", "ftp://p"}}).size() == 1);
    CHECK(left_out({"-h", "broker", "--proxy", ""}, {{"ALL_PROXY", "ftp://p"}}).size() == 1);
    CHECK(left_out({"-h", "broker"}, {{"ALL_PROXY", "ftp://p"}, {"all_proxy", "http://p"}}).size() == 1);
    CHECK(left_out({"-h", "broker", "--connect-to", "localhost:1"}, {{"ALL_PROXY", "ftp://p"}}).size() == 1);
    CHECK(left_out({"-h", "broker"}, {{"HTTPS_PROXY", "ftp://p"}, {"https_proxy", "?"}, {"http_proxy", "?"}}) ==
          nothing);
}

TEST_CASE("this machine is reached without a proxy from the environment, and through one that --proxy names") {
    const auto no_proxy = [](std::vector<std::string> words, CommandLine::Variables variables) {
        return inherited(std::move(words), std::move(variables)).client.route.no_proxy;
    };
    CHECK(no_proxy({}, {{"ALL_PROXY", "p"}, {"NO_PROXY", "x"}}) ==
          std::vector<std::string>{"x", "localhost", "127.0.0.0/8", "::1"});
    CHECK(no_proxy({"--proxy", "q"}, {{"ALL_PROXY", "p"}}) == nothing);
    CHECK(no_proxy({}, {}) == nothing);
}

TEST_CASE("what was typed leaves no place for some of what the environment gives") {
    const CommandLine::Variables certificates = {
        {"MQTTS_CAFILE", "ca"}, {"MQTTS_CAPATH", "cas"}, {"MQTTS_CERT", "cert"}, {"MQTTS_KEY", "key"}};
    CHECK(left_out({"--psk", "00", "--psk-identity", "me"}, certificates) ==
          std::vector<std::string>{
              "environment variable MQTTS_CAFILE is left out: --psk replaces all certificates",
              "environment variable MQTTS_CAPATH is left out: --psk replaces all certificates",
              "environment variable MQTTS_CERT is left out: --psk replaces all certificates",
              "environment variable MQTTS_KEY is left out: there is no certificate for the key; give --cert"});
    CHECK(inherited({"--psk", "00", "--psk-identity", "me"}, certificates).tls.ca_file.empty());
    const std::string pin = "sha256//" + std::string(43, 'A') + "=";
    CHECK(left_out({"--pin-only", "--pin", pin}, certificates) ==
          std::vector<std::string>{
              "environment variable MQTTS_CAFILE is left out: with --pin-only the key of --pin decides alone",
              "environment variable MQTTS_CAPATH is left out: with --pin-only the key of --pin decides alone"});
    CHECK(failure({"--pin-only", "--pin", pin, "--cafile", "x"}, certificates)
              .starts_with("--pin-only and --cafile exclude each other: "));
    CHECK(left_out({}, {{"MQTTS_KEY", "key"}}).size() == 1);
    CHECK(left_out({"--cert", "c"}, {{"MQTTS_KEY", "key"}}) == nothing);
    CHECK(left_out({"-V", "311"}, {{"MQTTS_PASSWORD", "p"}}) ==
          std::vector<std::string>{"environment variable MQTTS_PASSWORD is left out: only MQTT 5 allows a password "
                                   "without a user name; give -u"});
    CHECK(left_out({"-V", "311", "-u", "me"}, {{"MQTTS_PASSWORD", "p"}}) == nothing);
    CHECK(left_out({}, {{"MQTTS_PASSWORD", "p"}}) == nothing);
    CHECK(failure({"--psk", "00", "--psk-identity", "me", "--cafile", "x"}, certificates) ==
          "--psk and --cafile exclude each other: a pre-shared key replaces all certificates; give only one of --psk "
          "and --cafile");
}

TEST_CASE("a variable that is left out leaves what a file says in force") {
    const TemporaryDirectory directory;
    const std::string file = directory.write("options", "--cafile other\n");
    const CommandLine::Variables certificates = {{"MQTTS_CAFILE", "ca"}};
    CHECK(inherited({"-o", file}, certificates).tls.ca_file == "ca");
    const std::string shared_key = failure({"-o", file, "--psk", "00", "--psk-identity", "me"}, certificates);
    CHECK(shared_key.starts_with("--psk and --cafile exclude each other: "));
    CHECK(shared_key.ends_with(" (--cafile: " + file + ": line 1); give only one of --psk and --cafile"));
    const std::string pin = "sha256//" + std::string(43, 'A') + "=";
    CHECK(failure({"-o", file, "--pin-only", "--pin", pin}, certificates)
              .starts_with("--pin-only and --cafile exclude each other: "));
}

TEST_CASE("where an option comes from is known, for the errors about it") {
    const auto origins = inherited({"--cert", "c"}, {{"MQTTS_CERT", "x"}, {"MQTTS_KEY", "k"}}).origins;
    REQUIRE(origins.size() == 1);
    CHECK(origins[0].option == "key");
    CHECK(origins[0].source == "environment variable MQTTS_KEY");
    CHECK(origins[0].is_inherited);
}

TEST_CASE("a variable is not named for what another option says in its place") {
    const auto named = [](std::vector<std::string> words, CommandLine::Variables variables) {
        std::string names;
        for (const cli::Origin& one : inherited(std::move(words), std::move(variables)).origins)
            names += (names.empty() ? "" : " ") + one.option;
        return names;
    };
    const CommandLine::Variables place = {{"MQTTS_HOST", "a"}, {"MQTTS_PORT", "1"}};
    CHECK(named({}, place) == "host port");
    CHECK(named({"-p", "2"}, place) == "host");
    CHECK(named({"-h", "b"}, place) == "port");
    CHECK(named({"-h", "b:2,c:3"}, place) == "");
    CHECK(named({"-h", "b:2,c"}, place) == "port");
    CHECK(named({"-L", "mqtts://b"}, place) == "");
    CHECK(named({}, {{"MQTTS_HOST", "a:2"}, {"MQTTS_PORT", "1"}}) == "host");
    const CommandLine::Variables credentials = {{"MQTTS_USERNAME", "me"}, {"MQTTS_PASSWORD", "secret"}};
    CHECK(named({}, credentials) == "username pw");
    CHECK(named({"-L", "mqtts://you:other@b"}, credentials) == "");
    CHECK(named({"-L", "mqtts://you@b"}, credentials) == "pw");
    CHECK(named({"-L", "mqtts://b"}, credentials) == "username pw");
    const TemporaryDirectory directory;
    const std::string secret = directory.write("secret", "typed\n");
    CHECK(named({"--pw-file", secret}, credentials) == "username");
    CHECK(named({"--pw-prompt"}, credentials) == "username");
    CHECK(named({"--cert", "c", "--key-pass-file", secret}, {{"MQTTS_KEY_PASS", "secret"}}) == "");
}

TEST_CASE("a home that is of no use is told under -d") {
    const auto notes = [](CommandLine::Variables variables) { return notes_of(inherited({}, std::move(variables))); };
    CHECK(notes({{"XDG_CONFIG_HOME", "rel"}, {"HOME", "/nonexistent"}}) ==
          std::vector<std::string>{"environment variable XDG_CONFIG_HOME is left out: 'rel' does not begin with /"});
    CHECK(notes({}) == std::vector<std::string>{"no configuration file is read: HOME is not set"});
    CHECK(notes({{"XDG_CONFIG_HOME", "/nonexistent"}}) == nothing);
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
