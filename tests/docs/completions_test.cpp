// SPDX-License-Identifier: Apache-2.0
// Types the beginnings of command lines into real shells, and reads what they offer.
//
// ctest runs the cases of each shell by themselves, and reports them as skipped where the shell is not installed.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "cli/option.hpp"
#include "support/process.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace mqtts::test;
using mqtts::cli::Option;
using Words = std::vector<std::string>;
using Candidates = std::set<std::string>;

constexpr int skipped_status = 77;

struct Shell {
    std::string name;
    Words command;  // without the files of the user
    /// Fish offers the whole word of --option=value, the others only the value.
    bool offers_whole_word = false;
};

const Shell bash = {"bash", {"bash", "--norc", "--noprofile"}};
const Shell zsh = {"zsh", {"zsh", "-f"}};
const Shell fish = {"fish", {"fish", "--no-config"}, true};

void skip_without(const Shell& shell) {
    if (std::system(("command -v " + shell.name + " >/dev/null").c_str()) == 0) return;
    std::printf("skipped: %s is not installed\n", shell.name.c_str());
    std::exit(skipped_status);
}

/// What a shell offers for the last of the words; the first is the program.
Candidates offered(const Shell& shell, const Words& words) {
    static const TemporaryDirectory notes;
    Words arguments = shell.command;
    arguments.push_back(MQTTS_SOURCE_DIR "/tests/docs/complete." + shell.name);
    arguments.push_back(MQTTS_SOURCE_DIR "/completions");
    arguments.insert(arguments.end(), words.begin(), words.end());
    const Outcome outcome =
        run({.arguments = arguments, .environment = {"TERM=dumb", "zcompdump=" + notes.path() + "/zcompdump"}});
    CHECK(outcome.error == "");
    std::istringstream lines(outcome.output);
    Candidates candidates;
    for (std::string line; std::getline(lines, line);)
        candidates.insert(line.ends_with('/') ? line.substr(0, line.size() - 1) : line);
    return candidates;
}

void check_names(const Shell& shell) {
    for (const auto command : {mqtts::cli::Command::publish, mqtts::cli::Command::subscribe}) {
        const std::string program(mqtts::cli::program_name(command));
        Candidates expected;
        for (const Option& option : mqtts::cli::options())
            if (includes(option.command, command) && !option.is_refused())
                expected.insert("--" + std::string(option.name));
        CHECK(offered(shell, {program, "--"}) == expected);
    }
    CHECK(offered(shell, {"mqtts-pub", "--ca"}) == Candidates{"--cafile", "--capath"});
    CHECK(offered(shell, {"mqtts-pub", "-q", "1", "--message"}).contains("--message"));
    CHECK(offered(shell, {"mqtts-sub", "-v", "--mess"}) == Candidates{"--message-rate"});
    CHECK(offered(shell, {"mqtts-sub", "--no-tl"}).empty());
}

void check_letters(const Shell& shell) {
    const Candidates candidates = offered(shell, {"mqtts-sub", "-"});
    for (const std::string expected : {"-t", "-v", "-C", "--topic"})
        CHECK_MESSAGE(candidates.contains(expected), expected);
    CHECK_FALSE(candidates.contains("-m"));
}

void check_values(const Shell& shell) {
    const Candidates versions = {"5", "311", "31", "mqttv5", "mqttv311", "mqttv31"};
    CHECK(offered(shell, {"mqtts-pub", "-q", ""}) == Candidates{"0", "1", "2"});
    CHECK(offered(shell, {"mqtts-sub", "--qos", ""}) == Candidates{"0", "1", "2"});
    CHECK(offered(shell, {"mqtts-pub", "-V", ""}) == versions);
    CHECK(offered(shell, {"mqtts-pub", "-V", "mqttv3"}) == Candidates{"mqttv31", "mqttv311"});
    CHECK(offered(shell, {"mqtts-sub", "--completions", "f"}) == Candidates{"fish"});
    CHECK(offered(shell, {"mqtts-sub", "-vq", ""}) == Candidates{"0", "1", "2"});
    const std::string before = shell.offers_whole_word ? "--qos=" : "";
    CHECK(offered(shell, {"mqtts-pub", "--qos="}) == Candidates{before + "0", before + "1", before + "2"});
    for (const std::string option : {"-t", "--topic", "-i", "-vt"})
        CHECK_MESSAGE(offered(shell, {"mqtts-sub", option, ""}).empty(), option);
}

void check_files(const Shell& shell) {
    const TemporaryDirectory directory;
    const std::string path = directory.path() + "/";
    directory.write("ca.pem", "");
    directory.write("two words.pem", "");
    std::filesystem::create_directory(path + "inner");
    const auto names = [&](const Words& words) {
        Candidates result;
        for (const std::string& candidate : offered(shell, words))
            result.insert(candidate.substr(candidate.rfind('/') + 1));
        return result;
    };
    for (const std::string option : {"--cafile", "--cert", "--key", "-o"}) {
        const Candidates found = names({"mqtts-pub", option, path});
        CHECK_MESSAGE(found.contains("ca.pem"), option);
        CHECK_MESSAGE(found.contains("inner"), option);
    }
    CHECK(names({"mqtts-pub", "--capath", path}) == Candidates{"inner"});
}

void check_properties(const Shell& shell) {
    CHECK(offered(shell, {"mqtts-pub", "-D", ""}) ==
          Candidates{"connect", "publish", "subscribe", "unsubscribe", "disconnect", "will"});
    CHECK(offered(shell, {"mqtts-pub", "--property", "pub"}) == Candidates{"publish"});
    CHECK(offered(shell, {"mqtts-sub", "-D", "subscribe", ""}) ==
          Candidates{"subscription-identifier", "user-property"});
    CHECK(offered(shell, {"mqtts-pub", "-D", "publish", "m"}) == Candidates{"message-expiry-interval"});
    CHECK(offered(shell, {"mqtts-pub", "-D", "publish", "content-type", ""}).empty());
    for (const Words& before : {Words{"content-type", "x"}, Words{"user-property", "name", "value"}}) {
        Words words = {"mqtts-pub", "-D", "publish"};
        words.insert(words.end(), before.begin(), before.end());
        words.emplace_back("--ca");
        CHECK(offered(shell, words) == Candidates{"--cafile", "--capath"});
    }
}

void check_all(const Shell& shell) {
    skip_without(shell);
    check_names(shell);
    check_letters(shell);
    check_values(shell);
    check_files(shell);
    check_properties(shell);
}

}  // namespace

TEST_CASE("bash offers names, letters, choices, files and properties") {
    check_all(bash);
}

TEST_CASE("zsh offers names, letters, choices, files and properties") {
    check_all(zsh);
}

TEST_CASE("fish offers names, letters, choices, files and properties") {
    check_all(fish);
}
