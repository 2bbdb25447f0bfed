// SPDX-License-Identifier: Apache-2.0
// The commands that handle messages: --exec, --on, and what belongs to them.
#include <fmt/format.h>

#include "base/joined.hpp"
#include "cli/resolve/commands.hpp"
#include "cli_command_line.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using namespace mqtts::test;
using namespace std::chrono_literals;
using cli::Command;
using cli::Settings;
using command::OnFailure;

namespace {

/// "COMMAND: a b; 1 2": the command, its topic filters and Subscription Identifiers, of each rule.
std::vector<std::string> rules(const Settings& settings) {
    std::vector<std::string> texts;
    for (const command::Rule& rule : settings.subscribe.commands.rules) {
        std::string text = rule.command + ":";
        for (const std::string& topic_filter : rule.topic_filters)
            text += " " + topic_filter;
        if (!rule.subscription_identifiers.empty()) text += ";";
        for (const std::uint32_t identifier : rule.subscription_identifiers)
            text += fmt::format(" {}", identifier);
        texts.push_back(text);
    }
    return texts;
}

/// "a qos1 2": a topic filter, its QoS and its Subscription Identifier, of each subscription.
std::vector<std::string> subscriptions(const Settings& settings) {
    std::vector<std::string> texts;
    for (const session::SubscriptionSettings& one : settings.client.subscriptions)
        texts.push_back(
            fmt::format("{} qos{} {}", one.topic_filter, static_cast<unsigned>(one.qos), one.subscription_identifier));
    return texts;
}

using Texts = std::vector<std::string>;

/// What a command line is answered that has --exec and these words.
std::string exec_refusal(std::vector<std::string> words) {
    words.insert(words.begin(), {"-t", "a", "--exec", "cat"});
    const auto parsed = CommandLine(Command::subscribe, words).parse();
    REQUIRE_MESSAGE(parsed.has_error(), words.back());
    CHECK(exit_status(parsed.error().code) == 2);
    return one_line(parsed.error());
}

std::uint16_t receive_maximum(std::initializer_list<std::string> words) {
    std::vector<std::string> all{"-t", "a", "-q", "1", "--exec", "cat"};
    all.insert(all.end(), words.begin(), words.end());
    const auto parsed = CommandLine(Command::subscribe, all).parse();
    REQUIRE_MESSAGE(parsed.has_value(), parsed.error().cause);
    return parsed->client.session.receive_maximum;
}

Texts warnings(std::initializer_list<std::string> words) {
    Texts told;
    for (const cli::Remark& warning : subscribe(words).warnings)
        told.push_back(warning.cause);
    return told;
}

}  // namespace

TEST_CASE("without --exec and --on no command runs") {
    const Settings s = subscribe({"-t", "a"});
    CHECK(s.subscribe.commands.rules.empty());
    CHECK(s.client.session.receive_maximum == 65535);
}

TEST_CASE("--exec runs its command for the messages of each subscription, which need no identifiers") {
    const Settings s = subscribe({"-t", "a/#", "--exec", "./job \"$MQTT_TOPIC\"", "--subscribe", "b", "qos=1"});
    CHECK(rules(s) == Texts{"./job \"$MQTT_TOPIC\": a/# b"});
    CHECK(subscriptions(s) == Texts{"a/# qos0 0", "b qos1 0"});
    const command::Settings& commands = s.subscribe.commands;
    CHECK(commands.on_failure == OnFailure::end);
    CHECK(commands.retries == 5);
    CHECK_FALSE(commands.timeout);
    CHECK(commands.jobs == 1);
    CHECK_FALSE(commands.reply);
    CHECK_FALSE(commands.reply_failure);
    CHECK(s.client.open_ended);
}

TEST_CASE("the topic of a URL counts as one of -t") {
    CHECK(rules(subscribe({"-L", "mqtts://h/a/b", "--exec", "cat"})) == Texts{"cat: a/b"});
}

TEST_CASE("--on subscribes to its filter, with the options of all subscriptions and its own identifier") {
    const Settings s = subscribe({"--on", "a/+", "one", "-q", "2", "--no-local", "--on", "b", "two words"});
    CHECK(rules(s) == Texts{"one: a/+; 1", "two words: b; 2"});
    CHECK(subscriptions(s) == Texts{"a/+ qos2 1", "b qos2 2"});
    CHECK(s.client.subscriptions.front().no_local);
    CHECK(s.client.session.session_expiry_interval == 3600);  // to survive a lost connection, as QoS > 0 is
}

TEST_CASE("the filters of --exec share an identifier, and those of --on each have their own") {
    const Settings s = subscribe({"--on", "x", "first", "-t", "a", "--exec", "all", "-t", "b", "--on", "y", "last"});
    CHECK(rules(s) == Texts{"first: x; 1", "all: a b; 3", "last: y; 2"});
    CHECK(subscriptions(s) == Texts{"a qos0 3", "b qos0 3", "x qos0 1", "y qos0 2"});
}

TEST_CASE("a filter that is given twice is one subscription, whose messages run both commands") {
    const Settings twice = subscribe({"--on", "a", "one", "--on", "a", "two"});
    CHECK(rules(twice) == Texts{"one: a; 1", "two: a; 1"});
    CHECK(subscriptions(twice) == Texts{"a qos0 1"});
    const Settings both = subscribe({"-t", "b", "--subscribe", "a", "qos=2", "--exec", "all", "--on", "a", "one"});
    CHECK(rules(both) == Texts{"all: b a; 2 1", "one: a; 1"});
    CHECK(subscriptions(both) == Texts{"b qos0 2", "a qos2 1"});
}

TEST_CASE("what follows a failure") {
    const auto commands = [](const std::string& what) {
        return subscribe({"-t", "a", "--exec", "cat", "--exec-failure", what}).subscribe.commands;
    };
    CHECK(commands("end").on_failure == OnFailure::end);
    CHECK(commands("continue").on_failure == OnFailure::go_on);
    CHECK(commands("retry").on_failure == OnFailure::retry);
    CHECK(commands("retry").retries == 5);
    CHECK(commands("retry=1").on_failure == OnFailure::retry);
    CHECK(commands("retry=1").retries == 1);
    CHECK(subscribe({"-t", "a", "--exec", "x", "--exec-failure", "retry=9", "--exec-failure", "retry"})
              .subscribe.commands.retries == 5);
    CHECK(exec_refusal({"--exec-failure", "ignore"}) ==
          "--exec-failure: unknown value 'ignore'; give end, continue or retry");
    CHECK(exec_refusal({"--exec-failure", ""}) == "--exec-failure: unknown value ''; give end, continue or retry");
    for (const char* wrong : {"retry=0", "retry=", "retry=-1", "retry=x", "retry=1.5", "retry=4294967296"})
        CHECK(exec_refusal({"--exec-failure", wrong}).find(" is not a number from 1 to 4294967295") !=
              std::string::npos);
}

TEST_CASE("the time of a command, and how many run at once") {
    const command::Settings s =
        subscribe({"-t", "a", "--exec", "cat", "--exec-timeout", "1.5", "--jobs", "8"}).subscribe.commands;
    CHECK(s.timeout == 1500ms);
    CHECK(s.jobs == 8);
    CHECK_FALSE(s.acknowledges_first);
    CHECK(subscribe({"-t", "a", "--exec", "cat", "--jobs", "1024"}).subscribe.commands.jobs == 1024);
    CHECK(subscribe({"-t", "a", "--exec", "cat"}).subscribe.commands.acknowledges_first);
    CHECK(subscribe({"-t", "a", "-q", "2", "--exec", "cat", "--jobs", "8", "--state", "file"})
              .subscribe.commands.acknowledges_first);
    for (const char* wrong : {"0", "1025", "-1", "x", ""})
        CHECK(exec_refusal({"--jobs", wrong}).find(" is not a number from 1 to 1024") != std::string::npos);
    for (const char* wrong : {"0", "-1", "x", ""})
        CHECK(exec_refusal({"--exec-timeout", wrong}).starts_with("--exec-timeout: "));
}

TEST_CASE("replies pin MQTT 5, and the version is told when the broker does not speak it") {
    const Settings s = subscribe({"-t", "a", "--exec", "date", "--reply", "--reply-failure"});
    CHECK(s.subscribe.commands.reply);
    CHECK(s.subscribe.commands.reply_failure);
    CHECK(s.client.version_pinned);
    CHECK(s.client.needs_version_5 == "--reply");
    CHECK(exec_refusal({"--reply", "-V", "311"}) ==
          "--reply contradicts -V 311: only MQTT 5 tells where to reply; leave out -V");
    CHECK(exec_refusal({"--reply", "--reply-failure", "-V", "31"}) ==
          "--reply contradicts -V 31: only MQTT 5 tells where to reply; leave out -V");
    CHECK(exec_refusal({"--reply-failure"}) == "--reply-failure needs replies; give --reply too");
}

TEST_CASE("the broker sends one message more than are handled, -M raises that, and -C and -D limit it") {
    CHECK(receive_maximum({}) == 2);
    CHECK(receive_maximum({"--jobs", "1"}) == 2);
    CHECK(receive_maximum({"--jobs", "1024"}) == 1025);
    CHECK(receive_maximum({"--jobs", "4", "-M", "100"}) == 100);
    CHECK(receive_maximum({"--jobs", "4", "-M", "65535"}) == 65535);
    CHECK(receive_maximum({"--jobs", "4", "-M", "3"}) == 5);
    CHECK(receive_maximum({"--jobs", "4", "-C", "3"}) == 5);
    CHECK(receive_maximum({"-C", "1"}) == 2);
    CHECK(receive_maximum({"--jobs", "4", "-C", "1000"}) == 5);
    CHECK(receive_maximum({"--jobs", "4", "-D", "connect", "receive-maximum", "9"}) == 9);
    CHECK(subscribe({"-t", "a", "--exec", "cat", "-M", "9"}).client.session.send_window == 0);
    CHECK(subscribe({"-t", "a", "-M", "9"}).client.session.receive_maximum == 65535);
}

TEST_CASE("-M has an effect beside commands only if it raises something") {
    CHECK(warnings({"-t", "a", "--exec", "cat", "--jobs", "4", "-M", "6"}).empty());
    CHECK(warnings({"-t", "a", "--exec", "cat", "--jobs", "4", "-M", "4"}) ==
          Texts{"-M has no effect: --jobs lets the broker send more"});
    CHECK(warnings({"-t", "a", "--exec", "cat", "-M", "9", "-V", "311"}) ==
          Texts{"-M has no effect: before MQTT 5 there is no Receive Maximum"});
}

TEST_CASE("options of subscriptions have an effect on those of --on") {
    CHECK(warnings(
              {"--on", "a", "cat", "--no-local", "--retain-as-published", "-D", "subscribe", "user-property", "k", "v"})
              .empty());
    CHECK(warnings({"--subscribe", "b", "qos=1", "--exec", "x", "--on", "a", "cat", "-q", "1"}).empty());
    CHECK(warnings({"--subscribe", "a", "qos=1", "--exec", "x", "--on", "a", "cat", "-q", "1"}) ==
          Texts{"-q has no effect: each --subscribe has its own QoS"});
    CHECK(subscribe_refusal({"--on", "$share/g/a", "cat", "--no-local"}) ==
          "no-local is not allowed for the shared subscription '$share/g/a'; leave out no-local");
}

TEST_CASE("before MQTT 5 the topic must tell which command a message is for") {
    const auto old = [](std::vector<std::string> words, const std::string& version = "311") {
        words.insert(words.end(), {"-V", version});
        return CommandLine(Command::subscribe, words).parse();
    };
    const auto distinct = old({"--on", "a/+", "one", "-t", "b/#", "--exec", "all", "-t", "b/c", "--on", "a", "two"});
    REQUIRE_MESSAGE(distinct.has_value(), distinct.error().cause);
    CHECK(rules(*distinct) == Texts{"one: a/+", "all: b/# b/c", "two: a"});
    CHECK(subscriptions(*distinct) == Texts{"b/# qos0 0", "b/c qos0 0", "a/+ qos0 0", "a qos0 0"});
    REQUIRE(old({"--on", "a", "one", "--on", "a", "two"}).has_value());

    const auto refused = [&](std::vector<std::string> words, const std::string& version = "311") {
        const auto parsed = old(std::move(words), version);
        REQUIRE(parsed.has_error());
        CHECK(parsed.error().code == Errc::bad_option);
        CHECK(parsed.error().about == Texts{"--on", "-V"});
        return one_line(parsed.error());
    };
    CHECK(refused({"--on", "a/+", "one", "--on", "$share/g/a/b", "two"}) ==
          "--on contradicts -V 311: a message may match 'a/+' and '$share/g/a/b', and only MQTT 5 tells which command "
          "it is for; leave out -V, or give filters that do not overlap");
    CHECK(refused({"--on", "a", "one", "-t", "#", "--exec", "all"}, "31") ==
          "--on contradicts -V 31: a message may match '#' and 'a', and only MQTT 5 tells which command it is for; "
          "leave out -V, or give filters that do not overlap");
    refused({"--on", "a", "one", "-t", "a", "-t", "a/#", "--exec", "all"});
}

TEST_CASE("each subscription has a command, and each command messages") {
    CHECK(subscribe_refusal({"--exec", "cat"}) == "no topic to subscribe to; give at least one topic with -t");
    CHECK(subscribe_refusal({"--exec", "cat", "-U", "a"}) ==
          "no topic to subscribe to; give at least one topic with -t");
    CHECK(subscribe_refusal({"--exec", "cat", "--on", "a", "x"}) ==
          "--exec handles the messages of -t, and --on those of its own filter; give -t, or leave out --exec");
    CHECK(subscribe_refusal({"-t", "b", "--on", "a", "x"}) ==
          "no command handles the messages of 'b': -t needs --exec beside --on; give --exec COMMAND");
    CHECK(exec_refusal({"--exec", "cat"}) ==
          "--exec is given twice, and takes one command; give --on FILTER COMMAND for a topic filter with a command of "
          "its own");
    CHECK(exec_refusal({"--exec", ""}) == "--exec: must not be empty");
    CHECK(subscribe_refusal({"--on", "a", ""}) == "--on: the command must not be empty");
    CHECK(subscribe_refusal({"--on", "a/#/b", "x"}).starts_with("--on: 'a/#/b' is not a topic filter"));
    CHECK(
        exec_refusal({"--on", "b", "x", "-D", "subscribe", "subscription-identifier", "7"}) ==
        "-D subscribe subscription-identifier is for all subscriptions, and --on needs one for each filter; leave out "
        "-D subscribe subscription-identifier");
    CHECK(subscribe({"-t", "a", "--exec", "x", "-D", "subscribe", "subscription-identifier", "7"})
              .client.session.subscribe_properties.view()
              .find(wire::PropertyIdentifier::subscription_identifier)
              .has_value());
}

TEST_CASE("what belongs to a command needs one") {
    const std::vector<std::vector<std::string>> rows = {
        {"--exec-failure", "end"}, {"--exec-timeout", "1"}, {"--jobs", "1"}, {"--reply"}, {"--reply-failure"},
    };
    for (std::vector<std::string> words : rows) {
        const std::string option = words.front();
        words.insert(words.end(), {"-t", "a"});
        const auto parsed = CommandLine(Command::subscribe, words).parse();
        REQUIRE_MESSAGE(parsed.has_error(), option);
        CHECK(one_line(parsed.error()) == option + " needs a command for each message; give --exec or --on");
        CHECK(parsed.error().about == Texts{option, "--exec", "--on"});
    }
}

TEST_CASE("a command takes the message, so that nothing prints it") {
    const std::vector<std::vector<std::string>> rows = {
        {"-F", "%p"}, {"-v"}, {"-N"}, {"--output", "json"}, {"--pretty"}, {"--raw"}, {"-w"}, {"--message-rate"},
    };
    for (const std::vector<std::string>& words : rows)
        CHECK(exec_refusal(words) ==
              fmt::format("{0} is for printed messages, and --exec prints none; give only one of {0} and --exec",
                          words.front()));
    CHECK(subscribe_refusal({"--on", "a", "cat", "-v"}) ==
          "-v is for printed messages, and --on prints none; give only one of -v and --on");
    for (const bool on_first : {false, true}) {
        std::vector<std::string> words = {"-v", "-t", "a", "--exec", "cat"};
        const std::vector<std::string> on = {"--on", "b", "cat"};
        words.insert(on_first ? words.begin() : words.end(), on.begin(), on.end());
        const auto parsed = CommandLine(Command::subscribe, words).parse();
        REQUIRE(parsed.has_error());
        CHECK(parsed.error().about == Texts{"-v", "--exec"});
    }
    CHECK(exec_refusal({"--ack", "fsync"}) ==
          "--ack fsync waits for the disk, and --exec waits for its command; give only one of --ack and --exec");
    CHECK(exec_refusal({"--remove-retained"}) ==
          "--remove-retained removes messages that it has printed, and --exec prints none; give only one of "
          "--remove-retained and --exec");
}

TEST_CASE("which messages count and when a run ends is as without a command") {
    const auto parsed =
        CommandLine(Command::subscribe, {"-t", "a", "--exec", "cat", "-C", "3", "-W", "9", "--until", "x", "--idle",
                                         "2", "-R", "-T", "b", "--random-filter", "50", "--ready-file", "f"})
            .parse();
    REQUIRE_MESSAGE(parsed.has_value(), parsed.error().cause);
    CHECK(parsed->warnings.empty());
    CHECK(parsed->subscribe.print.count == 3);
    CHECK(parsed->subscribe.print.skip_retained);
    CHECK_FALSE(parsed->client.open_ended);
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"--exit-when-retained-done"},
                                                                                       {"--retained-only"},
                                                                                       {"--expect-none", "--idle", "1"},
                                                                                       {"--background"},
                                                                                       {"-q", "2", "--state", "f"},
                                                                                       {"--", "make", "test"},
                                                                                       {"--ack", "write"},
                                                                                       {"-c", "-i", "x", "-q", "1"}}) {
        std::vector<std::string> all{"-t", "a", "--exec", "cat"};
        all.insert(all.end(), words.begin(), words.end());
        const auto allowed = CommandLine(Command::subscribe, all).parse();
        CHECK_MESSAGE(allowed.has_value(), words.front());
    }
    CHECK(subscribe({"--on", "a", "x", "-q", "2", "--state", "f"}).subscribe.state == "f");
    CHECK(subscribe_refusal({"--on", "a", "x", "--state", "f"}) ==
          "--state needs acknowledgements, and QoS 0 has none; give -q 2");
}

TEST_CASE("a check runs no command for a message") {
    const Settings s = subscribe({"--check", "-t", "a", "--exec", "cat", "--on", "b", "x", "--reply", "-v"});
    CHECK(s.subscribe.commands.rules.empty());
    CHECK(s.client.subscriptions.empty());
    CHECK(s.client.session.receive_maximum == 65535);
    CHECK_FALSE(s.client.version_pinned);
}

TEST_CASE("a configuration file has commands, and their places are told") {
    const TemporaryDirectory directory;
    const std::string file = directory.write("options",
                                             "-t a\n--exec ./job \"$MQTT_TOPIC\" 'x y'\n--jobs 4\n"
                                             "--on b/+ 'echo \"$MQTT_LEVEL_2\"'\n--on c cat\n--exec-failure retry=2\n");
    const Settings s = subscribe({"-o", file});
    CHECK(rules(s) == Texts{"./job \"$MQTT_TOPIC\" 'x y': a; 3", "echo \"$MQTT_LEVEL_2\": b/+; 1", "cat: c; 2"});
    CHECK(s.subscribe.commands.jobs == 4);
    CHECK(s.subscribe.commands.retries == 2);
    CHECK(subscribe_refusal({"-o", file, "--exec", "cat"}) ==
          "--exec is given twice, and takes one command (--exec: " + file +
              ": line 2); give --on FILTER COMMAND for a topic filter with a command of its own");
    const std::string wrong = directory.write("wrong", "-t a\n--on b echo hello\n");
    CHECK(subscribe_refusal({"-o", wrong}) ==
          wrong + ": line 2: --on: 2 words are needed, and there are 3; give --on FILTER COMMAND");
}

TEST_CASE("mqtts-pub has no commands") {
    for (const char* option : {"--exec", "--on", "--exec-failure", "--exec-timeout", "--jobs", "--reply"})
        CHECK(publish_refusal({"-t", "a", "-n", option, "x", "y"}).starts_with("unknown option "));
}
