// SPDX-License-Identifier: Apache-2.0
// Runs the examples of the man pages as they are printed there, against a real broker that is broker.example:
// configuration files say where it is and how to be let in, as a user's own would. The examples of the chapter CLOUD
// BROKERS are in cloud_examples_test.cpp.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "docs/examples.hpp"
#include "support/broker.hpp"

namespace {

using namespace mqtts::test;

constexpr const char* guide = MQTTS_MAN_DIR "/mqtts.7";

std::string programs_first() {
    return std::string("PATH=") + MQTTS_PROGRAMS + ":" + std::getenv("PATH");
}

/// A broker with these names, and a directory with the files that the examples speak of.
class BrokerExample {
public:
    BrokerExample()
        : broker_({.server = {.common_name = "broker",
                              .dns_names = {"broker.example", "old.example", "new.example"},
                              .ip_addresses = {}},
                   .configuration = "max_queued_messages 0\n"}) {
        const std::string options = "--cafile " + broker_.ca_file() + "\n--cert " + broker_.certificate_file() +
                                    "\n--key " + broker_.key_file() +
                                    "\n--connect-to 127.0.0.1:" + std::to_string(broker_.port()) +
                                    "\n--connect-timeout 600\n";
        for (const char* name : {"mqtts-pub", "mqtts-sub"})
            broker_.directory().write(name, options);
        broker_.directory().write("app.log", "ERROR: no paper\nINFO: idle\nERROR: no ink\n");
        broker_.directory().write("image.bin", std::string("\x7f"
                                                           "binary\0\n",
                                                           9));
    }

    void check(const Example& example) const {
        check_example(example, broker_.directory().path(),
                      {programs_first(), "XDG_CONFIG_HOME=" + broker_.directory().path(),
                       "XDG_CACHE_HOME=" + broker_.directory().path() + "/cache"});
    }

private:
    Mosquitto broker_;
};

/// An empty directory for the tutorial, whose broker listens on another port than the one it writes down, where nobody
/// else can be: a program of the name mosquitto sees to that.
class TutorialExample {
public:
    TutorialExample() {
        directory_.write("mqtts-pub", options());
        directory_.write("mqtts-sub", options());
        const std::string user = ::geteuid() == 0 ? "echo 'user root' >> ours.conf\n" : "";
        const std::string shim = directory_.write(
            "mosquitto", "#!/bin/sh\nset -e\nPATH=${PATH#*:}:/usr/sbin\nsed 's/^listener 8883$/listener " +
                             std::to_string(port_) + " 127.0.0.1/' \"$2\" > ours.conf\n" + user +
                             "exec mosquitto -c ours.conf \"$3\"\n");
        REQUIRE(::chmod(shim.c_str(), 0700) == 0);
    }
    TutorialExample(const TutorialExample&) = delete;
    TutorialExample& operator=(const TutorialExample&) = delete;
    /// The last example stops the broker; one that failed before does not.
    ~TutorialExample() {
        std::ifstream file(directory_.path() + "/mosquitto.pid");
        pid_t id = 0;
        if (file >> id && id > 1) ::kill(id, SIGTERM);
    }

    void check(const Example& example) const {
        const std::string path = programs_first();
        check_example(example, directory_.path(),
                      {"PATH=" + directory_.path() + ":" + path.substr(path.find('=') + 1),
                       "XDG_CONFIG_HOME=" + directory_.path()});
    }

private:
    std::string options() const {
        return "--connect-to 127.0.0.1:" + std::to_string(port_) + "\n--connect-timeout 600\n";
    }

    std::uint16_t port_ = free_port();
    TemporaryDirectory directory_;
};

std::string without_line_ends(std::string text) {
    for (std::size_t at = 0; (at = text.find("\\\n", at)) != std::string::npos;)
        text.erase(at, 2);
    return text;
}

/// The strings of a JSON array, which has nothing else in it, as words for a shell.
std::string words_of_array(const std::string& text) {
    std::string words;
    for (std::size_t at = text.find('['); (at = text.find('"', at)) != std::string::npos; ++at) {
        const std::size_t end = text.find('"', at + 1);
        words += " '" + text.substr(at + 1, end - at - 1) + "'";
        at = end;
    }
    return words;
}

}  // namespace

TEST_CASE("the man pages' examples do what they show") {
    for (const char* page : {MQTTS_MAN_DIR "/mqtts-pub.1", MQTTS_MAN_DIR "/mqtts-sub.1"}) {
        CAPTURE(page);
        const BrokerExample broker;
        const auto examples = read_manual_examples(page);
        CHECK(examples.size() >= 9);
        for (const Example& example : examples)
            broker.check(example);
    }
}

TEST_CASE("the first page of a man page has the five commonest commands") {
    for (const char* page : {MQTTS_MAN_DIR "/mqtts-pub.1", MQTTS_MAN_DIR "/mqtts-sub.1"}) {
        CAPTURE(page);
        const auto examples = read_manual_examples(page);
        CHECK(std::ranges::count(examples, "Common commands", &Example::subsection) == 5);
        REQUIRE_FALSE(examples.empty());
        CHECK(examples.front().section == "DESCRIPTION");
    }
}

TEST_CASE("the tutorial leads from the first certificate to the first message") {
    const Mosquitto installed;  // or this test is skipped
    const TutorialExample tutorial;
    std::size_t count = 0;
    for (const Example& example : read_manual_examples(guide)) {
        if (example.section != "TUTORIAL") continue;
        tutorial.check(example);
        ++count;
    }
    CHECK(count >= 9);
}

TEST_CASE("the recipes do what they show") {
    const BrokerExample broker;
    std::size_t count = 0;
    for (const Example& example : read_manual_examples(guide)) {
        if (example.section != "RECIPES" && example.section != "TROUBLESHOOTING") continue;
        broker.check(example);
        ++count;
    }
    CHECK(count >= 20);
}

TEST_CASE("no chapter of the guide has examples that are not run") {
    std::set<std::string> sections;
    for (const Example& example : read_manual_examples(guide))
        sections.insert(example.section);
    CHECK(sections == std::set<std::string>{"TUTORIAL", "RECIPES", "CLOUD BROKERS", "TROUBLESHOOTING"});
}

TEST_CASE("the guide's Dockerfile has a command line that is one") {
    const TemporaryDirectory directory;
    std::size_t count = 0;
    for (Example listing : read_manual_listings(guide)) {
        const std::size_t command = listing.output.find("CMD [");
        if (command == std::string::npos) continue;
        listing.commands.push_back(words_of_array(without_line_ends(listing.output.substr(command))) +
                                   " --explain | grep -c -e --check");
        listing.output = "1\n";
        check_example(listing, directory.path(), {programs_first(), "XDG_CONFIG_HOME=" + directory.path()});
        ++count;
    }
    CHECK(count == 1);
}

TEST_CASE("the guide's units are right for systemd") {
    if (std::system("command -v systemd-analyze >/dev/null") != 0) {
        MESSAGE("skipped: systemd-analyze is not installed");
        return;
    }
    const TemporaryDirectory directory;
    std::size_t count = 0;
    for (Example listing : read_manual_listings(guide)) {
        if (!listing.output.starts_with("[Unit]")) continue;
        const std::string file = "unit" + std::to_string(++count) + ".service";
        std::string unit = listing.output;
        for (std::size_t at = 0; (at = unit.find("/usr/bin/", at)) != std::string::npos;)
            unit.replace(at, 8, MQTTS_PROGRAMS);
        directory.write(file, unit);
        listing.commands.push_back("systemd-analyze verify ./" + file + " 2>&1");
        listing.output.clear();
        check_example(listing, directory.path(), {});
    }
    CHECK(count == 2);
}

TEST_CASE("the man pages have no example that is not run") {
    for (const char* page : {MQTTS_MAN_DIR "/mqtts-pub.1", MQTTS_MAN_DIR "/mqtts-sub.1", guide}) {
        CAPTURE(page);
        std::ifstream file(page);
        REQUIRE(file);
        for (std::string line; std::getline(file, line);)
            CHECK_FALSE(line.starts_with(".Dl $"));
    }
}
