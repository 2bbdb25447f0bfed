// SPDX-License-Identifier: Apache-2.0
// Many messages from one input: which options go together, and which do not.
#include <algorithm>

#include "base/message_form.hpp"
#include "cli_command_line.hpp"

using namespace mqtts;
using namespace mqtts::test;
using namespace std::string_literals;
using cli::Source;

TEST_CASE("--input and its like take many messages from standard input, or from the file of -f") {
    for (const auto& options :
         {std::pair{"--input", "json"}, std::pair{"--delimiter", ";"}, std::pair{"--topic-delimiter", " "}}) {
        const bool names_topic = options.first != "--delimiter"s;
        for (const bool file : {false, true}) {
            std::vector<std::string> words{options.first, options.second};
            if (!names_topic) words.insert(words.end(), {"-t", "a"});
            if (file) words.insert(words.end(), {"-f", "records"});
            CAPTURE(options.first);
            auto parsed = CommandLine(cli::Command::publish, words).parse();
            REQUIRE(parsed.has_value());
            CHECK(parsed->publish.records);
            CHECK(parsed->publish.source == (file ? Source::file : Source::lines));
        }
    }
    CHECK(publish({"-t", "a", "-l"}).publish.records);
    CHECK_FALSE(publish({"-t", "a", "-f", "x"}).publish.records);
    CHECK_FALSE(publish({"-t", "a", "-s"}).publish.records);
}

TEST_CASE("what ends a message of many, and what each of them says") {
    using record::Framing;
    using record::RecordForm;
    const auto of = [](const std::string& form) {
        return publish({"-t", "a", "-l", "--input", form, "--max-message-size", "9"}).publish;
    };
    for (const char* form : {"lines", "nul", "json"}) {
        CHECK(of(form).framing.framing == Framing::delimited);
        CHECK(of(form).framing.maximum_message_size == 9);
    }
    CHECK(of("length").framing.framing == Framing::length);
    CHECK(of("lines").framing.delimiter == "\n");
    CHECK(of("nul").framing.delimiter == "\0"s);
    CHECK(of("json").framing.delimiter == "\n");
    CHECK(of("lines").records->form == RecordForm::payload);
    CHECK(of("json").records->form == RecordForm::json);
    CHECK(publish({"-t", "a", "-s"}).publish.framing.framing == Framing::whole);
    const cli::PublishSettings named = publish({"-l", "--topic-delimiter", "=>"}).publish;
    CHECK(named.records->form == RecordForm::topic_and_payload);
    CHECK(named.records->topic_delimiter == "=>");
    CHECK_FALSE(named.records->skip_bad);
    CHECK(publish({"-t", "a", "-l", "--skip-bad"}).publish.records->skip_bad);
}

TEST_CASE("a bad record is called what people count: lines, or records") {
    const auto name = [](std::initializer_list<std::string> words) { return publish(words).publish.records->name; };
    CHECK(name({"-t", "a", "-l"}) == "standard input: line");
    CHECK(name({"-t", "a", "--input", "json", "-f", "dump"}) == "dump: line");
    CHECK(name({"-t", "a", "--input", "lines", "-f", "-"}) == "standard input: line");
    CHECK(name({"-t", "a", "--input", "lines", "-f", "/dev/stdin"}) == "standard input: line");
    CHECK(name({"-t", "a", "-l", "--input", "nul"}) == "standard input: record");
    CHECK(name({"-t", "a", "-l", "--delimiter", ";"}) == "standard input: record");
    CHECK(publish({"-t", "a", "-l"}).client.record_name == "standard input: line");
}

TEST_CASE("a session outlives a lost connection where messages may be of QoS 1 or 2") {
    CHECK(publish({"--input", "json"}).client.session.session_expiry_interval != 0);
    CHECK(publish({"-t", "a", "-q", "1", "-f", "x", "--input", "nul"}).client.session.session_expiry_interval != 0);
    CHECK(publish({"-t", "a", "--input", "nul"}).client.session.session_expiry_interval == 0);
}

TEST_CASE("escapes mean bytes that a shell does not pass on") {
    const auto delimiter = [](const char* text) {
        return publish({"-t", "a", "--delimiter", text}).publish.framing.delimiter;
    };
    CHECK(delimiter("; ") == "; ");
    CHECK(delimiter(R"(\n\r\t\0\\)") == "\n\r\t\0\\"s);
    CHECK(delimiter(R"(\x00a\xfF)") == "\0a\xff"s);
    for (const char* text : {"\\", "\\q", "\\x", "\\x1", "\\xg0", "\\x 1", "a\\"})
        CHECK(publish_refusal({"-t", "a", "--delimiter", text}).find("contains an unknown escape; use only") !=
              std::string::npos);
    CHECK(publish_refusal({"-t", "a", "--delimiter", ""}) == "--delimiter: must not be empty");
}

TEST_CASE("--rate is a number of messages a second") {
    CHECK(publish({"-t", "a", "-l", "--rate", "50"}).publish.records->messages_per_second == 50);
    CHECK(publish({"-t", "a", "-l", "--rate", "0.5/s"}).publish.records->messages_per_second == 0.5);
    for (const char* text : {"0", "-1", "", "/s", "5/m", "nan", "inf", "1e99", "x"})
        CHECK_MESSAGE(
            publish_refusal({"-t", "a", "-l", "--rate", text}).find("is not a number of messages a second; ") !=
                std::string::npos,
            text);
}

TEST_CASE("--replay is a speed above 0, and 1 if none is given") {
    CHECK(publish({"--input", "json", "--replay"}).publish.records->replay_speed == 1);
    CHECK(publish({"--input", "json", "--replay=2"}).publish.records->replay_speed == 2);
    CHECK(publish({"--input", "json", "-f", "log", "--replay=0.25", "--skip-bad"}).publish.records->replay_speed ==
          0.25);
    CHECK_FALSE(publish({"--input", "json"}).publish.records->replay_speed);
    for (const char* text : {"0", "0.0", "-1", "", "nan", "inf", "fast", "2x", "1e3", "9999999999"})
        CHECK(publish_refusal({"--input", "json", "--replay="s + text}) ==
              "--replay: '"s + text + "' is not a speed above 0; give a number such as 2 or 0.5");
}

TEST_CASE("what contradicts each other is named") {
    const std::pair<std::vector<std::string>, std::string> rows[] = {
        {{"-t", "a", "--input", "xml", "-l"}, "--input: unknown value 'xml'; give lines, nul, length or json"},
        {{"-t", "a", "-m", "x", "--input", "nul"},
         "--input reads many messages from one input; give the input with -l or -f, not with -m, -s or -n"},
        {{"-t", "a", "-s", "--delimiter", ";"},
         "--delimiter ends each of many messages; give the input with -l or -f, not with -m, -s or -n"},
        {{"-n", "--topic-delimiter", " "},
         "--topic-delimiter separates topic and payload of each of many messages; give the input with -l or -f, not "
         "with -m, "
         "-s or -n"},
        {{"-t", "a", "-m", "x", "--rate", "1"},
         "--rate works only on many messages; give many messages with -l or --input"},
        {{"-t", "a", "-f", "x", "--skip-bad"},
         "--skip-bad works only on many messages; give many messages with -l or --input"},
        {{"-t", "a", "--input", "nul", "--delimiter", ";"},
         "--delimiter and --input both say what ends a message; give only one of --delimiter and --input"},
        {{"--input", "json", "--topic-delimiter", " "},
         "--topic-delimiter and --input json both say where the topic is; give only one of --topic-delimiter and "
         "--input"},
        {{"-t", "a", "--topic-delimiter", " "},
         "-t and --topic-delimiter both say where to publish; give only one of -t and --topic-delimiter"},
        {{"--input", "nul"}, "no topic to publish to; give a topic with -t"},
        {{"-e", "b", "-t", "a", "-f", "x", "--input", "nul"},
         "-l publishes many messages, and -e waits for one response; give one of -m, -f, -s, -n"},
        {{"-t", "a", "-m", "x", "--fail-no-subscribers"},
         "--fail-no-subscribers needs an acknowledgement, and messages of QoS 0 have none; give -q 1"},
        {{"-t", "a", "-m", "x", "-q", "1", "-V", "311", "--fail-no-subscribers"},
         "--fail-no-subscribers contradicts -V 311: only MQTT 5 reports whether anybody is subscribed; leave out -V"},
        {{"-t", "a", "-l", "--replay"}, "--replay needs the times of JSON records; give --input json"},
        {{"-t", "a", "-m", "x", "--replay=2"}, "--replay needs the times of JSON records; give --input json"},
        {{"-t", "a", "--input", "lines", "--replay"}, "--replay needs the times of JSON records; give --input json"},
        {{"-e", "b", "-t", "a", "-m", "x", "--replay"}, "--replay needs the times of JSON records; give --input json"},
        {{"-e", "b", "-t", "a", "--input", "json", "--replay"},
         "-l publishes many messages, and -e waits for one response; give one of -m, -f, -s, -n"},
        {{"--input", "json", "--replay", "--rate", "5"},
         "--rate and --replay both say when to publish; give only one of --rate and --replay"},
        {{"--input", "json", "-q", "1", "--replay", "--spool", "o"},
         "--spool may deliver a message days later, and --replay keeps the times of records; give only one of "
         "--spool and --replay"},
        {{"-t", "a", "-m", "x", "--output", "json"},
         "--output works only on the response to a request; send a request with -e"},
    };
    for (const auto& [words, expected] : rows) {
        const auto parsed = CommandLine(cli::Command::publish, words).parse();
        REQUIRE(parsed.has_error());
        CHECK(one_line(parsed.error()) == expected);
        CHECK(exit_status(parsed.error().code) == 2);
    }
}

TEST_CASE("--output says all about the form of a message") {
    CHECK(subscribe({"-t", "a", "--output", "length"}).subscribe.print.format.output == MessageForm::length);
    const auto asks = publish({"-t", "a", "-m", "x", "-e", "b", "--output", "json"});
    REQUIRE(asks.publish.request.has_value());
    CHECK(asks.publish.request->print.format.output == MessageForm::json);
    CHECK(subscribe_refusal({"-t", "a", "--output", "xml"}) ==
          "--output: unknown value 'xml'; give raw, lines, nul, length or json");
    for (const std::vector<std::string>& other : std::vector<std::vector<std::string>>{
             {"-v"}, {"-N"}, {"-F", "%p"}, {"--pretty"}, {"-w"}, {"--message-rate"}}) {
        std::vector<std::string> words{"-t", "a", "--output", "json"};
        words.insert(words.end(), other.begin(), other.end());
        const auto parsed = CommandLine(cli::Command::subscribe, words).parse();
        REQUIRE(parsed.has_error());
        const std::string hint =
            other.front() == "--pretty" ? "give -F %j --pretty" : "give only one of " + other.front() + " and --output";
        CHECK(one_line(parsed.error()) == other.front() + " and --output both say how to print a message; " + hint);
    }
}

TEST_CASE("--spool resumes a session that outlives the process, and needs acknowledgements") {
    const cli::Settings s = publish({"-t", "a", "-q", "2", "-l", "--spool", "outbox"});
    CHECK(s.publish.spool == "outbox");
    CHECK_FALSE(s.client.session.clean_start);
    CHECK(s.client.session.session_expiry_interval == 30 * 24 * 60 * 60);
    CHECK(s.client.session.end_session_at_disconnect);
    CHECK(s.client.session.outlives_process);
    CHECK(s.client.patience.retry_connect == s.client.patience.reconnect);
    CHECK_FALSE(
        publish({"-t", "a", "-q", "1", "-l", "--spool", "o", "-x", "9"}).client.session.end_session_at_disconnect);
    CHECK(publish({"-t", "a", "-q", "1", "-l", "--spool", "o", "-V", "31"}).client.session.client_identifier.empty());
    CHECK_FALSE(publish({"-t", "a", "-q", "1", "-l"}).client.session.outlives_process);

    CHECK(publish_refusal({"-t", "a", "-l", "--spool", "o"}) ==
          "--spool needs acknowledgements, and QoS 0 has none; give -q 1 or -q 2");
    CHECK(publish_refusal({"-t", "a", "-q", "1", "-l", "--spool", ""}) == "--spool: must not be empty");
    CHECK(publish_refusal({"-t", "a", "-q", "1", "-m", "x", "-e", "b", "--spool", "o"}) ==
          "--spool may deliver a message days later, and -e waits for its response; give only one of --spool and -e");
    CHECK(publish_refusal({"-t", "a", "-q", "1", "-l", "-I", "x", "--spool", "o"}) ==
          "-I makes a new client identifier for each run, and --spool needs the same one; give the client identifier "
          "with -i");
    CHECK(publish_refusal({"-t", "a", "-q", "1", "-l", "-x", "0", "--spool", "o"}) ==
          "-x 0 contradicts --spool: the broker must keep the session for the next run; leave out -x 0");
}

TEST_CASE("the table of message forms is in the order of its enum, and the options' words are its names") {
    for (const MessageFormInfo& row : message_forms)
        CHECK(&info(row.form) == &row);
    for (const std::string_view forms : {output_forms, input_forms})
        for (std::size_t begin = 0; begin < forms.size();) {
            const std::string_view word = forms.substr(begin, forms.find(' ', begin) - begin);
            CHECK(std::ranges::count(message_forms, word, &MessageFormInfo::name) == 1);
            begin += word.size() + 1;
        }
}
