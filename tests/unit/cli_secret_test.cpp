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

/// The sentence, without the secret in it.
std::string refused(const Line& line, const Variables& variables = {}) {
    const auto parsed = CommandLine(Command::publish, line, variables).parse();
    REQUIRE(parsed.has_error());
    INFO(parsed.error().what);
    CHECK(parsed.error().what.find("hunter") == std::string::npos);
    CHECK(parsed.error().what.find("ter2") == std::string::npos);
    return parsed.error().what;
}

std::string refused_in_file(const std::string& text) {
    const auto parsed = cli::parse_config(Command::publish, "FILE", text);
    REQUIRE(parsed.has_error());
    INFO(parsed.error().what);
    CHECK(parsed.error().what.find("hunter") == std::string::npos);
    CHECK(parsed.error().what.find("ter2") == std::string::npos);
    return parsed.error().what;
}

}  // namespace

TEST_CASE("a word that an empty variable or missing quotes left over is not quoted") {
    CHECK(refused({"-u", "-P", "hunter2"}) ==
          "word 3 of the command line belongs to no option; --username before it took -P for its value: is a variable "
          "empty?");
    CHECK(refused({"-t", "a", "-m", "--pw", "hunter2"}) ==
          "word 5 of the command line belongs to no option; --message before it took --pw for its value: is a variable "
          "empty?");
    CHECK(refused({"-P", "my", "hunter2"}) ==
          "word 3 of the command line belongs to no option; --pw before it has its value: one with blanks stands in "
          "quotes");
    CHECK(refused({"-r", "hunter2"}) ==
          "word 2 of the command line belongs to no option; --retain before it takes no value");
    CHECK(refused({"hunter2"}) == "word 1 of the command line belongs to no option");
    CHECK(refused({"admin:hunter2@broker"}) == "word 1 of the command line belongs to no option");
    CHECK(refused({"mqtts://admin:hunter2@broker/a"}) == "word 1 of the command line belongs to no option");
}

TEST_CASE("of a mistyped option no more than its name is quoted") {
    CHECK(refused({"--pww=hunter2"}) == "unknown option in word 1 of the command line: did you mean --pw?");
    CHECK(refused({"--pwhunter2"}).starts_with("unknown option in word 1 of the command line: "));
    CHECK(refused({"--pwhunter"}).starts_with("unknown option in word 1 of the command line: "));
    CHECK(refused({"-t", "a", "--pskhunter2"}).starts_with("unknown option in word 3 of the command line: "));
    CHECK(refused({"--passhunter"}).starts_with("unknown option in word 1 of the command line: "));
    CHECK(refused({"--pw hunter2"}) == "--pw: its value is a word of its own, or follows a =");
    CHECK(refused({"--pw:hunter2"}) == "--pw: its value is a word of its own, or follows a =");
    CHECK(refused({"--password=hunter2"}) == "unknown option --password: did you mean --pw?");
    CHECK(refused({"--passwd", "hunter2"}) == "unknown option --passwd: did you mean --pw?");
    CHECK(refused({"--pas=hunter2"}).starts_with("unknown option --pas: "));
    CHECK(refused({"--hunter2"}).starts_with("unknown option in word 1 of the command line: "));
}

TEST_CASE("a password in the place of a port, a PIN, a file or a host is not quoted") {
    CHECK(refused({"-u", "admin", "-phunter2"}) == "-p: its value is not a number from 1 to 65535");
    CHECK(refused({"--port", "hunter2"}) == "--port: its value is not a number from 1 to 65535");
    CHECK(refused({"--pin", "hunter2"}) ==
          "--pin: its value is not sha256// and the 44 characters of a SHA-256 in base64");
    CHECK(refused({}, {{"MQTTS_PORT", "hunter2"}}) ==
          "environment variable MQTTS_PORT: its value is not a number from 1 to 65535");
    for (const std::string option : {"--pw-file", "--key-pass-file"})
        for (const std::string secret : {"hunter2", "/hunter2", "hun/ter2"})
            CHECK(refused({option, secret}) ==
                  option + ": no such file or directory: it takes the name of a file, not the secret itself");
    CHECK(refused({"--key", "pkcs11:object=me?pin-source=hunter2"}) ==
          "--key: no such file or directory: it takes the name of a file, not the secret itself");
    CHECK(refused({"--key", "pkcs11:object=me;pin-value=hunter2"}) ==
          "--key: the PIN stands behind a ? in a pkcs11: URI: ?pin-value=PIN");
    CHECK(refused({"-h", "admin:hunter2@broker"}) ==
          "-h: a host is wanted; a user name is given with -u, a URL with -L");
    CHECK(refused({"-h", "mqtts://admin:hunter2@broker"}) ==
          "-h: a host is wanted, without a scheme; a URL is given with -L");
    CHECK(refused({"-L", "mqtts://admin:hunter2"}) ==
          "-L: what follows the host and its : is not a port from 1 to 65535");
    CHECK(refused({"-L", "admin:hunter2@mqtts://broker"}) ==
          "-L: the scheme is mqtts:// or wss://, and not '(hidden)@mqtts'");
    CHECK(refused({"-L", "mqtts:/admin:hunter2@broker"}) == "-L: not a URL such as mqtts://host/topic");
    CHECK(refused({"-L", "http://admin:hunter2@broker"}) == "-L: the scheme is mqtts:// or wss://, and not 'http'");
    CHECK(refused({"-t", "mqtts://admin:hunter2@broker/#", "-n"}) ==
          "-t: '(hidden)@broker/#' is not a topic name: 1 to 65535 bytes of UTF-8 without the wildcards + and #");
    CHECK(refused({"-q", "admin:hunter2@broker"}) == "-q: '(hidden)@broker' is not a number from 0 to 2");
    static_cast<void>(refused({"--proxy", "admin:hunter2@http://proxy:1"}));
    static_cast<void>(refused({"--proxy", "http://admin:hunter2"}));
    static_cast<void>(refused({"-D", "connect", "hunter2", "x"}));
    static_cast<void>(refused({"-D", "hunter2", "x", "y"}));
    static_cast<void>(refused({"--ws-header", "hunter2"}));
    static_cast<void>(refused({"--psk", "hunter2", "--psk-identity", "x"}));
}

TEST_CASE("a user name is not quoted: for curl the password follows in it") {
    const std::string from_windows = "me:hunter2\r";
    constexpr std::string_view why = "its value cannot be sent: it holds a carriage return (U+000D), and brokers close";
    CHECK(refused({"-u", from_windows}).starts_with("-u: " + std::string(why)));
    CHECK(refused({"-u", "me:hunter2\xff"}) == "-u: its value is not valid UTF-8");
    CHECK(refused({"-L", "mqtts://hunter2%0d@broker/a"}).starts_with("-L: " + std::string(why)));
    CHECK(refused({"-t", "a", "-n"}, {{"MQTTS_USERNAME", from_windows}})
              .starts_with("environment variable MQTTS_USERNAME: " + std::string(why)));
}

TEST_CASE("a configuration file with something else in it is not quoted") {
    const std::string layout = ": its value stands after a blank, and each option in a line of its own";
    CHECK(refused_in_file("--pw=hunter2") == "FILE: line 1: --pw" + layout);
    CHECK(refused_in_file("-Phunter2") == "FILE: line 1: -P" + layout);
    CHECK(refused_in_file("pw=hunter2") == "FILE: line 1: unknown option pw: did you mean --pw?");
    CHECK(refused_in_file("pw hunter2") == "FILE: line 1: unknown option pw: did you mean --pw?");
    CHECK(refused_in_file("password: hunter2") == "FILE: line 1: unknown option password: did you mean --pw?");
    CHECK(refused_in_file("--pw \"hun\"ter2").starts_with("FILE: line 1: --pw: nothing can follow the closing quote"));
    CHECK(refused_in_file("--pw \"\"hunter2\"").starts_with("FILE: line 1: --pw: nothing can follow"));
    CHECK(refused_in_file("hunter2").starts_with("FILE: line 1: unknown option: "));
    CHECK(refused_in_file("hunter").starts_with("FILE: line 1: unknown option: "));
    CHECK(refused_in_file("# a file of passwords\n\n--hunter").starts_with("FILE: line 3: unknown option: "));
    CHECK(refused_in_file("retain1 hunter2") == "FILE: line 1: unknown option: did you mean --retain?");
    CHECK(refused_in_file("--retain1 hunter2") == "FILE: line 1: unknown option --retain1: did you mean --retain?");
    CHECK(refused_in_file("admin:hunter2").starts_with("FILE: line 1: unknown option: "));
    CHECK(refused_in_file("-pw hunter2") == "FILE: line 1: -p" + layout);
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
        return parsed.error().what;
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
