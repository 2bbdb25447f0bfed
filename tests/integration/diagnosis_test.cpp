// SPDX-License-Identifier: Apache-2.0
// --check, --tls-report, --stats, --log-format, and the progress at a terminal. What is said to be JSON is read back
// with an independent parser.
#include <boost/json/parse.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "integration/programs.hpp"
#include "support/enough_time.hpp"
#include "support/pseudo_terminal.hpp"

namespace {

using namespace mqtts::test;
namespace json = boost::json;

json::object parsed(const std::string& line) {
    CAPTURE(line);
    boost::system::error_code error;
    const json::value value = json::parse(line, error);
    REQUIRE_FALSE(error);
    REQUIRE(value.is_object());
    return value.as_object();
}

std::vector<json::object> parsed_lines(const std::string& text) {
    std::vector<json::object> objects;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        objects.push_back(parsed(line));
    return objects;
}

std::string text_in(const json::object& object, const char* key) {
    REQUIRE(object.contains(key));
    return std::string(object.at(key).as_string());
}

/// What every line of --log-format json has.
void check_line(const json::object& line) {
    const std::string time = text_in(line, "time");
    CHECK(time.size() == std::string("2026-10-01T14:03:59.123Z").size());
    CHECK(time.at(10) == 'T');
    CHECK(time.back() == 'Z');
    CHECK(text_in(line, "message") != "");
    CHECK(text_in(line, "event") != "");
    const std::string level = text_in(line, "level");
    const bool known = level == "error" || level == "warning" || level == "info" || level == "debug";
    CHECK_MESSAGE(known, level);
    CHECK(line.contains("exit") == (level == "error"));
}

/// The only line.
json::object error_line(const Outcome& outcome) {
    CAPTURE(outcome.error);
    const auto lines = parsed_lines(outcome.error);
    REQUIRE(lines.size() == 1);
    check_line(lines.front());
    CHECK(text_in(lines.front(), "level") == "error");
    CHECK(lines.front().at("exit").as_int64() == outcome.status);
    CHECK(lines.front().at("code").as_int64() / 100 == outcome.status);
    return lines.front();
}

const json::object& server_certificate(const json::object& report) {
    return report.at("tls").at("certificates").at(0).as_object();
}

Words distrusting(const Mosquitto& broker, Words words) {
    words.insert(words.end(),
                 {"-h", "localhost", "-p", std::to_string(broker.port()), "--cafile", broker.certificate_file(),
                  "--cert", broker.certificate_file(), "--key", broker.key_file()});
    return words;
}

}  // namespace

TEST_CASE("--check reports in words what the broker is like, without a topic, and leaves with 0") {
    const Mosquitto broker;
    for (const Words& program : {mqtts_pub(broker, {"--check"}), mqtts_sub(broker, {"--check=text"})}) {
        const Outcome outcome = run({.arguments = program});
        CAPTURE(outcome.output);
        CHECK(outcome.status == 0);
        CHECK(outcome.error == "");
        CHECK(contains(outcome.output, ", at 127.0.0.1:" + std::to_string(broker.port()) + "\n"));
        CHECK(contains(outcome.output, "verification: trusted\n"));
        CHECK(outcome.output.ends_with("\nresult:       ok\n"));
        CHECK(contains(outcome.output, "names:      localhost, 127.0.0.1\n"));
        CHECK(contains(outcome.output, " days left\n"));
        CHECK(contains(outcome.output, "MQTT:         5.0\n  receive maximum: 20\n"));
    }
}

TEST_CASE("--check=json is one object; its pin is what --pin takes") {
    const Mosquitto broker;
    const Outcome outcome = run({.arguments = mqtts_sub(broker, {"--check=json", "--check-topic", "health"})});
    CHECK(outcome.status == 0);
    CHECK(outcome.error == "");
    const auto reports = parsed_lines(outcome.output);
    REQUIRE(reports.size() == 1);
    const json::object& report = reports.front();
    CHECK(report.at("ok").as_bool());
    CHECK(text_in(report, "host") == "localhost:" + std::to_string(broker.port()));
    CHECK_FALSE(report.contains("error"));
    for (const char* step : {"name", "tcp", "tls", "connack", "round_trip"}) {
        CAPTURE(step);
        CHECK(report.at("milliseconds").at(step).as_double() >= 0);
    }
    CHECK(text_in(report.at("tls").as_object(), "version") == "TLSv1.3");
    CHECK(text_in(report.at("tls").as_object(), "verification") == "trusted");
    CHECK(text_in(report.at("mqtt").as_object(), "version") == "5.0");
    CHECK(report.at("mqtt").at("receive_maximum").as_int64() == 20);
    CHECK(text_in(report.at("mqtt").as_object(), "client_identifier").starts_with("auto-"));
    const json::object& certificate = server_certificate(report);
    CHECK(text_in(certificate, "subject") == "CN=broker");
    const auto days = certificate.at("days_left").as_int64();
    const bool as_issued = days == 29 || days == 30;
    CHECK_MESSAGE(as_issued, days);
    CHECK(certificate.at("key_bits").as_int64() == 256);

    CHECK(run({.arguments = mqtts_pub(broker, {"--check", "--pin", text_in(certificate, "pin")})}).status == 0);
    const std::string other =
        text_in(reports.front().at("tls").at("certificates").as_array().back().as_object(), "pin");
    if (other != text_in(certificate, "pin"))
        CHECK(run({.arguments = mqtts_pub(broker, {"--check", "--pin", other})}).status == 5);
}

TEST_CASE("a key is reported by its kind, and by its size only where the kind has several") {
    const Mosquitto broker({.server = {.common_name = "broker", .dns_names = {"localhost"}, .key_type = "ED25519"}});
    const Outcome outcome = run({.arguments = mqtts_pub(broker, {"--check"})});
    CHECK_MESSAGE(contains(outcome.output, "\n  key:        ED25519\n"), outcome.output);
    const json::object report = parsed(run({.arguments = mqtts_pub(broker, {"--check=json"})}).output);
    CHECK(text_in(server_certificate(report), "key_type") == "ED25519");
    CHECK_FALSE(server_certificate(report).contains("key_bits"));

    const Mosquitto rsa({.server = {.common_name = "broker", .dns_names = {"localhost"}, .rsa = true}});
    const Outcome of_rsa = run({.arguments = mqtts_pub(rsa, {"--check"})});
    CHECK_MESSAGE(contains(of_rsa.output, "\n  key:        RSA, 2048 bits\n"), of_rsa.output);
}

TEST_CASE("--check of a broker that is not trusted reports the certificates, and why") {
    const Mosquitto broker;
    const Outcome outcome = run({.arguments = distrusting(broker, mqtts_pub({"--check=json"}))});
    CHECK(outcome.status == 5);
    CHECK(outcome.error.starts_with("mqtts-pub: localhost:"));
    const json::object report = parsed(outcome.output);
    CHECK_FALSE(report.at("ok").as_bool());
    CHECK(text_in(report.at("tls").as_object(), "verification") == "rejected");
    CHECK(text_in(report.at("tls").as_object(), "rejection") == "untrusted_issuer");
    CHECK(text_in(server_certificate(report), "subject") == "CN=broker");
    CHECK(text_in(report.at("error").as_object(), "event") == "untrusted_issuer");
    CHECK(report.at("error").at("exit").as_int64() == 5);
    CHECK_FALSE(report.contains("mqtt"));
}

TEST_CASE("--check of a broker that is not there says so on both sides") {
    const Outcome outcome = run({.arguments = mqtts_sub({"--check=json", "-h", "127.0.0.1", "-p", "1"})});
    CHECK(outcome.status == 4);
    const json::object report = parsed(outcome.output);
    CHECK(text_in(report.at("error").as_object(), "event") == "connection_refused");
    CHECK_FALSE(report.contains("tls"));
}

TEST_CASE("--check=json prints its object after every failure, whatever it was that failed") {
    const TemporaryDirectory directory;
    const std::string nothing = directory.path() + "/none";
    const std::string no_certificate = directory.write("text", "nothing of the kind\n");
    const Mosquitto stalled;
    stalled.stall();
    struct Row {
        Words options;
        int status;
        std::string host;  // empty: the command line does not say
    };
    for (const Row& row : {Row{{"--no-such-option"}, 2, ""},
                           {{"-p", "http"}, 2, ""},
                           {{"--check-topic", "a/#"}, 2, ""},
                           {{"--psk", "aa"}, 2, ""},
                           {{"-o", nothing}, 2, ""},
                           {{"-o", no_certificate}, 2, ""},
                           {{"--pw-file", nothing}, 2, ""},
                           {{"-h", "mqtts://broker"}, 2, ""},
                           {{"--cafile", nothing}, 2, "localhost:8883"},
                           {{"--cert", no_certificate}, 2, "localhost:8883"},
                           {{"--key", nothing, "--cert", nothing, "-h", "a,b"}, 2, "a:8883"},
                           {{"-u", "me", "--pw-prompt"}, 2, "localhost:8883"},
                           {{"-h", "broker.invalid"}, 4, "broker.invalid:8883"},
                           {{"-h", "127.0.0.1", "-p", "1"}, 4, "127.0.0.1:1"},
                           {{"-h", "127.0.0.1", "-p", std::to_string(stalled.port()), "-W", "0.2"},
                            27,
                            "127.0.0.1:" + std::to_string(stalled.port())}}) {
        const Outcome outcome = run({.arguments = with(mqtts_sub({"--check=json"}), row.options)});
        CAPTURE(outcome.error);
        CHECK(outcome.status == row.status);
        const json::object report = parsed(outcome.output);
        CHECK_FALSE(report.at("ok").as_bool());
        CHECK(report.at("error").at("exit").to_number<int>() == row.status);
        CHECK(contains(outcome.error, std::string(report.at("error").at("message").as_string())));
        CHECK((report.contains("host") ? std::string(report.at("host").as_string()) : "") == row.host);
    }
    CHECK(run({.arguments = mqtts_sub({"--check", "-p", "http"})}).output == "");
    CHECK(run({.arguments = mqtts_sub({"--check=json", "--check=text", "-p", "http"})}).output == "");
    CHECK(run({.arguments = mqtts_pub({"-p", "http", "-t", "a", "-n"})}).output == "");
}

TEST_CASE("--check-topic fails where its message is refused, or does not come back") {
    const Mosquitto broker({.users = {{"meter", "right"}}, .access_list = "user meter\ntopic read r\ntopic write w\n"});
    const auto check = [&](const std::string& topic, const Words& options) {
        Words words{"-u", "meter", "-P", "right", "--check", "--check-topic", topic};
        words.insert(words.end(), options.begin(), options.end());
        return run({.arguments = mqtts_pub(broker, words)});
    };
    const Outcome refused = check("r", {});
    CHECK(refused.status == 8);
    CHECK(contains(refused.error, "'r'"));
    with_enough_time(0.5, [&](const std::string& seconds) {
        const Outcome silent = check("w", {"--connect-timeout", seconds});
        if (silent.status == 4) return false;  // that was not enough to connect
        CAPTURE(silent.error);
        const bool failed = silent.status == 27 || silent.status == 8;  // mosquitto may refuse the subscription, too
        CHECK(failed);
        CHECK(contains(silent.error, "'w'"));
        return true;
    });
}

TEST_CASE("--check disturbs no session, whatever a configuration file says of -i and -c") {
    Mosquitto broker;
    make_session(broker, "archive", "log", {"-q", "1"});
    CHECK(run({.arguments = mqtts_pub(broker, {"-t", "log", "-m", "kept", "-q", "1"})}).status == 0);
    for (const Words& program : {mqtts_pub(broker, {"-i", "archive", "-t", "log", "-m", "x", "--check"}),
                                 mqtts_sub(broker, {"-c", "-i", "archive", "-t", "log", "--check"})})
        CHECK(run({.arguments = program}).status == 0);
    const Outcome outcome =
        run({.arguments = mqtts_sub(broker, {"-c", "-i", "archive", "-t", "log", "-q", "1", "-C", "1"})});
    CHECK(outcome.output == "kept\n");
}

TEST_CASE("--tls-report goes to standard error, before the error where there is one") {
    const Mosquitto broker(
        {.server = {.common_name = "old", .dns_names = {"localhost"}, .valid_from_days = -9, .valid_until_days = -2}});
    const Words words = mqtts_sub(broker, {"-t", "a", "--tls-report"});
    const Outcome outcome = run({.arguments = words});
    CAPTURE(outcome.error);
    CHECK(outcome.status == 5);
    CHECK(outcome.output == "");
    CHECK(contains(outcome.error, "verification: rejected\n"));
    CHECK(contains(outcome.error, " ago\n"));
    CHECK(outcome.error.find("pin: ") < outcome.error.find("mqtts-sub: "));

    const Mosquitto good;
    const Outcome as_json = run({.arguments = mqtts_pub(good, {"-t", "a", "-m", "x", "--tls-report=json"})});
    CHECK(as_json.status == 0);
    CHECK(as_json.output == "");
    CHECK(text_in(server_certificate(parsed(as_json.error)), "subject") == "CN=broker");
}

TEST_CASE("with --log-format json errors of the command line are objects, wherever it stands there") {
    for (const Words& words :
         {mqtts_pub({"--log-format", "json", "--nonsense"}), mqtts_pub({"--nonsense", "--log-format=json"}),
          mqtts_sub({"\xff\"\\\n\x1b[31m", "--log-format", "json"}),
          mqtts_sub({"--log-format", "text", "-t", "a", "--cafile", "/no/\xc3\x28.pem", "--log-format", "json"})}) {
        const Outcome outcome = run({.arguments = words});
        const json::object line = error_line(outcome);
        CHECK(outcome.status == 2);
        CHECK_FALSE(line.contains("host"));
    }
    // A value is no option.
    CHECK(run({.arguments = mqtts_pub({"-t", "--log-format=json"})}).status == 2);
    CHECK(run({.arguments = mqtts_sub({"--log-format", "text", "--nonsense"})}).error.starts_with("mqtts-sub: "));
    CHECK(contains(run({.arguments = mqtts_sub({"--log-format", "xml"})}).error,
                   "unknown value 'xml'; give text or json"));
}

TEST_CASE("with --log-format json all of -d, --stats and --tls-report is objects, with hostile names in them") {
    const Mosquitto broker;
    const Outcome outcome = run({.arguments = mqtts_pub(broker, {"-t", "a\"\\b/\xc3\xa4", "-l", "-q", "1", "-d",
                                                                 "--stats", "--tls-report", "--log-format", "json"}),
                                 .input = Text{"\"one\"\n\\two\n\xff\x1b\n"}});
    CHECK(outcome.status == 0);
    const auto lines = parsed_lines(outcome.error);
    Words events;
    for (const json::object& line : lines) {
        check_line(line);
        events.push_back(text_in(line, "event"));
    }
    for (const char* event : {"connected", "tls", "packet", "stats"})
        CHECK_MESSAGE(std::ranges::count(events, event) > 0, event);
    REQUIRE(events.back() == "stats");
    const json::object& stats = lines.back();
    CHECK(stats.at("published").as_int64() == 3);
    CHECK(stats.at("bytes").as_int64() == 5 + 4 + 2);
    CHECK(stats.at("acknowledged").as_int64() == 3);
    CHECK(stats.at("refused").as_int64() == 0);
    CHECK(stats.at("reconnects").as_int64() == 0);
}

TEST_CASE("with --log-format json the error says which broker, as far as it is one") {
    const Outcome one =
        run({.arguments = mqtts_pub({"-h", "127.0.0.1", "-p", "1", "-t", "a", "-n", "--log-format", "json"})});
    const json::object line = error_line(one);
    CHECK(one.status == 4);
    CHECK(text_in(line, "event") == "connection_refused");
    CHECK(text_in(line, "host") == "127.0.0.1:1");
    const Outcome two = run({.arguments = mqtts_pub({"-h", "127.0.0.1,127.0.0.2", "-p", "1", "-t", "a", "-n",
                                                     "--log-format", "json", "--quiet"})});
    CHECK_FALSE(error_line(two).contains("host"));
}

TEST_CASE("--stats counts what was published, refused and received, also when it fails") {
    const Mosquitto broker({.users = {{"meter", "right"}}, .access_list = "user meter\ntopic readwrite open/#\n"});
    const Words user{"-u", "meter", "-P", "right", "-q", "1", "--stats", "--quiet"};
    const auto with_user = [&](Words words) {
        words.insert(words.end(), user.begin(), user.end());
        return words;
    };
    const Outcome refused = run({.arguments = mqtts_pub(broker, with_user({"--topic-delimiter", "=", "-l"})),
                                 .input = Text{"open/a=1\nclosed/a=22\nopen/a=333\n"}});
    CHECK(refused.status == 8);
    CAPTURE(refused.error);
    CHECK(refused.error.starts_with("mqtts-pub: 3 messages published, 6 bytes in "));
    CHECK(contains(refused.error, ", 2 acknowledged, 1 refused, 0 reconnects\n"));

    CHECK(run({.arguments = mqtts_pub(broker, with_user({"-t", "open/b", "-m", "kept", "-r"}))}).status == 0);
    const Outcome received = run({.arguments = mqtts_sub(broker, with_user({"-t", "open/b", "-C", "1"}))});
    CHECK(received.output == "kept\n");
    CHECK(received.error.starts_with("mqtts-sub: 1 message received, 4 bytes in "));
}

TEST_CASE("of a file the progress says how much of it was published, not how much was read ahead") {
    const Mosquitto broker;
    PseudoTerminal terminal;
    std::string lines;  // more than an hour of them, in a single read
    for (int number = 0; number < 10'000; ++number)
        lines += std::to_string(number) + '\n';
    const std::string file = broker.directory().write("lines", lines);
    Words words{"sh", "-c", "exec \"$@\" 2>" + terminal.path(), "sh"};
    const Words publisher = mqtts_pub(broker, {"-t", "a", "-l", "-q", "1", "--rate", "2"});
    words.insert(words.end(), publisher.begin(), publisher.end());
    Process program({.arguments = words, .input = File{file}});
    terminal.wait_for(" % published, ");
    CHECK_FALSE(contains(terminal.shown(), "100 %"));
    program.signal(SIGTERM);
    program.wait();
}

TEST_CASE("a publication that takes long shows at a terminal how far it is, and wipes that away") {
    const Mosquitto broker;
    PseudoTerminal terminal;
    Words words{"sh", "-c", "exec \"$@\" 2>" + terminal.path(), "sh"};
    const Words publisher = mqtts_pub(broker, {"-t", "a", "-l", "-q", "1"});
    words.insert(words.end(), publisher.begin(), publisher.end());
    Process program({.arguments = words, .input = Pipe{}});
    program.write("one\ntwo\n");
    terminal.wait_for("\r\x1b[K2 messages, ");
    terminal.wait_for(", 2 acknowledged, 0 in flight");
    program.close_input();
    CHECK(program.wait().status == 0);
    terminal.wait_for("in flight\r\x1b[K");
}
