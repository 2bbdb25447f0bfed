// SPDX-License-Identifier: Apache-2.0
// Configuration files, and which of the sources of options counts.
#include "cli/config_file.hpp"

#include <filesystem>

#include "cli_command_line.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using namespace mqtts::test;
using cli::Command;
using cli::Settings;

namespace {

using Values = std::vector<std::string>;

/// The values of the only option in a file.
Values values(std::string_view text, Command command = Command::publish) {
    const auto given = cli::parse_config(command, "FILE", text);
    REQUIRE_MESSAGE(given.has_value(), given.error().cause);
    REQUIRE(given->size() == 1);
    return given->front().values;
}

std::string refusal(std::string_view text, Command command = Command::publish) {
    const auto given = cli::parse_config(command, "FILE", text);
    REQUIRE(given.has_error());
    CHECK(exit_status(given.error().code) == 2);
    return one_line(given.error());
}

/// A home with the configuration file of mqtts-pub in it.
class Home {
public:
    explicit Home(std::string_view text) : file_(directory_.write("mqtts-pub", text)) {}

    [[nodiscard]] const std::string& file() const { return file_; }
    [[nodiscard]] CommandLine::Variables variables() const { return {{"XDG_CONFIG_HOME", directory_.path()}}; }

    [[nodiscard]] Settings settings(const std::vector<std::string>& arguments, CommandLine::Variables more = {}) const {
        more.merge(variables());
        const auto parsed = CommandLine(Command::publish, arguments, more).parse();
        REQUIRE_MESSAGE(parsed.has_value(), parsed.error().cause);
        return *parsed;
    }

    [[nodiscard]] std::string refusal(const std::vector<std::string>& arguments,
                                      CommandLine::Variables more = {}) const {
        more.merge(variables());
        const auto parsed = CommandLine(Command::publish, arguments, more).parse();
        REQUIRE(parsed.has_error());
        CHECK(exit_status(parsed.error().code) == 2);
        return one_line(parsed.error());
    }

private:
    TemporaryDirectory directory_;
    std::string file_;
};

}  // namespace

TEST_CASE("as in mosquitto, everything after the first blank is the value") {
    CHECK(values("-t a/b") == Values{"a/b"});
    CHECK(values("--topic a b  c") == Values{"a b  c"});
    CHECK(values("-t  x") == Values{" x"});
    CHECK(values("-t x  ") == Values{"x  "});
    CHECK(values("-t a\t") == Values{"a\t"});
    CHECK(values("-m ") == Values{""});
    CHECK(values("-m {\"a\": \"b\"}") == Values{"{\"a\": \"b\"}"});
    CHECK(values("-m it's") == Values{"it's"});
    CHECK(values("-m #1") == Values{"#1"});
    CHECK(values("-m C:\\new") == Values{"C:\\new"});
    CHECK(values("-m -5") == Values{"-5"});
    CHECK(values("  --topic\ta") == Values{"a"});
    CHECK(values("-r") == Values{});
    CHECK(values("--retain   ") == Values{});
}

TEST_CASE("a value that begins with a quote ends with it") {
    CHECK(values("-m \"two words \"") == Values{"two words "});
    CHECK(values("-m   \"x\"  ") == Values{"x"});
    CHECK(values("-m \"\"") == Values{""});
    CHECK(values("-m ''") == Values{""});
    CHECK(values(R"(-m "a\\b\"c\n\r\t\x00\xfF")") == Values{std::string("a\\b\"c\n\r\t\0\xff", 10)});
    CHECK(values(R"(-m 'a\n"b"')") == Values{R"(a\n"b")"});
    CHECK(values("-m \"it's\"") == Values{"it's"});

    CHECK(refusal("-m \"a") == "FILE: line 1: -m: the closing \" is missing");
    CHECK(refusal("-m 'a\n") == "FILE: line 1: -m: the closing ' is missing");
    CHECK(refusal("-m \"a\\\"") == "FILE: line 1: -m: the closing \" is missing");
    CHECK(refusal("-m \"a\"b") ==
          "FILE: line 1: -m: text follows the closing quote; inside \"…\" write a quote as \\\"");
    CHECK(refusal("-m \"a\" b") ==
          "FILE: line 1: -m: text follows the closing quote; inside \"…\" write a quote as \\\"");
    for (const char* text : {R"(-m "\q")", R"(-m "\x4")", R"(-m "\x4g")", R"(-m "\x-1")", R"(-m "\)"})
        CHECK(refusal(text) ==
              "FILE: line 1: -m: a backslash inside double quotes begins no known escape; "
              R"(use \\ \" \n \r \t or \xNN)");
}

TEST_CASE("several values are words, each of which may be quoted") {
    CHECK(values("-D publish content-type text/plain") == Values{"publish", "content-type", "text/plain"});
    CHECK(values("--property   publish\tuser-property 'two words'  \"a\\\"b\"  ") ==
          Values{"publish", "user-property", "two words", "a\"b"});
    CHECK(values("-D publish content-type ''") == Values{"publish", "content-type", ""});
    CHECK(refusal("-D") == "FILE: line 1: -D needs a value; give -D COMMAND IDENTIFIER VALUE");
    CHECK(refusal("-D publish content-type") ==
          "FILE: line 1: -D: 3 words are needed, and there are 2; give --property COMMAND IDENTIFIER VALUE");
    CHECK(refusal("-D publish content-type a b") ==
          "FILE: line 1: -D: 3 words are needed, and there are 4; give --property COMMAND IDENTIFIER VALUE");
    CHECK(refusal("-D publish user-property a") ==
          "FILE: line 1: -D: 4 words are needed, and there are 3; give --property COMMAND IDENTIFIER VALUE");
    CHECK(refusal("-D publish content-type \"a\"b") ==
          "FILE: line 1: -D: text follows the closing quote; inside \"…\" write a quote as \\\"");

    const Home home("-D publish content-type 'text/plain; charset=UTF-8'\n");
    const Settings s = home.settings({"-t", "a", "-n"});
    const auto content_type = s.publish.message.properties.view().find(wire::PropertyIdentifier::content_type);
    REQUIRE(content_type);
    CHECK(content_type->text == "text/plain; charset=UTF-8");
}

TEST_CASE("what is quoted for a file reads as it was") {
    for (const std::string text : {"plain", "", " ", "a b", "\"", "'", "\\", "a\nb\r\t", "\x1b[2J", "\xff\x80", "ä€",
                                   "it's \"quoted\" \\", "#x", "-5", "x "}) {
        CHECK(values("-m " + cli::file_value(text)) == Values{text});
    }
    CHECK(cli::file_value("home/lamp") == "home/lamp");
    CHECK(cli::file_value("\x1b[2J") == "\"\\x1b[2J\"");
    CHECK(values("-m " + cli::file_value(std::string(1, '\0'))) == Values{std::string(1, '\0')});
}

TEST_CASE("lines: comments, empty ones, any length, any end") {
    const std::string text = "# comment\n\n   \n  # another\r\n-t a\r\n\r\n-m " + std::string(100'000, 'x');
    const auto given = cli::parse_config(Command::publish, "FILE", text);
    REQUIRE(given.has_value());
    REQUIRE(given->size() == 2);
    CHECK(given->at(0).values == Values{"a"});
    CHECK(given->at(0).source == "FILE: line 5");
    CHECK(given->at(1).values == Values{std::string(100'000, 'x')});
    CHECK(given->at(1).source == "FILE: line 7");
    CHECK(cli::parse_config(Command::publish, "FILE", "")->empty());
    CHECK(refusal(std::string("-r\n-m a\0b", 9)) == "FILE: line 2: the line contains a NUL byte");
}

TEST_CASE("a file from Windows: the mark in front of UTF-8 is none of its text, and UTF-16 is named") {
    const Home home("\xEF\xBB\xBF-h broker\r\n-p 1\r\n");
    CHECK(home.settings({"-t", "a", "-n"}).client.endpoints.at(0).host == "broker");
    const Home wide(std::string("\xFF\xFE-\0r\0", 6));
    CHECK(wide.refusal({"-t", "a", "-n"}) ==
          "cannot read the configuration file " + wide.file() +
              ": it is UTF-16 text, as Windows writes it; convert it with iconv -f UTF-16 -t UTF-8");
}

TEST_CASE("errors name the file and the line") {
    const std::string layout = "is not followed by a blank; write one option a line, its value after a blank";
    CHECK(refusal("# x\n--hosst a") == "FILE: line 2: unknown option --hosst; did you mean --host?");
    CHECK(refusal("--host=a") == "FILE: line 1: --host " + layout);
    CHECK(refusal("host a") == "FILE: line 1: unknown option host; did you mean --host?");
    CHECK(refusal("--secure").starts_with("FILE: line 1: unknown option --secure; leave "));
    for (const char* word : {"secure", "secure x", "pass", "pass hunter2", "data", "data=x"})  // perhaps a password
        CHECK_MESSAGE(refusal(word).starts_with("FILE: line 1: unknown option; "), word);
    CHECK(refusal("-C 3") == "FILE: line 1: unknown option -C; use mqtts-sub, which has it");
    CHECK(refusal("-q1") == "FILE: line 1: -q " + layout);
    CHECK(refusal("\x1b[2J") == "FILE: line 1: unknown option \\x1b; see mqtts-pub --help=all");
    CHECK(refusal("-") == "FILE: line 1: unknown option -; see mqtts-pub --help=all");
    CHECK(refusal("-t") == "FILE: line 1: -t needs a value; give -t TOPIC");
    CHECK(refusal("-r 1") == "FILE: line 1: -r takes no value");
    for (const std::string option : {"-o x", "--help", "--version", "--explain", "--completions bash"})
        CHECK(refusal(option) ==
              "FILE: line 1: " + option.substr(0, option.find(' ')) + " works only on the command line");

    const Home home("--host broker\n--qos 3\n");
    CHECK(home.refusal({"-t", "a", "-n"}) == home.file() + ": line 2: --qos: '3' is not a QoS; give 0, 1 or 2");
    CHECK(Home("--no-tls")
              .refusal({})
              .find(": line 1: --no-tls: nothing is ever sent unencrypted; connect to the broker's TLS port") !=
          std::string::npos);
}

TEST_CASE("defaults, configuration file, environment, command line: what comes later counts") {
    const Home home("--host file\n-p 1\n--id file\n-t file\n-n\n");
    Settings s = home.settings({});
    CHECK(s.client.endpoints.at(0).host == "file");
    CHECK(s.client.endpoints.at(0).port == 1);
    CHECK(s.publish.message.topic_name == "file");
    CHECK(s.client.session.keep_alive == 60);
    s = home.settings({"-i", "line"}, {{"MQTTS_HOST", "variable"}});
    CHECK(s.client.endpoints.at(0).host == "variable");
    CHECK(s.client.endpoints.at(0).port == 1);
    CHECK(s.client.session.client_identifier == "line");
    CHECK(home.settings({"-h", "line"}, {{"MQTTS_HOST", "variable"}}).client.endpoints.at(0).host == "line");
}

TEST_CASE("options that may be given several times add up over all sources") {
    const TemporaryDirectory directory;
    const std::string file = directory.write("sub", "-t a\n-t b\n");
    const Settings s = subscribe({"-o", file, "-t", "c"});
    REQUIRE(s.client.subscriptions.size() == 3);
    CHECK(s.client.subscriptions[0].topic_filter == "a");
    CHECK(s.client.subscriptions[2].topic_filter == "c");
}

TEST_CASE("contradictions between sources name the place that the command line does not show") {
    const Home source("-t a\n-m text\n");
    CHECK(source.refusal({"-l"}) == "-l: -m and -l exclude each other (--message: " + source.file() +
                                        ": line 2); give only one of -m, -f, -s, -l, -n");
    const Home identifier("--id me\n");
    CHECK(identifier.refusal({"-t", "a", "-n", "-I", "you"}) ==
          "-i and -I both set the client identifier (--id: " + identifier.file() +
              ": line 1); give only one of -i and -I");
    CHECK(Home("-p 1\n").refusal({"-p", "x"}) == "-p: its value is not a number from 1 to 65535");
    const Home property("-D publish content-type a\n");
    CHECK(property.refusal({"-D", "publish", "content-type", "b"}) ==
          "-D: publish has content-type already (--property: " + property.file() +
              ": line 1); give content-type only once");
    const Home both("-t a\n-n\n-m x\n");
    CHECK(both.refusal({}) == both.file() + ": line 3: -m: -n and -m exclude each other (--null-message: " +
                                  both.file() + ": line 2); give only one of -m, -f, -s, -l, -n");
}

TEST_CASE("which file is read") {
    const TemporaryDirectory directory;
    const auto variables = [](CommandLine::Variables map) {
        return [map = std::move(map)](const char* name) {
            const auto found = map.find(name);
            return found != map.end() ? found->second.c_str() : nullptr;
        };
    };
    using cli::default_config_path;
    CHECK(default_config_path(Command::publish, variables({{"XDG_CONFIG_HOME", "/x"}, {"HOME", "/h"}})) ==
          "/x/mqtts-pub");
    CHECK(default_config_path(Command::subscribe, variables({{"HOME", "/h"}})) == "/h/.config/mqtts-sub");
    CHECK(default_config_path(Command::subscribe, variables({{"XDG_CONFIG_HOME", ""}, {"HOME", "/h"}})) ==
          "/h/.config/mqtts-sub");
    CHECK(default_config_path(Command::subscribe, variables({{"XDG_CONFIG_HOME", "x"}, {"HOME", "/h"}})) ==
          "/h/.config/mqtts-sub");
    CHECK(default_config_path(Command::subscribe, variables({})).empty());

    SUBCASE("the one of -o, instead of the usual one") {
        const Home home("--host usual\n--id usual\n");
        const std::string other = directory.write("other", "--host other\n");
        const Settings s = home.settings({"-t", "a", "-n", "-o", other});
        CHECK(s.client.endpoints.at(0).host == "other");
        CHECK(s.client.session.client_identifier.empty());
    }
    SUBCASE("the usual one may be missing, the one of -o may not") {
        const CommandLine::Variables nowhere = {{"XDG_CONFIG_HOME", directory.path() + "/missing"}};
        CHECK(CommandLine(Command::publish, {"-t", "a", "-n"}, nowhere).parse().has_value());
        const std::string missing = directory.path() + "/missing";
        CHECK(publish_refusal({"-o", missing}) ==
              "cannot read the configuration file " + missing + ": no such file or directory");
    }
    SUBCASE("a home that is a file, or cannot be, has none") {
        const std::string file = directory.write("file", "");
        for (const std::string& home : {file, "/" + std::string(5000, 'x'), std::string("/dev/null")})
            CHECK(CommandLine(Command::publish, {"-t", "a", "-n"}, {{"HOME", home}}).parse().has_value());
    }
    SUBCASE("one that cannot be read is an error, also the usual one") {
        const std::string usual = directory.path() + "/mqtts-pub";
        std::filesystem::create_directory(usual);
        const auto parsed =
            CommandLine(Command::publish, {"-t", "a", "-n"}, {{"XDG_CONFIG_HOME", directory.path()}}).parse();
        REQUIRE(parsed.has_error());
        CHECK(one_line(parsed.error()) == "cannot read the configuration file " + usual +
                                              ": is a directory; give another one with -o, such as /dev/null");
        CHECK(parsed.error().about == Values{usual});
        CHECK(publish_refusal({"-o", directory.path()}) ==
              "cannot read the configuration file " + directory.path() + ": is a directory");
    }
    SUBCASE("-o stands once, and is not looked for in values") {
        const std::string file = directory.write("file", "");
        CHECK(publish_refusal({"-o", file, "-o", file}) == "-o: already given; give one configuration file");
        CHECK(publish({"-t", "-o", "-m", "x"}).publish.message.topic_name == "-o");
        CHECK(publish({"-m", "-o", "-t", "x"}).publish.text == "-o");
        const std::string other = directory.write("other", "--id other\n");
        CHECK(publish({"-t", "a", "-n", "--options-file=" + other}).client.session.client_identifier == "other");
        CHECK(publish({"-t", "a", "-rno" + file}).publish.message.retain);
    }
}

TEST_CASE("--help helps whatever is wrong elsewhere") {
    const Home home("nonsense\n");
    CHECK(home.settings({"--help"}).action == cli::Action::show_help);
    CHECK(home.settings({"-q", "9", "--help"}).action == cli::Action::show_help);
    CHECK(home.settings({"--version"}).action == cli::Action::show_version);
    const Settings s = home.settings({"--completions", "zsh"});
    CHECK(s.action == cli::Action::show_completions);
    CHECK(s.shell == cli::Shell::zsh);
    CHECK(home.refusal({"--completions", "csh"}) == "--completions: unknown value 'csh'; give bash, zsh or fish");
}

TEST_CASE("--pw-file takes the first line of a file") {
    const TemporaryDirectory directory;
    const auto password = [&](std::string_view text) {
        return publish({"-t", "a", "-n", "--pw-file", directory.write("pw", text)}).client.session.password;
    };
    CHECK(password("secret") == "secret");
    CHECK(password("secret\n") == "secret");
    CHECK(password("secret\r\n") == "secret");
    CHECK(password(" two words \nother") == " two words ");
    CHECK(password("\n") == "");
    CHECK(password("\xEF\xBB\xBFsecret\r\n") == "secret");
    for (const std::string mark : {"\xFF\xFE", "\xFE\xFF"})
        CHECK(publish_refusal({"--pw-file", directory.write("utf-16", mark + std::string("s\0\r\0\n\0", 6))})
                  .ends_with(
                      "/utf-16: it is UTF-16 text, as Windows writes it; convert it with iconv -f UTF-16 -t UTF-8"));

    const std::string missing = directory.path() + "/missing";
    const auto parsed = CommandLine(Command::publish, {"--pw-file", missing}).parse();
    REQUIRE(parsed.has_error());
    CHECK(parsed.error().code == Errc::unusable_password_file);
    CHECK(parsed.error().cause == "--pw-file: " + missing + ": no such file or directory");
    const std::string empty = directory.write("empty", "");
    CHECK(publish_refusal({"--pw-file", empty}) == "--pw-file: " + empty + ": the file is empty");
    CHECK(publish({"-t", "a", "-n", "--pw-file", directory.write("pw", "x"), "-P", "y"}).client.session.password ==
          "y");
}

TEST_CASE("--key-pass-file takes the first line of a file, too") {
    const TemporaryDirectory directory;
    const std::string file = directory.write("pass", "secret words\r\nother");
    const cli::Settings settings = publish({"-t", "a", "-n", "--key-pass", "x", "--key-pass-file", file});
    CHECK(settings.tls.key_passphrase.value().view() == "secret words");
    const auto missing = CommandLine(Command::publish, {"--key-pass-file", directory.path() + "/missing"}).parse();
    REQUIRE(missing.has_error());
    CHECK(missing.error().code == Errc::unusable_password_file);
}

TEST_CASE("--pw-prompt and the other ways to give a password: the last one counts") {
    const cli::Settings asked = publish({"-t", "a", "-n", "-P", "x", "--pw-prompt"});
    CHECK(asked.prompt_password);
    CHECK_FALSE(asked.client.session.password.has_value());
    CHECK(publish({"-t", "a", "-n", "--pw-prompt", "-P", "x"}).client.session.password == "x");
    CHECK(publish_refusal({"-t", "a", "-n", "--pw-prompt", "-V", "311"}) ==
          "-P without -u contradicts -V 311: only MQTT 5 allows a password without a user name; give -u");
}
