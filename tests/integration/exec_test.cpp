// SPDX-License-Identifier: Apache-2.0
// mqtts-sub --exec: a command for each message, which finds the payload in its standard input, the facts in its
// environment, and nothing else of ours.
#include <doctest/doctest.h>

#include <sstream>

#include "integration/commands.hpp"
#include "support/scripted_broker.hpp"

namespace {

using namespace mqtts::test;
using namespace std::string_literals;
using mqtts::wire::PropertyIdentifier;
using mqtts::wire::PropertyWriter;
using mqtts::wire::Publish;

/// mqtts-sub that runs this command for the first message, with what was published before.
Outcome run_for_retained(const Mosquitto& broker, const std::string& command, const Words& environment = {}) {
    return run({.arguments = mqtts_sub(broker, {"-t", "kept/#", "-q", "2", "-C", "1", "--exec", command}),
                .environment = environment});
}

/// What MQTT_… variables the command has, in order, separated by newlines.
const std::string show_variables = "env | grep '^MQTT_' | LC_ALL=C sort";

/// A subscriber at a broker that sends it this one message of QoS 0.
Outcome run_for_one(const Publish& message, const std::string& command, const Words& environment = {}) {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "#", "-C", "1", "--exec", command})),
                        .environment = environment});
    broker.accept_subscriber();
    broker.send(message);
    CHECK(broker.receive().starts_with("DISCONNECT 0x00"));
    broker.close();
    return subscriber.wait();
}

}  // namespace

TEST_CASE("--exec: the payload is the command's standard input, byte for byte") {
    std::string every_byte;
    for (int byte = 0; byte < 256; ++byte)
        every_byte += static_cast<char>(byte);
    std::string large;
    while (large.size() < mebibyte)
        large += every_byte;
    for (const std::string& payload : {""s, "\0"s, "\n"s, "no newline"s, "two\nlines\n"s, every_byte, large}) {
        CAPTURE(payload.size());
        const Outcome outcome = run_for_one({.topic_name = "a", .payload = payload}, "cat");
        CHECK(outcome.status == 0);
        CHECK((outcome.output == payload));
        CHECK(outcome.error.empty());
    }
}

TEST_CASE("--exec: a command need not read its standard input") {
    const std::string large(4 * mebibyte, 'x');
    const Outcome outcome = run_for_one({.topic_name = "a", .payload = large}, "exec <&-; echo done");
    CHECK(outcome.status == 0);
    CHECK(outcome.output == "done\n");
    CHECK(outcome.error.empty());
}

TEST_CASE("--exec: the facts of a message are in the environment") {
    Mosquitto broker;
    const Words options{"-t",
                        "kept/room 1/ü",
                        "-q",
                        "1",
                        "-r",
                        "-m",
                        "12345",
                        "-D",
                        "publish",
                        "response-topic",
                        "answers/here",
                        "-D",
                        "publish",
                        "correlation-data",
                        "id?>1",
                        "-D",
                        "publish",
                        "content-type",
                        "text/plain; charset=utf-8",
                        "-D",
                        "publish",
                        "user-property",
                        "a",
                        "1",
                        "-D",
                        "publish",
                        "user-property",
                        "a",
                        "\"2\""};
    REQUIRE(run({.arguments = mqtts_pub(broker, options)}).status == 0);
    const Outcome outcome = run_for_retained(broker, show_variables);
    CHECK(outcome.status == 0);
    CHECK(outcome.output ==
          "MQTT_CONTENT_TYPE=text/plain; charset=utf-8\n"
          "MQTT_CORRELATION_DATA=aWQ/PjE=\n"
          "MQTT_DUP=0\n"
          "MQTT_LEVEL_1=kept\n"
          "MQTT_LEVEL_2=room 1\n"
          "MQTT_LEVEL_3=ü\n"
          "MQTT_PAYLOAD_LENGTH=5\n"
          "MQTT_QOS=1\n"
          "MQTT_RESPONSE_TOPIC=answers/here\n"
          "MQTT_RETAIN=1\n"
          "MQTT_TOPIC=kept/room 1/ü\n"
          R"(MQTT_USER_PROPERTIES=[{"a":"1"},{"a":"\"2\""}])"
          "\n");
}

TEST_CASE("--exec: a variable for which the message has nothing is unset, also one that we were given") {
    const Words given{"MQTT_RESPONSE_TOPIC=given",  "MQTT_CORRELATION_DATA=given", "MQTT_CONTENT_TYPE=given",
                      "MQTT_USER_PROPERTIES=given", "MQTT_LEVEL_2=given",          "MQTT_LEVEL_32=given",
                      "MQTT_TOPIC=given",           "MQTT_PAYLOAD_LENGTH=given"};
    const Outcome outcome = run_for_one({.topic_name = "a"}, show_variables, given);
    CHECK(outcome.status == 0);
    CHECK(outcome.output ==
          "MQTT_DUP=0\nMQTT_LEVEL_1=a\nMQTT_PAYLOAD_LENGTH=0\nMQTT_QOS=0\nMQTT_RETAIN=0\nMQTT_TOPIC=a\n");
    CHECK(run_for_one({.topic_name = "a", .payload = "x"}, "echo \"$OTHER\"", {"OTHER=kept"}).output == "kept\n");
}

TEST_CASE("--exec: MQTT_DUP, MQTT_RETAIN and MQTT_QOS are those of the message as it came") {
    ScriptedBroker broker;
    const std::string command = "echo $MQTT_QOS $MQTT_RETAIN $MQTT_DUP";
    Process subscriber(
        {.arguments = broker.arguments(mqtts_sub({"-t", "a", "-q", "2", "-C", "1", "--exec", command}))});
    broker.accept_client();
    CHECK(broker.receive().starts_with("SUBSCRIBE 1 "));
    broker.send(mqtts::wire::SubscriptionAnswer{.reason_codes = "\x02", .packet_identifier = 1});
    broker.send(Publish{
        .topic_name = "a", .packet_identifier = 3, .qos = mqtts::wire::Qos::exactly_once, .retain = true, .dup = true});
    CHECK(broker.receive() == "PUBREC 3");
    broker.send(mqtts::wire::Acknowledgement{.type = mqtts::wire::PacketType::pubrel, .packet_identifier = 3});
    CHECK(broker.receive() == "PUBCOMP 3");
    CHECK(broker.receive().starts_with("DISCONNECT 0x00"));
    broker.close();
    CHECK(subscriber.wait().output == "2 1 1\n");
}

TEST_CASE("--exec: MQTT_LEVEL_1 to MQTT_LEVEL_32 are the levels of the topic, empty ones too") {
    std::string topic = "1";
    for (int level = 2; level <= 40; ++level)
        topic += '/' + std::to_string(level);
    const std::string command = "echo $MQTT_LEVEL_1 $MQTT_LEVEL_31 $MQTT_LEVEL_32 ${MQTT_LEVEL_33-unset}";
    CHECK(run_for_one({.topic_name = topic}, command).output == "1 31 32 unset\n");
    const std::string empty =
        "echo ${MQTT_LEVEL_1-unset}.${MQTT_LEVEL_2-unset}.${MQTT_LEVEL_3-unset}."
        "${MQTT_LEVEL_4-unset}";
    CHECK(run_for_one({.topic_name = "/a/"}, empty).output == ".a..unset\n");
}

TEST_CASE("--exec: no topic, payload or property gets into the command's text") {
    const TemporaryDirectory directory;
    const std::string trace = directory.path() + "/trace";
    const std::string touch = "touch " + trace;
    const std::string command =
        "printf '%s|%s|%s|%s|' \"$MQTT_TOPIC\" \"$MQTT_LEVEL_1\" \"$MQTT_RESPONSE_TOPIC\" "
        "\"$MQTT_CONTENT_TYPE\"; cat";
    for (const std::string& text : {"$(" + touch + ")",
                                    "`" + touch + "`",
                                    "'; " + touch + "; '",
                                    "\"; " + touch + "; \"",
                                    "; " + touch + ";",
                                    "\n" + touch + "\n",
                                    "| " + touch,
                                    "& " + touch + " &",
                                    "$'\\n'" + touch,
                                    "-n"s,
                                    "--help"s,
                                    "-"s,
                                    "\\"s,
                                    "${IFS}"s,
                                    "%s%n"s,
                                    "> " + trace,
                                    "a=b c"s,
                                    "MQTT_TOPIC=x"s,
                                    "*"s,
                                    "~"s,
                                    "!!"s}) {
        CAPTURE(text);
        const std::string topic = (text.front() == '$' ? "x" : "") + text;  // "#" does not match one with '$' in front
        PropertyWriter properties;
        properties.add(PropertyIdentifier::response_topic, topic);
        properties.add(PropertyIdentifier::content_type, text);
        const Outcome outcome =
            run_for_one({.topic_name = topic, .payload = text, .properties = properties.view()}, command);
        CHECK(outcome.status == 0);
        CHECK(outcome.error.empty());
        const std::string level = topic.substr(0, topic.find('/'));
        CHECK(outcome.output == topic + '|' + level + '|' + topic + '|' + text + '|' + text);
        CHECK(::access(trace.c_str(), F_OK) != 0);
    }
}

TEST_CASE("--exec: the command finds none of our secrets in its environment") {
    Mosquitto broker;
    REQUIRE(run({.arguments = mqtts_pub(broker, {"-t", "kept/a", "-r", "-m", "x"})}).status == 0);
    const Words subscriber = mqtts_sub(
        broker, {"-u", "me", "-t", "kept/#", "-C", "1", "--exec", "env | grep -c -e '^MQTTS_[PK]' -e s3cret; true"});
    const Outcome outcome =
        run({.arguments = subscriber, .environment = {"MQTTS_PASSWORD=s3cret", "MQTTS_KEY_PASS=s3cret too"}});
    CHECK(outcome.status == 0);
    CHECK(outcome.output == "0\n");
}

TEST_CASE("--exec: the command has the standard descriptors and none of our own, and does not ignore SIGPIPE") {
    const TemporaryDirectory directory;
    const std::string list = "ls /proc/self/fd | tr '\\n' ' '; yes | head -1";
    // What the test itself was given may be inherited.
    const auto has_no_more = [&, alone = run({.arguments = {"sh", "-c", list}})](const std::string& found) {
        return found == "0 1 2 3 y\n" || found == alone.output;  // 3: ls reads the directory
    };
    for (const char* jobs : {"1", "4"}) {
        CAPTURE(jobs);
        ScriptedBroker broker;
        const Gate gate(directory, jobs);
        const Diary diary(directory, "done"s + jobs);
        // The commands of --jobs 4 run at once: none has a pipe of another.
        const std::string command = "(" + list + ") >\"$DONE.$MQTT_TOPIC\"; echo >>\"$DONE\"; read x <\"$GATE\"";
        const Words words = mqtts_sub({"-t", "#", "-C", jobs, "--jobs", jobs, "--exec", command});
        Process subscriber({.arguments = broker.arguments(words), .environment = {gate.variable(), diary.variable()}});
        broker.accept_subscriber();
        for (const char* topic : {"1", "2", "3", "4"})
            broker.send(Publish{.topic_name = topic, .payload = "x"});
        diary.wait_for_lines(std::stoul(jobs));
        gate.open(std::stoul(jobs));
        CHECK(broker.receive().starts_with("DISCONNECT 0x00"));
        broker.close();
        CHECK(subscriber.wait().error.empty());
        for (int topic = 1; topic <= std::stoi(jobs); ++topic)
            CHECK(has_no_more(read_file(diary.path() + '.' + std::to_string(topic))));
    }
}

TEST_CASE("--exec: the command blocks no signal, and writes to our standard error") {
    const std::string command = "grep -E '^Sig(Blk|Ign)' /proc/self/status | tr -d '\\t'; echo words >&2";
    const Outcome alone = run({.arguments = {"sh", "-c", command}});
    const Outcome outcome = run_for_one({.topic_name = "a"}, command);
    CHECK(outcome.output == alone.output);
    CHECK(outcome.error == "words\n");
}

TEST_CASE("-d and --log-format json tell the start and the end of each command, with process, status and duration") {
    const auto log = [](const Words& options) {
        ScriptedBroker broker;
        const Words words = with({"-t", "the/topic", "-C", "1", "--exec", "exit 0"}, options);
        Process subscriber({.arguments = broker.arguments(mqtts_sub(words))});
        broker.accept_subscriber();
        broker.send(Publish{.topic_name = "the/topic", .payload = "x"});
        CHECK(broker.receive().starts_with("DISCONNECT 0x00"));
        broker.close();
        return subscriber.wait().error;
    };
    const std::string text = log({"-d"});
    CAPTURE(text);
    CHECK(contains(text, "the/topic"));
    CHECK(contains(text, "process "));
    CHECK(contains(text, "status 0"));

    std::istringstream lines(log({"--log-format", "json", "-d"}));
    std::string started;
    std::string ended;
    for (std::string line; std::getline(lines, line);) {
        if (contains(line, R"("event":"command_started")")) started = line;
        if (contains(line, R"("event":"command_ended")")) ended = line;
    }
    CAPTURE(started);
    CAPTURE(ended);
    CHECK(contains(started, R"("pid":)"));
    CHECK(contains(started, "the/topic"));
    CHECK(contains(ended, R"("pid":)"));
    CHECK(contains(ended, R"("status":0)"));
    CHECK(contains(ended, R"("duration)"));
}

TEST_CASE("--exec and what contradicts it: both options are named") {
    struct Refused {
        Words options;
        Words named;
    };
    const Refused refused[] = {{{"--exec", "a", "--exec", "b"}, {"--exec"}},
                               {{"--exec", "a", "--exec-failure", "sometimes"}, {"--exec-failure", "sometimes"}},
                               {{"--exec", "a", "--jobs", "0"}, {"--jobs"}},
                               {{"--reply"}, {"--reply", "--exec"}},
                               {{"--exec", "a", "--reply", "-V", "311"}, {"--reply", "311"}},
                               {{"--exec", "a", "-F", "%p"}, {"--exec", "-F"}},
                               {{"--exec", "a", "--output", "json"}, {"--exec", "--output"}},
                               {{"--exec", "a", "-v"}, {"--exec", "-v"}},
                               {{"--exec", "a", "-N"}, {"--exec", "-N"}},
                               {{"--exec", "a", "--pretty"}, {"--exec", "--pretty"}},
                               {{"--exec", "a", "--raw"}, {"--exec", "--raw"}},
                               {{"--exec", "a", "-w"}, {"--exec", "-w"}},
                               {{"--exec", "a", "--message-rate"}, {"--exec", "--message-rate"}},
                               {{"--on", "b", "a", "-v"}, {"--on", "-v"}}};
    for (const auto& [options, named] : refused) {
        const Words words = options.front() == "--on" ? options : with({"-t", "a"}, options);
        CAPTURE(words);
        const Outcome outcome = run({.arguments = mqtts_sub(with({"-h", "localhost"}, words))});
        CHECK(outcome.status == 2);
        CAPTURE(outcome.error);
        for (const std::string& one : named)
            CHECK(contains(outcome.error, one));
    }
}
