// SPDX-License-Identifier: Apache-2.0
// Many messages in one input, and in one output: what tells them apart, what they say, and what is none of them.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

#include "integration/programs.hpp"
#include "support/enough_time.hpp"

namespace {

using namespace mqtts::test;
using namespace std::chrono_literals;
using namespace std::string_literals;

/// Four bytes, big endian, and the message.
std::string with_length(const std::string& message) {
    std::string record;
    for (int shift = 24; shift >= 0; shift -= 8)
        record += static_cast<char>(message.size() >> shift);
    return record + message;
}

/// What a subscriber to `filter` gets while `publish` runs, and how that ended.
struct Passage {
    Outcome published;
    Outcome received;
};
Passage pass(Mosquitto& broker, const std::string& filter, int count, const Words& subscribe, const Words& publish,
             const std::string& input) {
    Words words{"-t", filter, "-q", "2", "-C", std::to_string(count)};
    words.insert(words.end(), subscribe.begin(), subscribe.end());
    Process subscriber({.arguments = mqtts_sub(broker, words)});
    wait_for_subscription(broker, filter);
    Outcome published = run({.arguments = mqtts_pub(broker, publish), .input = Text{input}});
    return {std::move(published), subscriber.wait()};
}

/// The records of --output json without what differs from one connection to the next, and sorted: a broker need not
/// keep the order of messages that have not the same topic and QoS.
std::string comparable(const std::string& output) {
    std::vector<std::string> records;
    for (std::size_t begin = 0; begin < output.size();) {
        const std::size_t end = output.find('\n', begin) + 1;
        std::string record = output.substr(begin, end - begin);
        record.erase(0, record.find("\"topic\":"));
        if (const std::size_t mid = record.find(",\"mid\":"); mid != record.npos)
            record.erase(mid, record.find_first_of(",}", mid + 1) - mid);
        records.push_back(std::move(record));
        begin = end;
    }
    std::ranges::sort(records);
    std::string result;
    for (const std::string& record : records)
        result += record;
    return result;
}

}  // namespace

TEST_CASE("each form of output is understood as input: any bytes, empty messages, in order") {
    Mosquitto broker({.configuration = roomy});
    const std::string messages[] = {"one", "", "a\nb", "\r", "last"};
    std::string lengths;
    std::string nuls;
    for (const std::string& message : messages) {
        lengths += with_length(message);
        nuls += message + '\0';
    }
    lengths += with_length("\0\xff\n"s);
    struct Form {
        std::string name;
        std::string text;
        int count;
    };
    for (const auto& [name, text, count] :
         {Form{"lines", "a\n\nb\r\n\xff\n", 4}, Form{"nul", nuls, 5}, Form{"length", lengths, 6}}) {
        CAPTURE(name);
        const auto [published, received] = pass(broker, "form/" + name, count, {"--output", name},
                                                {"-t", "form/" + name, "-q", "2", "--input", name}, text);
        CHECK(published.status == 0);
        CHECK(published.error == "");
        CHECK(received.status == 0);
        CHECK(received.output == text);
    }
}

TEST_CASE("raw output is the payloads and nothing else") {
    Mosquitto broker;
    const auto [published, received] =
        pass(broker, "raw", 3, {"--output", "raw"}, {"-t", "raw", "-q", "1", "-l"}, "a\0b\n\nc\n"s);
    CHECK(published.status == 0);
    CHECK(received.output == "a\0bc"s);
}

TEST_CASE("records come from a file, too; a delimiter is any bytes, a topic stands before another") {
    Mosquitto broker;
    const std::string file = broker.directory().write("records", "a/1\tone\r\nx=1\r\nb/2\t\r\nc\tlast");
    const std::string delimiter = "\\r\\n";
    Passage passage =
        pass(broker, "#", 2, {"-v"},
             {"-q", "1", "-f", file, "--delimiter", delimiter, "--topic-delimiter", "\\t", "--skip-bad"}, "");
    CHECK(passage.received.output.starts_with("a/1 one\nb/2 (null)\n"));
    CHECK(passage.published.status == 3);
    CHECK(passage.published.error == "mqtts-pub: " + file + ": record 2: no '\\x09' after the topic\n" +
                                         "mqtts-pub: 1 record was skipped: " + file + ": record 2\n");
}

TEST_CASE("--output json | --input json moves messages unchanged: bytes, topic, QoS, retain, properties") {
    Mosquitto from;
    Mosquitto to;
    const std::string noise = from.directory().write("noise", "\0\xff\xfe\n\"\\"s);
    const std::vector<Words> messages = {
        {"-t", "m/plain", "-m", "text", "-q", "0"},
        {"-t", "m/empty", "-n", "-q", "1"},
        {"-t", "m/bytes", "-f", noise, "-q", "2", "-r"},
        {"-t", "m/\u00e9/\U0001F600", "-m", "\u00e9\U0001F600\x01\"\\/", "-q", "1", "-r"},
        {"-t",
         "m/properties",
         "-q",
         "2",
         "-m",
         "{\"n\":1.10}",
         "-D",
         "publish",
         "content-type",
         "application/json",
         "-D",
         "publish",
         "payload-format-indicator",
         "1",
         "-D",
         "publish",
         "response-topic",
         "answer/here",
         "-D",
         "publish",
         "correlation-data",
         "base64:AP8=",
         "-D",
         "publish",
         "message-expiry-interval",
         "86400",
         "-D",
         "publish",
         "user-property",
         "k",
         "v1",
         "-D",
         "publish",
         "user-property",
         "k",
         "v2"},
    };
    const Words subscribe{"-t", "m/#", "-q", "2", "--retain-as-published", "--output", "json", "-C", "5"};
    Process source({.arguments = mqtts_sub(from, subscribe)});
    wait_for_subscription(from, "m/#");
    for (const Words& words : messages)
        REQUIRE(run({.arguments = mqtts_pub(from, words)}).status == 0);
    const Outcome exported = source.wait();
    REQUIRE(exported.status == 0);

    Process target({.arguments = mqtts_sub(to, subscribe)});
    wait_for_subscription(to, "m/#");
    const Outcome moved = run({.arguments = mqtts_pub(to, {"--input", "json"}), .input = Text{exported.output}});
    CHECK(moved.error == "");
    CHECK(moved.status == 0);
    const Outcome imported = target.wait();
    CHECK(comparable(imported.output) == comparable(exported.output));
    for (const char* part :
         {R"("topic":"m/plain","qos":0,"retain":false)", R"("payload":null)", R"("payload-base64":"AP/+CiJc")",
          R"("retain":true)", R"("user-properties":[{"k":"v1"},{"k":"v2"}])", R"("correlation-data-base64":"AP8=")",
          R"("message-expiry-interval":86400)"}) {
        CAPTURE(part);
        CHECK(comparable(imported.output).find(part) != std::string::npos);
    }
}

TEST_CASE("records of JSON keep what -t, -q and -r say where they do not say otherwise") {
    Mosquitto broker;
    const auto [published, received] =
        pass(broker, "#", 2, {"-F", "%t %q %p"}, {"-t", "default", "-q", "1", "--input", "json"},
             "{\"payload\":1.50}\n{\"topic\":\"own\",\"qos\":0,\"payload\":[1, 2]}\n");
    CHECK(published.status == 0);
    CHECK(received.output == "default 1 1.50\nown 0 [1, 2]\n");
}

TEST_CASE("a bad record ends with its line; what came before is delivered, what comes behind is not") {
    struct Row {
        Words options;
        std::string input;
        std::string error;
    };
    const std::string good = "{\"topic\":\"b\",\"payload\":\"x\"}\n";
    for (const auto& [options, input, error] : {
             Row{{"--input", "json"}, good + good + "{\n" + good, "line 3: invalid JSON at byte 2"},
             Row{{"--input", "json"}, good + good + "{\"payload\":\"x\"}\n" + good, "line 3: no topic"},
             Row{{"--topic-delimiter", " "}, "b x\nb x\n+ x\nb x\n", "line 3: '+' is not a topic to publish to"},
             Row{{"-t", "b", "-l", "--max-message-size", "9"},
                 "x\nx\n0123456789\nx\n",
                 "line 3: the message is longer than --max-message-size; raise --max-message-size"},
             Row{{"-t", "b", "--input", "length"},
                 with_length("x") + with_length("x") + "\0\0\0\5four"s,
                 "record 3: the input ends before the message is complete"},
         }) {
        CAPTURE(error);
        Mosquitto broker;
        make_session(broker, "b", "b", {"-q", "1"});
        Words words{"-q", "1"};
        words.insert(words.end(), options.begin(), options.end());
        const Outcome published = run({.arguments = mqtts_pub(broker, words), .input = Text{input}});
        CHECK(published.status == 3);
        CHECK(published.error == "mqtts-pub: standard input: " + error + "\n");
        const Outcome received =
            run({.arguments = mqtts_sub(broker, {"-c", "-i", "b", "-t", "b", "-q", "1", "--idle", "0.2"})});
        CHECK(received.output == "x\nx\n");
    }
}

TEST_CASE("--skip-bad publishes the others, warns of the first few, and still is no success") {
    Mosquitto broker;
    std::string input;
    for (int i = 0; i < 1000; ++i)
        input += "t good\nbad\n";
    const auto [published, received] =
        pass(broker, "t", 1000, {}, {"-q", "1", "--topic-delimiter", " ", "--skip-bad"}, input + "bad");
    CHECK(received.status == 0);
    CHECK(published.status == 3);
    std::string expected;
    for (const int line : {2, 4, 6, 8, 10})
        expected += "mqtts-pub: standard input: line " + std::to_string(line) + ": no ' ' after the topic\n";
    expected += "mqtts-pub: further bad records are only counted\n";
    expected += "mqtts-pub: 1001 records were skipped, the first: standard input: line 2\n";
    CHECK(published.error == expected);
}

TEST_CASE("a message that the broker's limits do not allow names its line, once") {
    const Mosquitto broker({.configuration = "max_packet_size 1000\n"});
    const std::string input = "a\n" + std::string(2000, 'x') + "\nb\n";
    const Outcome stopped = run({.arguments = mqtts_pub(broker, {"-t", "l", "-q", "1", "-l"}), .input = Text{input}});
    CHECK(stopped.status == 8);
    CHECK(stopped.error ==
          "mqtts-pub: standard input: line 2: cannot publish to 'l': the message is larger than the "
          "broker accepts\n");
    const Outcome single =
        run({.arguments = mqtts_pub(broker, {"-t", "l", "-q", "1", "-s"}), .input = Text{std::string(2000, 'x')}});
    CHECK(single.status == 8);
    CHECK(single.error == "mqtts-pub: cannot publish to 'l': the message is larger than the broker accepts\n");
}

TEST_CASE("a message that the broker refuses names its line") {
    const Mosquitto broker({.users = {{"meter", "right"}}, .access_list = "user meter\ntopic readwrite open/#\n"});
    const std::string input = "open/a x\nopen/a x\nclosed/a x\nopen/a x\n";
    for (const char* qos : {"1", "2"}) {
        const Outcome outcome =
            run({.arguments = mqtts_pub(broker, {"-u", "meter", "-P", "right", "-q", qos, "--topic-delimiter", " "}),
                 .input = Text{input}});
        CAPTURE(outcome.error);
        CHECK(outcome.status == 8);
        CHECK(
            outcome.error.find("standard input: line 3: the broker refused a message for 'closed/a': not authorized") !=
            std::string::npos);
    }
}

TEST_CASE("--fail-no-subscribers makes a message that nobody receives an error") {
    Mosquitto broker;
    for (const bool fail : {false, true}) {
        Words words{"-t", "nobody", "-q", "1", "-m", "x"};
        if (fail) words.push_back("--fail-no-subscribers");
        const Outcome outcome = run({.arguments = mqtts_pub(broker, words)});
        CAPTURE(outcome.error);
        CHECK(outcome.status == (fail ? 8 : 0));
        CHECK(outcome.error ==
              (fail ? "mqtts-pub: nobody received a message for 'nobody': no matching subscribers\n" : ""));
    }
    Process subscriber({.arguments = mqtts_sub(broker, {"-t", "somebody", "-C", "1"})});
    wait_for_subscription(broker, "somebody");
    CHECK(run({.arguments = mqtts_pub(broker, {"-t", "somebody", "-q", "1", "-m", "x", "--fail-no-subscribers"})})
              .status == 0);
    CHECK(subscriber.wait().status == 0);
}

TEST_CASE("properties that MQTT 3.1.1 cannot carry are not lost in silence") {
    const Mosquitto broker;
    const std::string input = "{\"topic\":\"a\",\"payload\":\"x\",\"properties\":{\"content-type\":\"t\"}}\n";
    const Outcome outcome =
        run({.arguments = mqtts_pub(broker, {"-V", "311", "--input", "json"}), .input = Text{input}});
    CHECK(outcome.status == 8);
    CHECK(outcome.error ==
          "mqtts-pub: standard input: line 1: it has properties, but the broker does not speak MQTT 5\n");
}

TEST_CASE("--rate holds back, and holds nothing back longer") {
    Mosquitto broker;
    int attempt = 0;
    const bool soon = takes_less_than(8s, [&] {
        const std::string topic = "rate" + std::to_string(++attempt);
        const auto start = std::chrono::steady_clock::now();
        const auto [published, received] =
            pass(broker, topic, 50, {}, {"-t", topic, "-q", "1", "-l", "--rate", "50/s"}, numbers(50));
        CHECK(std::chrono::steady_clock::now() - start >= 950ms);
        CHECK(published.status == 0);
        CHECK(received.output == numbers(50));
    });
    CHECK(soon);
}

TEST_CASE("--rate counts messages, not attempts: one that fills the output is alone, and the program ends") {
    Mosquitto broker;
    const auto [published, received] =
        pass(broker, "rate", 1, {}, {"-t", "rate", "-l", "--rate", "0.0001/s"}, std::string(100'000, 'x') + "\n");
    CHECK(published.status == 0);
    CHECK((received.output == std::string(100'000, 'x') + "\n"));
}

TEST_CASE("large records of JSON that follow each other in one read stay what they are") {
    Mosquitto broker;
    std::string records;
    std::string payloads;
    for (const char letter : {'a', 'b'}) {
        records += R"({"payload":"\n)" + std::string(100'000, letter) + "\"}\n";
        payloads += '\n' + std::string(100'000, letter);
    }
    records += R"({"payload":"\tend"})";
    payloads += "\tend";
    const std::string file = broker.directory().write("large.json", records);
    for (const std::string log : {"--quiet", "--debug"}) {
        const std::string topic = "large/" + log;
        const auto [published, received] =
            pass(broker, topic, 3, {"-N"}, {"-t", topic, "--input", "json", "-f", file, log}, "");
        CHECK(published.status == 0);
        CHECK(received.output.size() == payloads.size());
        CHECK((received.output == payloads));
    }
}

TEST_CASE("a line as long as --max-message-size allows is published, a longer one left out without being kept") {
    constexpr std::size_t mebibyte = 1024 * 1024;
    Mosquitto broker;
    Process publisher({.arguments = mqtts_pub(broker, {"-t", "long", "-l", "-q", "1", "--skip-bad",
                                                       "--max-message-size", std::to_string(mebibyte)}),
                       .input = Pipe{}});
    Process subscriber({.arguments = mqtts_sub(broker, {"-t", "long", "-C", "2", "-F", "%l"})});
    wait_for_subscription(broker, "long");
    const std::string longest(mebibyte, 'x');
    publisher.write(longest + "\n");
    subscriber.wait_for_output("1048576\n");
    const std::size_t before = publisher.resident_memory();
    for (int i = 0; i < 64; ++i)
        publisher.write(longest);
    publisher.write("\nend\n");
    CHECK(subscriber.wait().output == "1048576\n3\n");
    CHECK(publisher.resident_memory() < before + 32 * mebibyte);
    publisher.close_input();
    const Outcome outcome = publisher.wait();
    CHECK(outcome.status == 3);
    CHECK(outcome.error.find("standard input: line 2: the message is longer than --max-message-size") !=
          std::string::npos);
}
