// SPDX-License-Identifier: Apache-2.0
// Nothing that stands where a password could stand is quoted.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/config_file.hpp"
#include "cli_command_line.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using namespace mqtts::test;
using cli::Command;

namespace {

using Line = std::vector<std::string>;
using Variables = CommandLine::Variables;

/// Returns cause and hint, which must not contain the secret; nor may what the failure is about.
std::string without_secret(const Failure& failure) {
    std::string text = one_line(failure);
    std::string all = text;
    for (const std::string& one : failure.about)
        all += " " + one;
    INFO(all);
    CHECK(all.find("hunter") == std::string::npos);
    CHECK(all.find("ter2") == std::string::npos);
    return text;
}

std::string refused(const Line& line, const Variables& variables = {}) {
    const auto parsed = CommandLine(Command::publish, line, variables).parse();
    REQUIRE(parsed.has_error());
    return without_secret(parsed.error());
}

std::string refused_in_file(const std::string& text) {
    const auto parsed = cli::parse_config(Command::publish, "FILE", text);
    REQUIRE(parsed.has_error());
    return without_secret(parsed.error());
}

}  // namespace

TEST_CASE("a word that an empty variable or missing quotes left over is not quoted") {
    const std::string usual = "give the broker with -h, a topic with -t, a message with -m";
    CHECK(refused({"-u", "-P", "hunter2"}) ==
          "word 3 of the command line belongs to no option: -u before it took -P as its value; check whether a "
          "variable is empty");
    CHECK(refused({"-t", "a", "-m", "--pw", "hunter2"}) ==
          "word 5 of the command line belongs to no option: -m before it took --pw as its value; check whether "
          "a variable is empty");
    CHECK(refused({"-P", "my", "hunter2"}) ==
          "word 3 of the command line belongs to no option: -P before it has its value; put a value that contains "
          "blanks in quotes");
    CHECK(refused({"-r", "hunter2"}) ==
          "word 2 of the command line belongs to no option: -r before it takes no value; " + usual);
    CHECK(refused({"-u", "admin", "hunter2"}) ==
          "word 3 of the command line belongs to no option: -u before it has its value; put a value that contains "
          "blanks in quotes");
    static_cast<void>(refused({"-m", "-Phunter2", "x"}));
    static_cast<void>(refused({"-m", "--pw=hunter2", "x"}));
    static_cast<void>(refused({"-h", "admin:hunter2@broker", "x"}));
    static_cast<void>(refused({"-h", "broker", "admin:hunter2@broker"}));
    for (const Line& line : {Line{"-h", "me:my", "hunter2@broker"}, Line{"-p", "my", "hunter2"},
                             Line{"-p", "8883", "hunter2"}, Line{"-W", "4", "hunter2"}, Line{"-i", "me", "hunter2"}})
        CHECK(refused(line).starts_with("word 3 of the command line belongs to no option: " + line.front()));
    CHECK(refused({"hunter2"}) == "word 1 of the command line belongs to no option; " + usual);
    CHECK(refused({"admin:hunter2@broker"}) == "word 1 of the command line belongs to no option; " + usual);
    CHECK(refused({"mqtts://admin:hunter2@broker/a"}) ==
          "word 1 of the command line belongs to no option; give a URL with -L");
}

TEST_CASE("of a mistyped option no more than its name is quoted") {
    CHECK(refused({"--pww=hunter2"}) == "unknown option in word 1 of the command line; did you mean --pw?");
    CHECK(refused({"--pwhunter2"}).starts_with("unknown option in word 1 of the command line; "));
    CHECK(refused({"--pwhunter"}).starts_with("unknown option in word 1 of the command line; "));
    CHECK(refused({"-t", "a", "--pskhunter2"}).starts_with("unknown option in word 3 of the command line; "));
    CHECK(refused({"--passhunter"}).starts_with("unknown option in word 1 of the command line; "));
    CHECK(refused({"--pw hunter2"}) ==
          "--pw: its value is in the same word; write the value as a word of its own, or after a =");
    CHECK(refused({"--pw:hunter2"}) ==
          "--pw: its value is in the same word; write the value as a word of its own, or after a =");
    CHECK(refused({"--password=hunter2"}) == "unknown option --password; give --pw or --pw-file");
    CHECK(refused({"--passwd", "hunter2"}) == "unknown option --passwd; give --pw or --pw-file");
    CHECK(refused({"--pas=hunter2"}).starts_with("unknown option --pas; "));
    CHECK(refused({"-pw", "hunter2"}) == "unknown option -pw; give -P or --pw-file");
    CHECK(refused({"-pw=hunter2"}) == "-p: its value is not a number from 1 to 65535");
    CHECK(refused({"--hunter2"}).starts_with("unknown option in word 1 of the command line; "));
}

TEST_CASE("a password in the place of a port, a PIN, a file or a host is not quoted") {
    CHECK(refused({"-u", "admin", "-phunter2"}) == "-p: its value is not a number from 1 to 65535");
    CHECK(refused({"--port", "hunter2"}) == "--port: its value is not a number from 1 to 65535");
    CHECK(refused({"--pin", "hunter2"}) ==
          "--pin: its value is not a pin; give sha256// and the 44 characters of a SHA-256 in base64");
    CHECK(refused({}, {{"MQTTS_PORT", "hunter2"}}) ==
          "environment variable MQTTS_PORT: its value is not a number from 1 to 65535");
    for (const std::string option : {"--pw-file", "--key-pass-file"})
        for (const std::string secret : {"hunter2", "/hunter2", "hun/ter2"})
            CHECK(refused({option, secret}) ==
                  option + ": no such file or directory; give the name of a file, not the secret itself");
    CHECK(refused({"--key", "pkcs11:object=me?pin-source=hunter2"}) ==
          "--key: no such file or directory; give the name of a file, not the secret itself");
    CHECK(refused({"--key", "pkcs11:object=me;pin-value=hunter2"}) ==
          "--key: the PIN of a pkcs11: URI must follow a ?; write it as ?pin-value=PIN");
    CHECK(refused({"-h", "admin:hunter2@broker"}) ==
          "-h: its value contains an @, and a host does not; give a user name with -u, a URL with -L");
    CHECK(refused({"-h", "mqtts://admin:hunter2@broker"}) == "-h: its value is a URL, not a host; give a URL with -L");
    CHECK(refused({"-L", "mqtts://admin:hunter2"}) == "-L: the port after the host is not a number from 1 to 65535");
    CHECK(refused({"-L", "admin:hunter2@mqtts://broker"}) ==
          "-L: '(hidden)@mqtts' is not a scheme of MQTT over TLS; give a URL that begins with mqtts:// or wss://");
    CHECK(refused({"-L", "mqtts:/admin:hunter2@broker"}) ==
          "-L: its value is not a URL; give a URL such as mqtts://host/topic");
    CHECK(refused({"-L", "http://admin:hunter2@broker"}) ==
          "-L: 'http' is not a scheme of MQTT over TLS; give a URL that begins with mqtts:// or wss://");
    CHECK(refused({"-t", "mqtts://admin:hunter2@broker/#", "-n"}) ==
          "-t: '(hidden)@broker/#' has the wildcard #; give one topic, without + and #");
    CHECK(refused({"-q", "admin:hunter2@broker"}) == "-q: '(hidden)@broker' is not a QoS; give 0, 1 or 2");
    static_cast<void>(refused({"--proxy", "admin:hunter2@http://proxy:1"}));
    static_cast<void>(refused({"--proxy", "http://admin:hunter2"}));
    static_cast<void>(refused({"-D", "connect", "hunter2", "x"}));
    static_cast<void>(refused({"-D", "hunter2", "x", "y"}));
    static_cast<void>(refused({"--ws-header", "hunter2"}));
    static_cast<void>(refused({"--psk", "hunter2", "--psk-identity", "x"}));
}

TEST_CASE("a user name is not quoted: for curl the password follows in it") {
    const std::string from_windows = "me:hunter2\r";
    constexpr std::string_view why =
        "its value cannot be sent: it contains a carriage return (U+000D), which makes brokers close";
    CHECK(refused({"-u", from_windows}).starts_with("-u: " + std::string(why)));
    CHECK(refused({"-u", "me:hunter2\xff"}) == "-u: its value is not valid UTF-8");
    CHECK(refused({"-L", "mqtts://hunter2%0d@broker/a"}).starts_with("-L: " + std::string(why)));
    CHECK(refused({"-t", "a", "-n"}, {{"MQTTS_USERNAME", from_windows}})
              .starts_with("environment variable MQTTS_USERNAME: " + std::string(why)));
}

TEST_CASE("a configuration file with something else in it is not quoted") {
    const std::string layout = " is not followed by a blank; write one option a line, its value after a blank";
    CHECK(refused_in_file("--pw=hunter2") == "FILE: line 1: --pw" + layout);
    CHECK(refused_in_file("-Phunter2") == "FILE: line 1: -P" + layout);
    CHECK(refused_in_file("pw=hunter2") == "FILE: line 1: unknown option pw; did you mean --pw?");
    CHECK(refused_in_file("pw hunter2") == "FILE: line 1: unknown option pw; did you mean --pw?");
    CHECK(refused_in_file("password: hunter2") == "FILE: line 1: unknown option; give --pw or --pw-file");
    CHECK(refused_in_file("--pw \"hun\"ter2").starts_with("FILE: line 1: --pw: text follows the closing quote"));
    CHECK(refused_in_file("--pw \"\"hunter2\"").starts_with("FILE: line 1: --pw: text follows"));
    CHECK(refused_in_file("hunter2").starts_with("FILE: line 1: unknown option; "));
    CHECK(refused_in_file("hunter").starts_with("FILE: line 1: unknown option; "));
    CHECK(refused_in_file("# a file of passwords\n\n--hunter").starts_with("FILE: line 3: unknown option; "));
    CHECK(refused_in_file("retain1 hunter2") == "FILE: line 1: unknown option; did you mean --retain?");
    CHECK(refused_in_file("--retain1 hunter2") == "FILE: line 1: unknown option --retain1; did you mean --retain?");
    CHECK(refused_in_file("admin:hunter2").starts_with("FILE: line 1: unknown option; "));
    CHECK(refused_in_file("-pw hunter2") == "FILE: line 1: unknown option -pw; give -P or --pw-file");
}

TEST_CASE("the PIN of a token disappears from the arguments wherever it stands in the URI") {
    for (const std::string uri : {"pkcs11:object=me?pin-value=hunter2",
                                  "pkcs11:object=me?module-path=x&pin-value=hunter2", "pkcs11:pin-value=hunter2"}) {
        CommandLine line(Command::publish, {"-t", "a", "-n", "--key", uri, "--cert", "x"});
        static_cast<void>(line.parse());
        CHECK(line.arguments()[4].find("hunter2") == std::string::npos);
    }
}

TEST_CASE("-W counts for the files that options name, wherever it stands") {
    const TemporaryDirectory directory;
    const std::string pipe = directory.path() + "/pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    const std::string config = directory.write("config", "-W 0.1\n--pw-file " + pipe + "\n");
    const auto timed_out = [](const Line& line) {
        const auto parsed = CommandLine(Command::publish, line).parse();
        REQUIRE(parsed.has_error());
        CHECK(parsed.error().code == Errc::timed_out);
        return parsed.error().cause;
    };
    const std::string sentence = "timed out while reading " + pipe + ": nothing has come from it yet";
    CHECK(timed_out({"--pw-file", pipe, "-W", "0.1"}) == "--pw-file: " + sentence);
    CHECK(timed_out({"-W", "0.1", "--key-pass-file", pipe}) == "--key-pass-file: " + sentence);
    CHECK(timed_out({"-o", config}) == config + ": line 2: --pw-file: " + sentence);
    CHECK(timed_out({"-o", pipe, "-W", "0.1"}) ==
          "timed out while reading the configuration file " + pipe + ": nothing has come from it yet");
}

TEST_CASE("what was typed is quoted in one place, which decides what may be") {
    namespace fs = std::filesystem;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(MQTTS_SOURCE_DIR) / "lib" / "cli")) {
        const std::string name = entry.path().filename().string();
        if (entry.path().extension() != ".cpp" || name == "quote.cpp" || name.starts_with("completions")) continue;
        std::ifstream file(entry.path());
        const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
        CAPTURE(name);
        CHECK(text.find("'{}'") == std::string::npos);  // quoted() is for that
    }
}
