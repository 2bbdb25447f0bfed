// SPDX-License-Identifier: Apache-2.0
// Command lines that are refused, with every word of the answer.
#include "cli_command_line.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using namespace mqtts::test;

TEST_CASE("unknown options are answered with what may be meant") {
    CHECK(publish_refusal({"--topci", "a"}) == "unknown option --topci; did you mean --topic?");
    CHECK(publish_refusal({"--topci=a"}) == "unknown option --topci; did you mean --topic?");
    CHECK(publish_refusal({"--hots", "a"}) == "unknown option --hots; did you mean --host?");
    CHECK(subscribe_refusal({"--otpic", "a"}) == "unknown option --otpic; did you mean --topic?");
    CHECK(publish_refusal({"--user", "me"}) ==
          "unknown option --user; give --username, and the password with --pw or --pw-file");
    CHECK(publish_refusal({"-retain"}) == "unknown option -retain; did you mean --retain?");
    CHECK(publish_refusal({"--foo"}) == "unknown option --foo; see mqtts-pub --help=all");
    CHECK(subscribe_refusal({"-z"}) == "unknown option -z; see mqtts-sub --help=all");
    CHECK(subscribe_refusal({"--no-tl"}) == "unknown option --no-tl; see mqtts-sub --help=all");
    CHECK(publish_refusal({"---"}) == "unknown option ---; see mqtts-pub --help=all");
    CHECK(publish_refusal({"--=x"}) == "unknown option --; see mqtts-pub --help=all");
    CHECK(publish_refusal({"-\x1b[2J"}) == "unknown option -\\x1b; see mqtts-pub --help=all");
}

TEST_CASE("a name with one dash is not taken for letters, or a letter and its value") {
    CHECK(publish_refusal({"-help"}) == "unknown option -help; did you mean --help?");
    CHECK(publish_refusal({"-host", "x"}) == "unknown option -host; did you mean --host?");
    CHECK(publish_refusal({"-topic", "a"}) == "unknown option -topic; did you mean --topic?");
    CHECK(subscribe_refusal({"-verbose"}) == "unknown option -verbose; did you mean --verbose?");
}

TEST_CASE("an option of the other program is answered with its name") {
    CHECK(publish_refusal({"--count", "3"}) == "unknown option --count; use mqtts-sub, which has it");
    CHECK(publish_refusal({"-C", "3"}) == "unknown option -C; use mqtts-sub, which has it");
    CHECK(publish_refusal({"-rE"}) == "unknown option -E; use mqtts-sub, which has it");
    CHECK(subscribe_refusal({"-m", "x"}) == "unknown option -m; use mqtts-pub, which has it");
    CHECK(subscribe_refusal({"--retain"}) == "unknown option --retain; use mqtts-pub, which has it");
}

TEST_CASE("names are not abbreviated") {
    CHECK(publish_refusal({"--mess", "x"}) == "unknown option --mess; did you mean --message?");
}

TEST_CASE("values that are missing or too many") {
    CHECK(publish_refusal({"-t"}) == "-t needs a value; give -t TOPIC");
    CHECK(publish_refusal({"--topic"}) == "--topic needs a value; give --topic TOPIC");
    CHECK(subscribe_refusal({"-vt"}) == "-t needs a value; give -t FILTER");
    CHECK(publish_refusal({"--retain=1"}) == "--retain takes no value");
    const std::string stray = "word 4 of the command line belongs to no option: -n before it takes no value; ";
    const std::string usual = "give the broker with -h, a topic with -t, a message with -m";
    CHECK(publish_refusal({"-t", "a", "-n", "x"}) == stray + usual);
    CHECK(publish_refusal({"-t", "a", "-n", "-"}) == stray + "give -s or -l to read standard input");
    CHECK(publish_refusal({"-t", "a", "-n", ""}) == stray + usual);
    CHECK(publish_refusal({"-t", "a", "-n", "--", "ls"}) ==
          "mqtts-pub runs no command after --; use mqtts-sub, which runs one");
    CHECK(subscribe_refusal({"-t", "a", "--"}) == "-- is not followed by a command; give the command to run after --");
}

TEST_CASE("a word without an option is answered with the option that its look suggests") {
    const std::string first = "word 1 of the command line belongs to no option; ";
    CHECK(publish_refusal({"broker.example"}) == first + "give the broker with -h, a topic with -t, a message with -m");
    CHECK(subscribe_refusal({"broker.example"}) ==
          first + "give the broker with -h, a topic filter with -t, a command after --");
    CHECK(publish_refusal({"home/lamp"}) == first + "give a topic with -t");
    CHECK(subscribe_refusal({"#"}) == first + "give a topic filter with -t");
    CHECK(subscribe_refusal({"mqtts://broker/a"}) == first + "give a URL with -L");
    CHECK(subscribe_refusal({"-"}) == first + "give the broker with -h, a topic filter with -t, a command after --");
    const TemporaryDirectory directory;
    const std::string file = directory.write("file", "x");
    CHECK(publish_refusal({file}) == first + "give a file with -f");
    CHECK(subscribe_refusal({file}) == first + "give a topic filter with -t");
    CHECK(publish_refusal({directory.path()}) == first + "give a topic with -t");

    CHECK(publish_refusal({"--retry-connect", "10"}) ==
          "word 2 of the command line belongs to no option: --retry-connect before it takes a value only after a =; "
          "write --retry-connect=SECONDS");
    CHECK(subscribe_refusal({"--help", "all"}) ==
          "word 2 of the command line belongs to no option: --help before it takes a value only after a =; write "
          "--help=all");

    CHECK(subscribe_refusal({"-h", "broker", "home/#"}) ==
          "'home/#' after -h broker belongs to no option; give a topic filter with -t, or put a value that contains "
          "blanks in quotes, or put -- before a command");
    CHECK(publish_refusal({"-m", "two", "words"}) ==
          "'words' after -m two belongs to no option; put a value that contains blanks in quotes");
    CHECK(subscribe_refusal({"--count", "1", "mqtts-pub"}) ==
          "word 3 of the command line belongs to no option: --count before it has its value; put a value that contains "
          "blanks in quotes, or put -- before a command");
    CHECK(publish_refusal({"-h", "broker", "1883"}) ==
          "'1883' after -h broker belongs to no option; give the port with -p");
    const std::string lines = "for the lines of a file: --input lines -f FILE, or redirect: < FILE";
    for (const std::string& word : {file, std::string("lines.txt")})
        CHECK(publish_refusal({"-l", word}) ==
              "word 2 of the command line belongs to no option: -l before it takes no value; " + lines);
    for (const std::string dash : {"\u2013", "\u2014"})
        CHECK(publish_refusal({"-r", dash + "topic"}) ==
              "word 2 of the command line begins with a long dash, not with --; type two hyphens");
}

TEST_CASE("a failure of the command line is about the option as it was spelled") {
    const auto about = [](std::vector<std::string> words) {
        const auto parsed = CommandLine(cli::Command::publish, words, {{"MQTTS_EARLY", "perhaps"}}).parse();
        REQUIRE(parsed.has_error());
        return parsed.error().about;
    };
    using Options = std::vector<std::string>;
    CHECK(about({"-q", "3"}) == Options{"-q"});
    CHECK(about({"--qos", "3"}) == Options{"--qos"});
    CHECK(about({"-t"}) == Options{"-t"});
    CHECK(about({"--topci", "a"}) == Options{"--topci"});
    CHECK(about({"--password=x"}) == Options{"--password"});
    CHECK(about({"-z"}) == Options{"-z"});
    CHECK(about({"--completions", "csh"}) == Options{"--completions"});
    CHECK(about({"-m", "x", "-l"}) == Options{"-l", "-m"});
    CHECK(about({"-D", "connect", "receive-maximum", "x"}) == Options{"-D"});
    CHECK(about({"-t", "a", "-n", "--psk", "00"}) == Options{"--psk", "--psk-identity"});
    CHECK(about({"-t", "a", "-n", "-i", "x", "-I", "y"}) == Options{"-i", "-I"});
    CHECK(about({"--no-tls"}) == Options{"--no-tls"});
    CHECK(about({"-t", "a", "-m", "x", "-h", ":1"}) == Options{"-h"});
    CHECK(about({"-S"}) == Options{"-S"});
}

TEST_CASE("options that are known and never supported name the alternative") {
    CHECK(publish_refusal({"--no-tls", "-t", "a", "-n"}) ==
          "--no-tls: nothing is ever sent unencrypted; connect to the broker's TLS port, with -h and -p");
    CHECK(subscribe_refusal({"--unix", "/run/mqtt", "-t", "a"}) ==
          "--unix: TLS does not run over a socket file; connect to the broker's TLS port, with -h and -p");
    CHECK(subscribe_refusal({"--tls-engine=pkcs11"}) ==
          "--tls-engine: OpenSSL engines are not supported; give a file or a pkcs11: URI with --key");
    CHECK(publish_refusal({"--tls-engine-kpass-sha1", "0"}) ==
          "--tls-engine-kpass-sha1: OpenSSL engines are not supported; give a file or a pkcs11: URI with --key");
    CHECK(publish_refusal({"-S", "-t", "a", "-n"}) ==
          "-S: SRV records are not looked up; name the host and port with -h and -p");
    CHECK(publish_refusal({"--key", "pkcs11:object=me?module-path=/x&pin-value=1"}) ==
          "--key: the pkcs11: URI has an unsupported attribute after the ?; give only ?pin-value=PIN or "
          "?pin-source=FILE");
    CHECK(publish_refusal({"--keyform", "engine"}) ==
          "--keyform: 'engine' is not supported; give a file or a pkcs11: URI with --key");
    CHECK(publish_refusal({"-L", "mqtt://broker/a", "-n"}) ==
          "-L: mqtt:// is unencrypted, and nothing is ever sent unencrypted; give mqtts://");
}

TEST_CASE("numbers are numbers, and in range") {
    CHECK(publish_refusal({"-q", "abc"}) == "-q: 'abc' is not a QoS; give 0, 1 or 2");
    CHECK(publish_refusal({"--qos", "3"}) == "--qos: '3' is not a QoS; give 0, 1 or 2");
    CHECK(publish_refusal({"-q", "1x"}) == "-q: '1x' is not a QoS; give 0, 1 or 2");
    CHECK(publish_refusal({"-q", "-1"}) == "-q: '-1' is not a QoS; give 0, 1 or 2");
    CHECK(publish_refusal({"-q", "+1"}) == "-q: '+1' is not a QoS; give 0, 1 or 2");
    CHECK(publish_refusal({"-q", " 1"}) == "-q: ' 1' is not a QoS; give 0, 1 or 2");
    CHECK(publish_refusal({"-q", ""}) == "-q: '' is not a QoS; give 0, 1 or 2");
    CHECK(publish_refusal({"-p", "0"}) == "-p: its value is not a number from 1 to 65535");
    CHECK(publish_refusal({"-p", "65536"}) == "-p: its value is not a number from 1 to 65535");
    CHECK(publish_refusal({"-k", "0"}) == "-k: '0' is not a number from 5 to 65535");
    CHECK(publish_refusal({"-k", "4"}) == "-k: '4' is not a number from 5 to 65535");
    CHECK(publish_refusal({"-M", "0"}) == "-M: '0' is not a number from 1 to 65535");
    CHECK(publish_refusal({"--max-message-size", "268435456"}) ==
          "--max-message-size: '268435456' is not a number from 1 to 268435455");
    CHECK(subscribe_refusal({"-C", "0"}) == "-C: '0' is not a whole number above 0");
    CHECK(subscribe_refusal({"-C", "-1"}) == "-C: '-1' is not a whole number above 0");
    CHECK(subscribe_refusal({"-C", "99999999999999999999"}) ==
          "-C: '99999999999999999999' is not a number from 1 to 18446744073709551615");
}

TEST_CASE("seconds are above 0") {
    for (const std::string text : {"0", "-1", "abc", "", "1s", "nan", "inf", "1e3", "0x10", "1e99", "99999999999"})
        CHECK(subscribe_refusal({"-W", text}) ==
              "-W: '" + text + "' is not a number of seconds above 0; give a number such as 10 or 0.5");
    CHECK(subscribe_refusal({"--connect-timeout", "0"}) ==
          "--connect-timeout: '0' is not a number of seconds above 0; give a number such as 10 or 0.5");
}

TEST_CASE("delays are seconds, too, and may be 0; percentages are from 0.1 to 100") {
    for (const std::string text : {"-1", "abc", "", "1s", "nan", "inf", "1e3", "99999999999"})
        CHECK(publish_refusal({"--repeat-delay", text}) ==
              "--repeat-delay: '" + text + "' is not a number of seconds; give a number such as 0, 10 or 0.5");
    for (const std::string text : {"0", "0.09", "100.1", "-1", "abc", "", "50%", "nan"})
        CHECK(subscribe_refusal({"--random-filter", text}) ==
              "--random-filter: '" + text + "' is not a percentage from 0.1 to 100");
}

TEST_CASE("session expiry intervals are seconds or never") {
    for (const std::string text : {"", "abc", "-2", "4294967296", "0x100000000", "0x", "1.5"})
        CHECK(publish_refusal({"-x", text}) == "-x: '" + text +
                                                   "' is not a number of seconds from 0 to 4294967295; give a number "
                                                   "of seconds, or -1 for a session that never "
                                                   "expires");
}

TEST_CASE("a version of MQTT is one of three") {
    CHECK(publish_refusal({"-V", "4"}) == "-V: '4' is not a version of MQTT; give 5, 311 or 31");
    CHECK(publish_refusal({"-V", "MQTTV5"}) == "-V: 'MQTTV5' is not a version of MQTT; give 5, 311 or 31");
}

TEST_CASE("topic names have no wildcards [MQTT-3.3.2-2], topic filters have them where they belong [MQTT-4.7.1-1]") {
    constexpr std::string_view not_a_name = "; give one topic, without + and #";
    CHECK(publish_refusal({"-t", "a/#", "-n"}) == "-t: 'a/#' has the wildcard #" + std::string(not_a_name));
    CHECK(publish_refusal({"-t", "+", "-n"}) == "-t: '+' has the wildcard +" + std::string(not_a_name));
    CHECK(publish_refusal({"-t", "", "-n"}) == "-t: the topic is empty; give a topic of at least one character");
    CHECK(publish_refusal({"-t", "a\xff", "-n"}) ==
          "-t: 'a\\xff' is not a topic name; give at most 65535 bytes of UTF-8");

    constexpr std::string_view not_a_filter =
        "is not a topic filter; give + only as a whole level, # only as the last level";
    for (const std::string filter : {"a#", "a/#/b", "a+"})
        for (const std::string option : {"-t", "-U", "-T"})
            CHECK(subscribe_refusal({option, filter}) == option + ": '" + filter + "' " + std::string(not_a_filter));
    CHECK(subscribe_refusal({"-t", ""}) == "-t: the topic filter is empty; give # for every topic");
    for (const std::string filter : {"$share/x", "$share/x/", "$share//a"})
        CHECK(subscribe_refusal({"-t", filter}) ==
              "-t: '" + filter + "': a shared subscription needs a group and a filter; give $share/GROUP/FILTER");
    for (const std::string option : {"-e", "--will-topic"})
        CHECK(publish_refusal({option, "a/#"}) == option + ": 'a/#' has the wildcard #" + std::string(not_a_name));
}

TEST_CASE("texts for CONNECT are valid UTF-8 and not too long [MQTT-1.5.4-1]") {
    CHECK(publish_refusal({"-i", "\xff"}) == "-i: '\\xff' is not valid UTF-8");
    CHECK(publish_refusal({"-u", "\xc3"}) == "-u: its value is not valid UTF-8");
    CHECK(publish_refusal({"-I", "\xff"}) == "-I: '\\xff' is not valid UTF-8");
    CHECK(publish_refusal({"-u", std::string(65536, 'x')}) == "-u: its value is longer than 65535 bytes");
    CHECK(publish_refusal({"-P", std::string(65536, 'x')}) == "-P: its value is longer than 65535 bytes");
}

TEST_CASE("what mosquitto closes the connection on is refused in every text of MQTT, as mosquitto_pub has it") {
    constexpr std::string_view why =
        "cannot be sent: it contains a control character (U+0001), which makes brokers close the connection";
    const std::string text = "a\x01";
    for (const std::string option : {"-t", "-e", "-i", "-I", "--will-topic", "--check-topic"})
        CHECK(publish_refusal({option, text}) == option + ": 'a\\x01' " + std::string(why));
    for (const std::string option : {"-t", "-U", "-i"})
        CHECK(subscribe_refusal({option, text}) == option + ": 'a\\x01' " + std::string(why));
    CHECK(subscribe_refusal({"-T", text}) ==
          "-T: 'a\\x01' cannot match a topic: it contains a control character (U+0001), which makes brokers close the "
          "connection");
    CHECK(subscribe_refusal({"--subscribe", text, "qos=1"}).ends_with(why));
    CHECK(subscribe_refusal({"-t", "$share/a\x01/b"}).ends_with(why));
    CHECK(publish_refusal({"-L", "mqtts://broker/a%01", "-n"}).ends_with(why));
    CHECK(subscribe_refusal({"-L", "mqtts://broker/a%01"}).ends_with(why));
    CHECK(publish_refusal({"-L", "mqtts://a%01@broker/a", "-n"}).ends_with(why));
    for (const std::string property : {"content-type", "response-topic"})
        for (const std::string packet : {"publish", "will"})
            CHECK(publish_refusal({"-D", packet, property, text}).ends_with(why));
    for (const std::string packet : {"connect", "publish", "subscribe", "unsubscribe", "disconnect", "will"}) {
        CHECK(publish_refusal({"-D", packet, "user-property", text, "v"}).ends_with(why));
        CHECK(publish_refusal({"-D", packet, "user-property", "k", text}).ends_with(why));
    }
    CHECK(publish_refusal({"-D", "disconnect", "reason-string", text}).ends_with(why));
    CHECK(publish_refusal({"-D", "connect", "authentication-method", text}).ends_with(why));
    // Bytes are bytes.
    CHECK(publish({"-t", "a", "-m", text, "-u", "u", "-P", text, "--will-topic", "w", "--will-payload", text, "-D",
                   "publish", "correlation-data", text})
              .client.session.password == text);
}

TEST_CASE("hosts and files have names") {
    for (const std::string option : {"--host", "--cafile", "--capath", "--cert", "--key", "--file"})
        CHECK(publish_refusal({option, ""}) == option + ": must not be empty");
}

TEST_CASE("endings that exclude each other are named") {
    CHECK(subscribe_refusal({"-t", "a", "--until", "x", "--expect-none"}) ==
          "--until expects a message, and --expect-none expects none; give only one of --until and --expect-none");
    CHECK(subscribe_refusal({"-t", "a", "-C", "1", "--expect-none"}) ==
          "-C waits for messages, and --expect-none expects none; give only one of -C and --expect-none");
    for (const char* option : {"--message-rate", "-E"}) {
        CHECK(subscribe_refusal({"-t", "a", option, "--until", "x"}).starts_with(option));
        CHECK(subscribe_refusal({"-t", "a", option, "--expect-none"}).starts_with(option));
        CHECK(subscribe_refusal({"-t", "a", option, "--idle", "1"}).starts_with(option));
    }
    CHECK(subscribe_refusal({"-t", "a", "--idle", "0"}).starts_with("--idle: "));
    CHECK(subscribe_refusal({"-t", "a", "--ready-file", ""}).starts_with("--ready-file: "));
}
