// SPDX-License-Identifier: Apache-2.0
// Options that contradict each other: the same is said in whatever order they stand, and each of those that it is about
// is found where it was given.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <random>

#include "cli/config_file.hpp"
#include "cli_command_line.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using namespace mqtts::test;
using cli::Command;

namespace {

using Lines = std::vector<std::string>;

struct Row {
    Command command;
    Lines lines;                          // of a configuration file, each an option
    std::string sentence;                 // "CAUSE; HINT"
    std::vector<std::string> typed = {};  // on the command line
};

constexpr Command pub = Command::publish;
constexpr Command sub = Command::subscribe;

const std::string pin = "--pin sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

const std::vector<Row>& about_the_connection() {
    static const std::vector<Row> rows = {
        {pub, {"-t a", "-n", "-i x", "-I y"}, "-i and -I both set the client identifier; give only one of -i and -I"},
        {sub,
         {"-t a", "-c", "-i \"\""},
         "-c resumes the session of a client identifier; give a client identifier with -i"},
        {sub,
         {"-t a", "-x -1"},
         "-x -1 keeps the session of a client identifier forever; give a client identifier with -i"},
        {pub,
         {"-t a", "-n", "-D publish content-type x", "-V 311"},
         "-D contradicts -V 311: only MQTT 5 has properties; leave out -V"},
        {pub,
         {"-t a", "-n", "-x 1", "-V 31"},
         "-x contradicts -V 31: only MQTT 5 has a Session Expiry Interval; leave out -V"},
        {pub,
         {"-t a", "-n", "-P x", "-V 311"},
         "-P without -u contradicts -V 311: only MQTT 5 allows a password without a user name; give -u"},
        {pub,
         {"-t a", "-n", "--request", "-V 311"},
         "--request contradicts -V 311: only MQTT 5 tells the other side where to respond; agree on a topic, and give "
         "it with -e"},
        {sub,
         {"--subscribe a no-local", "-V 311"},
         "no-local of --subscribe contradicts -V 311: only MQTT 5 can leave out one's own messages; leave out -V"},
        {sub, {"-t a", "--ws-path /x"}, "--ws-path needs a WebSocket; give --ws, or a URL with wss://"},
        {sub, {"-t a", "--ws-header A: b"}, "--ws-header needs a WebSocket; give --ws, or a URL with wss://"},
        {sub,
         {"-t a", "-h a,b", "--connect-to c:1"},
         "--connect-to gives the address of one host, and -h names several; give only one host with -h"},
        {sub, {"-t a", "--key k"}, "--key needs its certificate; give --cert"},
        {sub, {"-t a", "--psk 00"}, "--psk needs the name of the key; give --psk-identity"},
        {sub, {"-t a", "--psk-identity x"}, "--psk-identity needs a key; give --psk"},
        {sub,
         {"-t a", "--psk 00", "--psk-identity x", "--cafile y"},
         "--psk and --cafile exclude each other: a pre-shared key replaces all certificates; give only one of --psk "
         "and --cafile"},
        {sub,
         {"-t a", "--insecure", pin},
         "--insecure and --pin exclude each other: without verification no other check is made; give only one of "
         "--insecure and --pin"},
        {sub, {"-t a", "--will-payload x"}, "--will-payload needs a Will Message; give --will-topic"},
        {sub, {"-t a", "--will-retain"}, "--will-retain needs a Will Message; give --will-topic"},
        {sub,
         {"-t a", "-D disconnect session-expiry-interval 9"},
         "-D disconnect session-expiry-interval cannot extend a session that ends with the connection; give -x too"},
        {sub,
         {"-t a", "-D connect authentication-data x"},
         "-D connect authentication-data needs authentication-method; give -D connect authentication-method too"},
        {sub, {"-t a", "--check-topic x"}, "--check-topic works only in a check; give --check too"},
        {sub, {"--check"}, "--check runs no command; leave out -- and the command", {"--", "make"}},
    };
    return rows;
}

const std::vector<Row>& about_messages_to_publish() {
    static const std::vector<Row> rows = {
        {pub,
         {"-t a", "-m 12345", "--max-message-size 4"},
         "-m has 5 bytes, and --max-message-size allows 4; give a larger --max-message-size"},
        {pub,
         {"-t a", "-m x", "-q 0", "--fail-no-subscribers"},
         "--fail-no-subscribers needs an acknowledgement, and messages of QoS 0 have none; give -q 1"},
        {pub,
         {"-t a", "-l", "-q 0", "--spool o"},
         "--spool needs acknowledgements, and QoS 0 has none; give -q 1 or -q 2"},
        {pub,
         {"-t a", "-n", "-q 1", "-e b", "--spool o"},
         "--spool may deliver a message days later, and -e waits for its response; give only one of --spool and -e"},
        {pub,
         {"-t a", "-n", "-q 1", "-I x", "--spool o"},
         "-I makes a new client identifier for each run, and --spool needs the same one; give the client identifier "
         "with -i"},
        {pub,
         {"-t a", "-n", "-q 1", "-x 0", "--spool o"},
         "-x 0 contradicts --spool: the broker must keep the session for the next run; leave out -x 0"},
        {pub,
         {"-t a", "-m x", "--input nul"},
         "--input reads many messages from one input; give the input with -l or -f, not with -m, -s or -n"},
        {pub,
         {"-t a", "-f x", "--rate 1"},
         "--rate works only on many messages; give many messages with -l or --input"},
        {pub,
         {"-t a", "--input nul", "--delimiter ;"},
         "--delimiter and --input both say what ends a message; give only one of --delimiter and --input"},
        {pub,
         {"--input json", "--topic-delimiter ="},
         "--topic-delimiter and --input json both say where the topic is; give only one of --topic-delimiter and "
         "--input"},
        {pub,
         {"-t a", "--topic-delimiter ="},
         "-t and --topic-delimiter both say where to publish; give only one of -t and --topic-delimiter"},
        {pub,
         {"-t a", "-f x", "--input nul", "-e b"},
         "-l publishes many messages, and -e waits for one response; give one of -m, -f, -s, -n"},
        {pub,
         {"-t a", "-n", "--repeat 2", "-e b"},
         "--repeat publishes many messages, and -e waits for one response; give only one of --repeat and -e"},
        {pub,
         {"-t a", "-n", "-e b", "-D publish response-topic c"},
         "-e and -D publish response-topic both give the response topic; give only one of -e and -D"},
        {pub, {"-t a", "-n", "-v"}, "-v works only on the response to a request; send a request with -e"},
        {pub,
         {"-t a", "-n", "-e b", "--output json", "-v"},
         "-v and --output both say how to print a message; give only one of -v and --output"},
    };
    return rows;
}

const std::vector<Row>& about_subscriptions() {
    static const std::vector<Row> rows = {
        {sub,
         {"-t a", "-R", "--retained-only"},
         "--retained-only and -R together skip all messages; give only one of --retained-only and -R"},
        {sub,
         {"-t a", "--until x", "--expect-none"},
         "--until expects a message, and --expect-none expects none; give only one of --until and --expect-none"},
        {sub,
         {"-t a", "-C 1", "--expect-none"},
         "-C waits for messages, and --expect-none expects none; give only one of -C and --expect-none"},
        {sub,
         {"-t a", "--until x", "--message-rate"},
         "--message-rate only counts messages, and --until reads them; give only one of --message-rate and --until"},
        {sub,
         {"-t a", "--expect-none", "--message-rate"},
         "--message-rate counts messages, and --expect-none expects none; give only one of --message-rate and "
         "--expect-none"},
        {sub,
         {"-t a", "--idle 1", "--message-rate"},
         "--message-rate never ends, and --idle ends when no message arrives; give only one of --message-rate and "
         "--idle"},
        {sub,
         {"-t a", "--until x", "-E"},
         "-E exits before any message arrives, and --until waits for one; give only one of -E and --until"},
        {sub,
         {"-t a", "--expect-none", "-E", "-W 9", "--idle 1"},
         "-E exits before --expect-none can see a message; give -W or --idle instead of -E"},
        {sub,
         {"-t a", "--idle 1", "-E"},
         "-E exits at once, and --idle after some time; give only one of -E and --idle"},
        {sub, {"-t a", "-E"}, "-E exits before the command can end; leave out -E", {"--", "make"}},
        {sub,
         {"-t a", "--exit-when-retained-done"},
         "--exit-when-retained-done exits before the command can end; leave out --exit-when-retained-done",
         {"--", "make"}},
        {sub,
         {"-t a", "--background"},
         "--background returns before the command ends, and its status is lost; leave out --background",
         {"--", "make"}},
        {sub, {"-t a", "-q 0", "--state f"}, "--state needs acknowledgements, and QoS 0 has none; give -q 2"},
        {sub,
         {"-t a", "-q 2", "-w", "--state f"},
         "--state needs every message in the output, and -w and --message-rate do not print it; leave out -w and "
         "--message-rate"},
        {sub,
         {"-t a", "-q 2", "-I x", "--state f"},
         "-I makes a new client identifier for each run, and --state needs the same one; give the client identifier "
         "with -i"},
        {sub,
         {"-t a", "-q 2", "-x 0", "--state f"},
         "-x 0 contradicts --state: the broker must keep the session for the next run; leave out -x 0"},
    };
    return rows;
}

/// Does a sentence speak of the option, "-t" or "--topic"?
bool speaks_of(const std::string& sentence, const cli::Option& option) {
    const auto has_word = [&](const std::string& word) {
        const auto is_part = [](char c) { return c == '-' || std::isalnum(static_cast<unsigned char>(c)) != 0; };
        for (std::size_t at = sentence.find(word); at != std::string::npos; at = sentence.find(word, at + 1)) {
            const std::size_t end = at + word.size();
            if ((at == 0 || !is_part(sentence[at - 1])) && (end == sentence.size() || !is_part(sentence[end])))
                return true;
        }
        return false;
    };
    return has_word("--" + std::string(option.name)) ||
           (option.letter != 0 && has_word(std::string("-") + option.letter));
}

/// The places of the lines that the sentence speaks of, as they are told after it.
std::string places(const Row& row, const std::string& file, const Lines& lines) {
    std::string result;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto given = cli::parse_config(row.command, file, lines[i]);
        REQUIRE_MESSAGE(given.has_value(), given.error().cause);
        const cli::Option& option = *given->at(0).option;
        if (!speaks_of(row.sentence, option)) continue;
        result += fmt::format("{}--{}: {}: line {}", result.empty() ? "" : "; ", option.name, file, i + 1);
    }
    return result.empty() ? "" : " (" + result + ")";
}

void check_row(const Row& row, const Lines& lines) {
    const TemporaryDirectory directory;
    std::string text;
    for (const std::string& line : lines)
        text += line + "\n";
    const std::string file = directory.write("options", text);
    std::vector<std::string> words{"-o", file};
    words.insert(words.end(), row.typed.begin(), row.typed.end());
    const auto parsed = CommandLine(row.command, words).parse();
    REQUIRE_MESSAGE(parsed.has_error(), row.sentence);
    CHECK(parsed.error().code == Errc::bad_option);
    const std::size_t hint = row.sentence.find("; ");
    CHECK(parsed.error().cause == row.sentence.substr(0, hint) + places(row, file, lines));
    CHECK(parsed.error().hint == row.sentence.substr(hint + 2));
}

}  // namespace

TEST_CASE("a contradiction is the same in any order, and names the places of the options that it is about") {
    for (const auto* rows : {&about_the_connection(), &about_messages_to_publish(), &about_subscriptions()}) {
        for (const Row& row : *rows) {
            check_row(row, row.lines);
            check_row(row, {row.lines.rbegin(), row.lines.rend()});
        }
    }
}

TEST_CASE("where several things are wrong, the same one is told in any order") {
    Lines lines = {"-V 311",          "--no-local", "--key k",  "--will-retain",    "-t a",  "-R", "-c",
                   "--retained-only", "-E",         "--idle 1", "--connect-to c:1", "-h a,b"};
    std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same each time
    for (int i = 0; i < 20; ++i) {
        std::shuffle(lines.begin(), lines.end(), random);
        const TemporaryDirectory directory;
        std::string text;
        for (const std::string& line : lines)
            text += line + "\n";
        const auto parsed = CommandLine(sub, {"-o", directory.write("options", text)}).parse();
        REQUIRE(parsed.has_error());
        CHECK(parsed.error().cause.starts_with("--no-local contradicts -V 311: "));
    }
}

TEST_CASE("a value that is wrong is about its option alone, however often that was given") {
    const TemporaryDirectory directory;
    const std::string file = directory.write("options", "-t b\n-D connect topic-alias-maximum 1\n");
    CHECK(subscribe_refusal({"-o", file, "-t", "a#"}) ==
          "-t: 'a#' is not a topic filter; give + only as a whole level, # only as the last level");
    CHECK(subscribe_refusal({"-o", file, "-D", "connect", "receive-maximum", "x"}) ==
          "-D: receive-maximum: 'x' is not a number from 1 to 65535");
    CHECK(subscribe_refusal({"-o", file, "-D", "connect", "topic-alias-maximum", "2"}) ==
          "-D: connect has topic-alias-maximum already (--property: " + file +
              ": line 2); give topic-alias-maximum only once");
}

namespace {

std::string summary(const session::Settings& s) {
    return fmt::format("session {} {} {} {} {} {} {} {} {} {} {} {}\n", static_cast<int>(s.version),
                       s.client_identifier, s.user_name.value_or("-"), s.keep_alive, s.clean_start,
                       s.session_expiry_interval, s.end_session_at_disconnect, s.outlives_process, s.receive_maximum,
                       s.maximum_packet_size, s.send_window, s.will ? s.will->topic_name + s.will->payload : "-");
}

std::string summary(const output::PrintSettings& s) {
    return fmt::format("print {} {} {} {} {} {} {} {} {}\n", s.format.verbose, s.format.end_of_line,
                       s.format.format.value_or("-"), s.count, s.skip_retained, s.until.value_or("-"), s.note_time,
                       s.random_filter, s.broker);
}

/// What matters of all settings.
std::string summary(const cli::Settings& s) {
    const client::Settings& c = s.client;
    std::string text = summary(c.session);
    for (const net::Endpoint& endpoint : c.endpoints)
        text += fmt::format("{}{} ", to_string(endpoint), endpoint.websocket ? endpoint.websocket->path : "");
    for (const auto& one : c.subscriptions)
        text += fmt::format("{} {} {} ", one.topic_filter, static_cast<int>(one.qos),
                            static_cast<int>(one.retain_handling));
    text += fmt::format("client {} {} {} {} {} {} {} {} {} {}\n", c.open_ended, c.version_pinned, c.needs_version_5,
                        c.demands.session, c.demands.window, c.demands.only_in_v5, c.patience.reconnect.count(),
                        c.patience.retry_connect.count(), c.patience.connect_timeout.count(), c.record_name);
    text += fmt::format("tls {} {} {}\n", s.tls.ca_file, s.tls.certificate_file, s.tls.server_name);
    text += fmt::format("publish {} {} {} {} {} {} {}\n", static_cast<int>(s.publish.source), s.publish.text,
                        static_cast<int>(s.publish.framing.framing), s.publish.framing.maximum_message_size,
                        s.publish.message.topic_name, s.publish.records ? s.publish.records->name : "-",
                        s.publish.repetition.times);
    text += s.publish.request ? summary(s.publish.request->print) : summary(s.subscribe.print);
    return text + fmt::format("{} {} {}\n", s.timeout ? s.timeout->count() : 0, s.subscribe.waits_after_command,
                              static_cast<int>(s.diagnosis.log_level));
}

/// Options, each with its words, in many orders: one summary.
void check_orders(Command command, std::vector<std::vector<std::string>> options) {
    std::mt19937 random(2);  // NOLINT(cert-msc51-cpp): the same each time
    std::string first;
    for (int i = 0; i < 50; ++i) {
        std::vector<std::string> words;
        for (const auto& option : options)
            words.insert(words.end(), option.begin(), option.end());
        const auto parsed = CommandLine(command, words).parse();
        REQUIRE_MESSAGE(parsed.has_value(), parsed.error().cause);
        const std::string text = summary(*parsed);
        if (first.empty()) first = text;
        CHECK(text == first);
        std::shuffle(options.begin(), options.end(), random);
    }
}

}  // namespace

TEST_CASE("the order of options that say different things does not matter") {
    check_orders(sub, {{"-t", "a"},
                       {"-q", "2"},
                       {"-c"},
                       {"-i", "x"},
                       {"-x", "60"},
                       {"-C", "3"},
                       {"-R"},
                       {"--idle", "1"},
                       {"-h", "a,b:1"},
                       {"-p", "2"},
                       {"--ws"},
                       {"--ws-path", "/x"},
                       {"-W", "9"},
                       {"-d"},
                       {"--quiet"},
                       {"--until", "x"},
                       {"-v"},
                       {"--retain-handling", "new"},
                       {"--cafile", "ca"},
                       {"--cert", "c"},
                       {"-u", "me"},
                       {"--will-topic", "w"},
                       {"--will-payload", "gone"},
                       {"--reconnect", "7"},
                       {"-D", "connect", "receive-maximum", "9"}});
    check_orders(pub, {{"-t", "a"},
                       {"-l"},
                       {"-q", "1"},
                       {"--input", "nul"},
                       {"--rate", "5"},
                       {"--skip-bad"},
                       {"--spool", "outbox"},
                       {"--reconnect", "9"},
                       {"--retry-connect"},
                       {"--max-message-size", "7"},
                       {"-r"},
                       {"--fail-no-subscribers"},
                       {"-k", "9"},
                       {"-M", "3"}});
    check_orders(pub, {{"-t", "a"},
                       {"-f", "x"},
                       {"-q", "2"},
                       {"-e", "b"},
                       {"-v"},
                       {"-F", "%p"},
                       {"-R"},
                       {"--retain-as-published"},
                       {"-V", "311"},
                       {"-u", "me"},
                       {"-P", "x"},
                       {"--tls-name", "n"}});
}
