// SPDX-License-Identifier: Apache-2.0
// Calls of mqtts-pub that use one connection: what they do, and what they say.
#include <algorithm>
#include <future>
#include <regex>
#include <set>

#include "integration/sharing.hpp"

namespace {

using namespace mqtts::test;

const MosquittoSettings with_access_list = {.access_list = "topic readwrite open/#\n"};

}  // namespace

TEST_CASE("the second call uses the connection of the first") {
    Mosquitto broker;
    const Sharing sharing;
    Process subscriber({.arguments = mqtts_sub(broker, {"-t", "a/#", "-q", "2", "-C", "7", "-F", "%t %q %r %p"})});
    wait_for_subscription(broker, "a/#");
    const int before = connections(broker);
    for (const std::string qos : {"1", "0", "2", "1", "2", "0"}) {
        const Outcome outcome = sharing.publish(broker, {"-t", "a/" + qos, "-m", "text", "-q", qos});
        CAPTURE(outcome.error);
        CHECK(outcome.status == 0);
        CHECK(outcome.error == "");
        CHECK(outcome.output == "");
    }
    CHECK(sharing.publish(broker, {"-t", "a/n", "-n", "-r"}).status == 0);
    const Outcome received = subscriber.wait();
    CHECK(set_of_lines(received.output) == std::multiset<std::string>{"a/1 1 0 text", "a/0 0 0 text", "a/2 2 0 text",
                                                                      "a/1 1 0 text", "a/2 2 0 text", "a/0 0 0 text",
                                                                      "a/n 0 0 "});
    CHECK(sharing.keeper().messages == 6);
    CHECK(connections(broker) == before + 1);
}

TEST_CASE("properties and files travel, too") {
    Mosquitto broker;
    const Sharing sharing;
    const std::string file = broker.directory().write("message", std::string(40'000, 'x'));
    Process subscriber({.arguments = mqtts_sub(broker, {"-t", "a", "-C", "2", "-F", "%l %C"})});
    wait_for_subscription(broker, "a");
    const Words options{"-t", "a", "-q", "1", "-f", file, "-D", "publish", "content-type", "text/x"};
    CHECK(sharing.publish(broker, options).status == 0);
    CHECK(sharing.publish(broker, options).status == 0);
    CHECK(subscriber.wait().output == "40000 text/x\n40000 text/x\n");
    CHECK(sharing.keeper().messages == 1);
}

TEST_CASE("a served call says what a call of its own says, with the same status") {
    const Mosquitto broker(with_access_list);
    const Sharing sharing;
    REQUIRE(sharing.publish(broker, {"-t", "open/a", "-m", "x", "-q", "1"}).status == 0);
    std::uint64_t messages = 0;
    for (const Words& options :
         {Words{"-t", "closed/a", "-m", "x", "-q", "1"}, Words{"-t", "closed/a", "-m", "x", "-q", "2"},
          Words{"-t", "open/a", "-m", "x", "-q", "1"}}) {
        const Outcome alone = run({.arguments = mqtts_pub(broker, options)});
        const Outcome served = sharing.publish(broker, options);
        CHECK(served.status == alone.status);
        CHECK(served.error == alone.error);
        const Outcome as_json = sharing.publish(broker, with({"--log-format", "json"}, options));
        CHECK(as_json.status == alone.status);
        CHECK(contains(as_json.error, "\"host\"") == (alone.status != 0));
        messages += alone.status == 0 ? 2 : 0;
    }
    CHECK(sharing.keeper().messages == messages);
}

TEST_CASE("a served call is warned of certificates that expire soon, and of a key that others can read") {
    const Mosquitto broker({.server = {.dns_names = {"localhost"}, .valid_until_days = 5}});
    const Sharing sharing;
    std::filesystem::permissions(broker.key_file(), std::filesystem::perms(0644));
    const Words options{"-t", "a", "-m", "x", "-q", "1"};
    const Outcome alone = run({.arguments = mqtts_pub(broker, options)});
    CHECK(contains(alone.error, "expires on "));
    CHECK(contains(alone.error, "chmod"));
    REQUIRE(sharing.publish(broker, options).status == 0);
    const Outcome served = sharing.publish(broker, options);
    CHECK(served.status == 0);
    const std::regex days(", in [0-9]+ days");  // of which one may pass between the two
    const auto timeless = [&](const std::string& text) { return std::regex_replace(text, days, ""); };
    CHECK(set_of_lines(timeless(served.error)) == set_of_lines(timeless(alone.error)));
    CHECK(sharing.keeper().messages == 1);
}

TEST_CASE("a first call that is refused leaves nothing behind") {
    const Mosquitto broker(with_access_list);
    const Sharing sharing;
    for (const std::string qos : {"1", "2"}) {
        const Words options{"-t", "closed/a", "-m", "x", "-q", qos};
        const Outcome alone = run({.arguments = mqtts_pub(broker, options)});
        const Outcome first = sharing.publish(broker, options);
        CHECK(first.status == 8);
        CHECK(first.error == alone.error);
        CHECK(sharing.keepers().empty());
    }
}

TEST_CASE("--stats and -d tell of this message") {
    const Mosquitto broker;
    const Sharing sharing;
    const Outcome first = sharing.publish(broker, {"-t", "a", "-m", "one", "-q", "1", "--stats", "-d"});
    CHECK(contains(first.error, "1 message published, 3 bytes"));
    CHECK(contains(first.error, "keeps the connection"));
    const Outcome second = sharing.publish(broker, {"-t", "a", "-m", "three", "-q", "1", "--stats", "-d"});
    CHECK(contains(second.error, "1 message published, 5 bytes"));
    CHECK(contains(second.error, "1 acknowledged"));
    CHECK(contains(second.error, "sent PUBLISH 2 qos1 a \"three\""));
    CHECK(contains(second.error, "received PUBACK 2"));
    CHECK_FALSE(contains(second.error, "CONNECT"));
}

TEST_CASE("two first calls at once leave one keeper, and lose nothing") {
    Mosquitto broker;
    for (int round = 0; round < 3; ++round) {
        const Sharing sharing;
        Process one(sharing.call(broker, {"-t", "a", "-m", "x", "-q", "1"}));
        Process other(sharing.call(broker, {"-t", "a", "-m", "y", "-q", "1"}));
        CHECK(one.wait().status == 0);
        CHECK(other.wait().status == 0);
        CHECK(sharing.keepers().size() == 1);
    }
}

TEST_CASE("many calls at once share one connection, and each message arrives once") {
    constexpr int calls = 100;
    constexpr int at_once = 20;
    Mosquitto broker({.configuration = lossless});
    const Sharing sharing;
    Process subscriber({.arguments = mqtts_sub(broker, {"-t", "a", "-q", "2", "-C", std::to_string(calls + 1)})});
    wait_for_subscription(broker, "a");
    REQUIRE(sharing.publish(broker, {"-t", "a", "-m", "0", "-q", "1"}).status == 0);
    std::vector<std::future<int>> running;
    for (int worker = 0; worker < at_once; ++worker)
        running.push_back(std::async(std::launch::async, [&, worker] {
            int failures = 0;
            for (int number = worker + 1; number <= calls; number += at_once)
                failures +=
                    sharing.publish(broker, {"-t", "a", "-m", std::to_string(number), "-q", std::to_string(number % 3)})
                        .status != 0;
            return failures;
        }));
    for (std::future<int>& one : running)
        CHECK(one.get() == 0);
    std::string expected;
    for (int number = 0; number <= calls; ++number)
        expected += std::to_string(number) + '\n';
    CHECK(set_of_lines(subscriber.wait().output) == set_of_lines(expected));
    CHECK(sharing.keeper().messages == calls);
}

TEST_CASE("nothing of the caller stays open") {
    const Mosquitto broker;
    const Sharing sharing;
    std::string words;
    for (const std::string& word : mqtts_pub(broker, {"--share", "-t", "a", "-m", "x", "-q", "1"}))
        words += " '" + word + "'";
    // The shell waits for the pipe of $(…), and the second flock for the lock that the first call had.
    const std::string lock = sharing.path() + "/lock";
    const std::string script = "exec 7>" + sharing.path() + "/other; out=$(" + words + " 2>&1) && flock -n " + lock +
                               words + " && flock -n " + lock + " true && echo \"done$out\"";
    const Outcome outcome = run({.arguments = {"sh", "-c", script}, .environment = sharing.environment()});
    CHECK(outcome.status == 0);
    CHECK(outcome.output == "done\n");
    const std::string process = "/proc/" + std::to_string(sharing.keeper().process);
    CHECK(std::filesystem::read_symlink(process + "/cwd") == "/");
    std::size_t open = 0;
    for (const auto& entry : std::filesystem::directory_iterator(process + "/fd")) {
        const std::string file = std::filesystem::read_symlink(entry.path()).string();
        const int number = std::stoi(entry.path().filename().string());
        CAPTURE(file);
        if (number <= 2) CHECK(file == "/dev/null");
        CHECK_FALSE(contains(file, "/other"));
        CHECK_FALSE(contains(file, "pts"));
        ++open;
    }
    CHECK(open < 20);
}

TEST_CASE("a keeper ends some time after the last call, and says goodbye") {
    Mosquitto broker;
    const Sharing sharing;
    REQUIRE(sharing.publish(broker, {"-t", "a", "-m", "x"}, "--share=0.5").status == 0);
    broker.wait_for_log(" disconnected.\n");
    const auto left = sharing.keepers();
    for (const KeeperStatus& one : left)
        CHECK(has_ended(one.process));
    CHECK(std::ranges::distance(std::filesystem::directory_iterator(sharing.path() + "/mqtts")) == 1);  // the key
    CHECK(sharing.publish(broker, {"-t", "a", "-m", "x"}, "--share=60").status == 0);
    CHECK(connections(broker) == 2);
}

TEST_CASE("--share=0 ends the keeper of the same settings, and no other") {
    const Mosquitto broker;
    const Sharing sharing;
    CHECK(sharing.publish(broker, {}, "--share=0").status == 0);
    REQUIRE(sharing.publish(broker, {"-t", "a", "-m", "x", "-i", "one"}).status == 0);
    REQUIRE(sharing.publish(broker, {"-t", "a", "-m", "x", "-i", "two"}).status == 0);
    CHECK(sharing.keepers().size() == 2);
    CHECK(sharing.publish(broker, {"-i", "one"}, "--share=0").status == 0);
    const KeeperStatus other = sharing.keeper();
    CHECK(other.broker == "localhost:" + std::to_string(broker.port()));
    const Outcome text = run({.arguments = mqtts_pub({"--share-status"}), .environment = sharing.environment()});
    CHECK(text.status == 0);
    CHECK(text.output.starts_with("localhost:" + std::to_string(broker.port()) + ": process " +
                                  std::to_string(other.process) + ", connected for "));
    CHECK(sharing.publish(broker, {"-i", "two"}, "--share=0").status == 0);
    CHECK(sharing.keepers().empty());
    CHECK(run({.arguments = mqtts_pub({"--share-status"}), .environment = sharing.environment()}).output == "");
}

TEST_CASE("what cannot be shared has its own connection, and -d says why") {
    const Mosquitto broker;
    const Sharing sharing;
    const std::string large = broker.directory().write("large", std::string(60'000, 'x'));
    const std::pair<Words, std::string> cases[] = {
        {{"-t", "a", "-l"}, "many messages"},
        {{"-t", "a", "-s"}, "standard input"},
        {{"-t", "a", "-f", large}, "no small regular file"},
        {{"-t", "a", "-m", "x", "-c", "-i", "c"}, "-c has a session of its own"},
        {{"-t", "a", "-m", "x", "--will-topic", "w"}, "Will Message"},
        {{"-t", "a", "-m", "x", "--repeat", "2"}, "--repeat"},
        {{"-t", "a", "-m", "x", "--tls-report"}, "--tls-report"},
    };
    for (const auto& [options, reason] : cases) {
        Command command = sharing.call(broker, with(options, {"-d"}));
        command.input = Text{"line\n"};
        const Outcome outcome = run(command);
        CAPTURE(outcome.error);
        CHECK(outcome.status == 0);
        CHECK(contains(outcome.error, "this run has a connection of its own: "));
        CHECK(contains(outcome.error, reason));
        CHECK(sharing.keepers().empty());
    }
}
