// SPDX-License-Identifier: Apache-2.0
#include "cli_command_line.hpp"

using namespace mqtts;
using namespace mqtts::test;
using cli::Command;
using cli::Settings;
using cli::Source;
using namespace std::chrono_literals;

TEST_CASE("without options the defaults of --help are in force") {
    const Settings s = publish({"-t", "a", "-n"});
    CHECK(s.action == cli::Action::run);
    CHECK(s.client.endpoints.at(0).host == "localhost");
    CHECK(s.client.endpoints.at(0).port == 8883);
    CHECK(s.tls.verify);
    CHECK(s.client.session.version == wire::ProtocolVersion::v5);
    CHECK_FALSE(s.client.version_pinned);
    CHECK(s.client.session.keep_alive == 60);
    CHECK(s.client.session.clean_start);
    CHECK(s.client.session.send_window == 0);
    CHECK(s.client.session.client_identifier.empty());
    CHECK_FALSE(s.client.session.user_name);
    CHECK_FALSE(s.client.session.password);
    CHECK(s.client.patience.connect_timeout == 10s);
    CHECK_FALSE(s.timeout);
    CHECK(s.publish.message.qos == wire::Qos::at_most_once);
    CHECK_FALSE(s.publish.message.retain);
    CHECK(s.publish.framing.maximum_message_size == 268'435'455);
    CHECK(s.diagnosis.log_level == Log::Level::normal);

    const Settings sub = subscribe({"-t", "a"});
    CHECK_FALSE(sub.subscribe.print.format.verbose);
    CHECK(sub.subscribe.print.format.end_of_line);
    CHECK_FALSE(sub.subscribe.print.skip_retained);
    CHECK(sub.subscribe.print.count == 0);
    CHECK(sub.client.session.receive_maximum == 65535);
}

TEST_CASE("an element after an option is its value, whatever it looks like") {
    CHECK(publish({"-t", "a", "-m", "-5"}).publish.text == "-5");
    CHECK(publish({"-t", "a", "-m", ""}).publish.text.empty());
    CHECK(publish({"-t", "a", "-m", ""}).publish.source == Source::message);
    CHECK(publish({"-t", "-x", "-n"}).publish.message.topic_name == "-x");
    CHECK(publish({"-t", "--", "-n"}).publish.message.topic_name == "--");
    CHECK(publish({"-t", "--topic", "-n"}).publish.message.topic_name == "--topic");
    CHECK(publish({"--topic", "-t", "--message", "--help"}).publish.text == "--help");
    CHECK(publish({"--topic", "a", "--message", ""}).publish.source == Source::message);
    CHECK(publish({"-t", "a", "-m", "=x"}).publish.text == "=x");
}

TEST_CASE("values attached with = or to the letter") {
    CHECK(publish({"--topic=a/b", "-n"}).publish.message.topic_name == "a/b");
    CHECK(publish({"--topic=a=b", "-n"}).publish.message.topic_name == "a=b");
    CHECK(publish({"-ta", "--message="}).publish.source == Source::message);
    CHECK(publish({"-ta/b", "-mhello world"}).publish.text == "hello world");
    CHECK(publish({"-ta", "-m-5"}).publish.text == "-5");
    CHECK(publish({"-t=a", "-n"}).publish.message.topic_name == "=a");
    CHECK(publish({"-p8884", "-t", "a", "-n"}).client.endpoints.at(0).port == 8884);
}

TEST_CASE("letters stand together, the last one may take a value") {
    const Settings all = subscribe({"-vN", "-RvNdt", "-x"});
    CHECK(all.subscribe.print.format.verbose);
    CHECK_FALSE(all.subscribe.print.format.end_of_line);
    CHECK(all.subscribe.print.skip_retained);
    CHECK(all.diagnosis.log_level == Log::Level::debug);
    CHECK(all.client.subscriptions.at(0).topic_filter == "-x");
    CHECK(subscribe({"-vta/#"}).client.subscriptions.at(0).topic_filter == "a/#");
    CHECK(publish({"-rnt", "a"}).publish.message.retain);
}

TEST_CASE("the last value counts; -t of mqtts-sub collects") {
    CHECK(publish({"-t", "a", "-t", "b", "-n"}).publish.message.topic_name == "b");
    CHECK(publish({"-t", "a", "-n", "-q", "2", "-q", "1"}).publish.message.qos == wire::Qos::at_least_once);
    const auto subscriptions = subscribe({"-t", "a", "-t", "b/#", "-q", "2"}).client.subscriptions;
    REQUIRE(subscriptions.size() == 2);
    CHECK(subscriptions[0].topic_filter == "a");
    CHECK(subscriptions[1].topic_filter == "b/#");
    CHECK(subscriptions[0].qos == wire::Qos::exactly_once);
    CHECK(subscriptions[1].qos == wire::Qos::exactly_once);
}

TEST_CASE("every option of both programs arrives where it belongs") {
    for (const Command command : {Command::publish, Command::subscribe}) {
        const Settings s = settings(command, {"-h",
                                              "broker",
                                              "-p",
                                              "1",
                                              "-u",
                                              "me",
                                              "-P",
                                              "secret",
                                              "-V",
                                              "mqttv5",
                                              "-k",
                                              "5",
                                              "-i",
                                              "id",
                                              "-c",
                                              "-x",
                                              "0x10",
                                              "-M",
                                              "7",
                                              "-W",
                                              "0.25",
                                              "-d",
                                              "--quiet",
                                              "-t",
                                              "a",
                                              "-q",
                                              "1",
                                              "--connect-timeout",
                                              "1.5",
                                              "--cafile",
                                              "ca",
                                              "--capath",
                                              "cas",
                                              "--cert",
                                              "crt",
                                              "--key",
                                              "key",
                                              "--insecure",
                                              command == Command::publish ? "-n" : "-v"});
        CHECK(s.client.endpoints.at(0).host == "broker");
        CHECK(s.client.endpoints.at(0).port == 1);
        CHECK(s.client.session.user_name == "me");
        CHECK(s.client.session.password == "secret");
        CHECK(s.client.session.version == wire::ProtocolVersion::v5);
        CHECK(s.client.version_pinned);
        CHECK(s.client.session.keep_alive == 5);
        CHECK(s.client.session.client_identifier == "id");
        CHECK_FALSE(s.client.session.clean_start);
        CHECK(s.client.session.session_expiry_interval == 16);
        CHECK(s.client.session.send_window == 7);
        CHECK(s.timeout == 250ms);
        CHECK(s.diagnosis.log_level == Log::Level::debug);  // --quiet as well: what was asked for is shown
        CHECK(s.client.patience.connect_timeout == 1500ms);
        CHECK(s.tls.ca_file == "ca");
        CHECK(s.tls.ca_path == "cas");
        CHECK(s.tls.certificate_file == "crt");
        CHECK(s.tls.key_file == "key");
        CHECK_FALSE(s.tls.verify);
    }
}

TEST_CASE("how much is told: -d more, --quiet less, wherever they stand") {
    CHECK(publish({"-t", "a", "-n", "--quiet"}).diagnosis.log_level == Log::Level::quiet);
    CHECK(subscribe({"-t", "a", "--quiet"}).diagnosis.log_level == Log::Level::quiet);
    CHECK(publish({"-t", "a", "-n", "-d"}).diagnosis.log_level == Log::Level::debug);
    CHECK(publish({"-t", "a", "-n", "-d", "--quiet"}).diagnosis.log_level == Log::Level::debug);
    CHECK(publish({"-t", "a", "-n", "--quiet", "-d"}).diagnosis.log_level == Log::Level::debug);
}

TEST_CASE("the sources of mqtts-pub") {
    CHECK(publish({"-t", "a", "-m", "x"}).publish.source == Source::message);
    CHECK(publish({"-t", "a", "-f", "x"}).publish.source == Source::file);
    CHECK(publish({"-t", "a", "-f", "x"}).publish.text == "x");
    CHECK(publish({"-t", "a", "-s"}).publish.source == Source::whole_stdin);
    CHECK(publish({"-t", "a", "-l"}).publish.source == Source::lines);
    CHECK(publish({"-t", "a", "-n"}).publish.source == Source::null);
    CHECK(publish({"-t", "a", "-n", "--max-message-size", "1"}).publish.framing.maximum_message_size == 1);
}

TEST_CASE("versions of MQTT by number and by mosquitto's names") {
    using wire::ProtocolVersion;
    const auto version = [](const char* text) { return publish({"-t", "a", "-n", "-V", text}).client.session.version; };
    CHECK(version("5") == ProtocolVersion::v5);
    CHECK(version("mqttv5") == ProtocolVersion::v5);
    CHECK(version("311") == ProtocolVersion::v311);
    CHECK(version("mqttv311") == ProtocolVersion::v311);
    CHECK(version("31") == ProtocolVersion::v31);
    CHECK(version("mqttv31") == ProtocolVersion::v31);
    CHECK(publish({"-t", "a", "-n", "-V", "5"}).client.version_pinned);
}

TEST_CASE("--help and --version need nothing else, and the first of them wins over all other options") {
    CHECK(publish({"--help"}).action == cli::Action::show_help);
    CHECK(subscribe({"--version"}).action == cli::Action::show_version);
    CHECK(publish({"--version=json"}).action == cli::Action::show_version_json);
    CHECK(subscribe({"--version", "--help", "-q", "9"}).action == cli::Action::show_version);
    CHECK(subscribe({"-q", "9", "--help"}).action == cli::Action::show_help);
    CHECK(subscribe({"--help=all"}).action == cli::Action::show_all_help);
    CHECK(subscribe_refusal({"--help=most"}) == "--help takes no value other than all; give --help or --help=all");
    CHECK(subscribe_refusal({"--version=all"}) ==
          "--version takes no value other than json; give --version or --version=json");
}

TEST_CASE("a password is wiped from argv, however it was given") {
    const std::string wiped(6, '\0');
    const auto after = [](std::initializer_list<std::string> arguments) {
        CommandLine line(Command::publish, arguments);
        const auto parsed = line.parse();
        if (parsed && parsed->client.session.password) CHECK(*parsed->client.session.password == "secret");
        return line.arguments();
    };
    using Arguments = std::vector<std::string>;
    CHECK(after({"-t", "a", "-n", "-P", "secret"}) == Arguments{"-t", "a", "-n", "-P", wiped});
    CHECK(after({"--pw", "secret", "-t", "a", "-n"}) == Arguments{"--pw", wiped, "-t", "a", "-n"});
    CHECK(after({"-Psecret", "-t", "a", "-n"}) == Arguments{"-P" + wiped, "-t", "a", "-n"});
    CHECK(after({"-rPsecret", "-t", "a", "-n"}) == Arguments{"-rP" + wiped, "-t", "a", "-n"});
    CHECK(after({"-rP", "secret", "-t", "a", "-n"}) == Arguments{"-rP", wiped, "-t", "a", "-n"});
    CHECK(after({"--pw=secret", "-t", "a", "-n"}) == Arguments{"--pw=" + wiped, "-t", "a", "-n"});
    CHECK(after({"-P", "first!", "-P", "secret", "-t", "a", "-n"}) ==
          Arguments{"-P", wiped, "-P", wiped, "-t", "a", "-n"});
    CHECK(after({"--key-pass", "secret", "-t", "a", "-n"}) == Arguments{"--key-pass", wiped, "-t", "a", "-n"});
    SUBCASE("also when the command line is refused") {
        CHECK(after({"-P", "secret", "--unknown"}) == Arguments{"-P", wiped, "--unknown"});
        CHECK(after({"-P", "secret", "-q", "x"}) == Arguments{"-P", wiped, "-q", "x"});
    }
    SUBCASE("nothing else is") {
        CHECK(after({"-t", "-P", "-m", "secret"}) == Arguments{"-t", "-P", "-m", "secret"});
    }
}

TEST_CASE("a process without any argv element") {
    char* none[] = {nullptr};
    const auto parsed = cli::parse(Command::publish, 0, none);
    REQUIRE(parsed.has_error());
    CHECK(one_line(parsed.error()) == "no topic to publish to; give a topic with -t");
}

TEST_CASE("-- ends the options, and what follows is a command with all its own") {
    const Settings settings = subscribe({"-t", "a", "--", "make", "-t", "--", ""});
    CHECK(settings.subscribe.child_command == std::vector<std::string>{"make", "-t", "--", ""});
    CHECK(settings.client.subscriptions.size() == 1);
    CHECK(subscribe({"-t", "--"}).subscribe.child_command.empty());
}
