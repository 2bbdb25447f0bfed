// SPDX-License-Identifier: Apache-2.0
// Options that have no effect beside the others, or another one than it seems: the run goes on, and is told.
#include "cli_command_line.hpp"

using namespace mqtts;
using namespace mqtts::test;
using cli::Command;

namespace {

struct Warned {
    std::vector<std::string> options;
    std::vector<std::string> warnings;
};

void check_warnings(Command command, const std::vector<std::string>& always, const std::vector<Warned>& rows) {
    for (const Warned& row : rows) {
        std::vector<std::string> words = always;
        words.insert(words.end(), row.options.begin(), row.options.end());
        std::string typed;
        for (const std::string& word : words)
            typed += word + ' ';
        CAPTURE(typed);
        const auto parsed = CommandLine(command, words).parse();
        REQUIRE_MESSAGE(parsed.has_value(), parsed.error().cause);
        std::vector<std::string> told;
        for (const cli::Remark& warning : parsed->warnings)
            told.push_back(one_line(warning.cause, warning.hint));
        CHECK(told == row.warnings);
    }
}

void check_publisher(const std::vector<Warned>& rows) {
    check_warnings(Command::publish, {"-t", "a"}, rows);
}

void check_subscriber(const std::vector<Warned>& rows) {
    check_warnings(Command::subscribe, {"-t", "a"}, rows);
}

}  // namespace

TEST_CASE("what has its effect, or asks for what happens anyway, is no matter for a warning") {
    check_publisher({
        {{"-n"}, {}},
        {{"-l", "-q", "1", "-M", "5", "--ack-timeout", "9", "--rate", "3", "--skip-bad"}, {}},
        {{"-m", "x", "--nodelay", "--tls-use-os-certs", "--repeat", "1", "-q", "0", "-q", "1", "-q", "2"}, {}},
        {{"-m", "x", "--repeat", "3", "--repeat-delay", "1", "-h", "a:1", "-h", "b", "-p", "2"}, {}},
        {{"-m", "x", "--will-topic", "w", "--will-qos", "1", "--will-payload", "x", "-D", "will", "content-type", "x"},
         {}},
        {{"-m", "x", "-e", "b", "-D", "subscribe", "user-property", "k", "v", "-F", "%j", "--pretty", "--early"}, {}},
        {{"-m", "x", "-q", "1", "--early"}, {}},
        {{"-m", "x", "--proxy", "socks5h://p", "--no-proxy", "a", "--cert", "c", "--key", "k", "--keyform", "pem",
          "--key-pass", "x"},
         {}},
        {{"-m", "x", "-L", "mqtts://a", "-h", "c", "-p", "1"}, {}},
        {{"-m", "x", "-h", "b", "-p", "8883", "-u", "j o", "-P", "w/", "-L", "mqtts://j%20o:w%2F@b/a"}, {}},
        {{"-m", "x", "-h", "b:1", "-L", "mqtts://b:1"}, {}},
        {{"-m", "x", "-h", "::1", "-p", "443", "-L", "wss://[::1]"}, {}},
        {{"-m", "x", "-u", "me", "-P", "x", "-L", "mqtts://b:1/a"}, {}},
        {{"-m", "x", "--no-proxy", "localhost"}, {}},
        {{"-l", "--repeat", "1"}, {}},
        {{"--input", "json", "-q", "1", "-r", "-M", "2"}, {}},
    });
    check_subscriber({
        {{"-q", "1", "-R", "-T", "b", "-v", "-N", "-C", "1", "--raw"}, {}},
        {{"--exit-when-retained-done", "--retained-settle", "1"}, {}},
        {{"-E", "-q", "1", "-c", "-i", "me", "-U", "b", "-D", "unsubscribe", "user-property", "k", "v"}, {}},
        {{"--remove-retained", "-M", "5", "-R", "--retain-handling", "new"}, {}},
        {{"--message-rate", "-R", "-q", "1", "-W", "5"}, {}},
        {{"--subscribe", "b", "qos=1", "-q", "2", "-F", "%t %p", "-N"}, {}},
    });
}

TEST_CASE("what comes from a file or the environment is for other runs, too") {
    CommandLine line(Command::publish, {"-t", "a", "-n", "--insecure"},
                     {{"MQTTS_CAFILE", "ca.pem"}, {"MQTTS_KEY_PASS", "x"}, {"NO_PROXY", "a"}, {"MQTTS_EARLY", "yes"}});
    const auto parsed = line.parse();
    REQUIRE(parsed.has_value());
    CHECK(parsed->warnings.empty());
}

TEST_CASE("options about the connection that have no effect") {
    check_publisher({
        {{"-n", "-h", "a:1,b:2", "-p", "3"}, {"-p has no effect: each host of -h has its own port"}},
        {{"-n", "--ws", "-L", "mqtts://a"}, {"--ws has no effect: the scheme of -L is mqtts"}},
        {{"-n", "--insecure", "--cafile", "a", "--capath", "b", "--tls-use-os-certs", "--tls-session-cache"},
         {"--cafile has no effect: --insecure verifies no certificate",
          "--capath has no effect: --insecure verifies no certificate",
          "--tls-use-os-certs has no effect: --insecure verifies no certificate",
          "--tls-session-cache has no effect: --insecure stores no TLS session"}},
        {{"-n", "--psk", "aa", "--psk-identity", "b", "--tls-session-cache"},
         {"--tls-session-cache has no effect: --psk stores no TLS session"}},
        {{"-n", "--ocsp-stapling", "require", "--tls-session-cache"},
         {"--tls-session-cache has no effect: --ocsp-stapling stores no TLS session"}},
        {{"-n", "--key-pass", "x"}, {"--key-pass has no effect: there is no key; give --cert and --key"}},
        {{"-n", "--tls-version", "tlsv1.3", "--ciphers", "ECDHE-RSA-AES128-GCM-SHA256"},
         {"--ciphers has no effect: it names only ciphers of TLS 1.2, and --tls-version allows only TLS 1.3"}},
        {{"-n", "--tls-version", "tlsv1.3", "--ciphers", "TLS_AES_128_GCM_SHA256"}, {}},
        {{"-n", "--ciphers", "ECDHE-RSA-AES128-GCM-SHA256"}, {}},
        {{"-n", "-d", "--quiet"}, {"--quiet has no effect: -d logs everything"}},
        {{"-n", "--check", "--stats", "--tls-report", "--repeat-delay", "1"},
         {"--stats has no effect: --check counts no messages",
          "--tls-report has no effect: --check reports the same, on standard output"}},
    });
}

TEST_CASE("options that another one behind them overrides") {
    check_publisher({
        {{"-n", "-h", "a", "-p", "1", "-L", "mqtts://b"},
         {"-h has no effect: a later -L overrides it", "-p has no effect: a later -L has no port, which means 8883"}},
        {{"-n", "-p", "1", "-L", "wss://b/a"}, {"-p has no effect: a later -L has no port, which means 443"}},
        {{"-n", "-p", "1", "-L", "mqtts://b:2"}, {"-p has no effect: a later -L overrides it"}},
        {{"-n", "-h", "b:1", "-L", "mqtts://b:2"}, {"-h has no effect: a later -L overrides it"}},
        {{"-n", "-h", "b,c", "-L", "mqtts://b"}, {"-h has no effect: a later -L overrides it"}},
        {{"-n", "-u", "a", "--pw", "b", "-L", "mqtts://c:d@b/e"},
         {"-t has no effect: a later -L overrides it", "-u has no effect: a later -L overrides it",
          "--pw has no effect: a later -L overrides it"}},
        {{"-n", "-t", "b"}, {"-t has no effect: a later -t overrides it"}},
        {{"-n", "-t", "a"}, {}},
        {{"-n", "-e", "b", "--request"}, {"-e has no effect: a later --request overrides it"}},
        {{"-n", "--request", "-e", "b"}, {"--request has no effect: a later -e overrides it"}},
        {{"-n", "--ipv4", "--ipv6"}, {"--ipv4 has no effect: a later --ipv6 overrides it"}},
        {{"-n", "-u", "a", "-P", "b", "--pw-prompt"}, {"-P has no effect: a later --pw-prompt overrides it"}},
        {{"-n", "-u", "a", "--pw-prompt", "--pw=b"}, {"--pw-prompt has no effect: a later --pw overrides it"}},
    });
}

TEST_CASE("an = behind a letter is part of the value, which is told, and the value is not shown") {
    const auto advice = [](const std::string& letter, const std::string& name) {
        return letter + "= makes the = part of the value; write " + letter + " VALUE, or " + name + "=VALUE";
    };
    check_publisher({
        {{"-m=x", "-u", "me", "-P=hunter2"}, {advice("-m", "--message"), advice("-P", "--pw")}},
        {{"-rm=x"}, {advice("-m", "--message")}},
        {{"-m", "=x", "--pw==y", "-u", "me"}, {}},
    });
    CommandLine line(Command::publish, {"-t", "a", "-n", "-P=hunter2"});
    REQUIRE(line.parse().has_value());
    CHECK(line.arguments().back().find("hunter") == std::string::npos);
}

TEST_CASE("options about messages that have no effect for a publisher") {
    const std::string no_will = " has no effect: there is no Will Message; give --will-topic";
    check_publisher({
        {{"-l", "--early"},
         {"--early has no effect: only a single small message of QoS 1 that is not retained (-m or -n) leaves early"}},
        {{"-l", "-q", "1", "--spool", "s", "--retry-connect"},
         {"--retry-connect has no effect: with --spool, --reconnect decides how long to try"}},
        {{"-l", "-M", "5"}, {"-M has no effect: messages of QoS 0 are not acknowledged"}},
        {{"-n", "--will-qos", "1", "--will-payload", "", "-D", "will", "content-type", "x"},
         {"--will-qos" + no_will, "--will-payload" + no_will, "-D" + no_will}},
        {{"-n", "-D", "subscribe", "user-property", "k", "v"}, {"-D has no effect: there is no subscription"}},
        {{"-n", "-D", "Unsubscribe", "user-property", "k", "v"}, {"-D has no effect: there is no -U"}},
        {{"-l", "--repeat", "2", "--repeat-delay", "1"},
         {"--repeat has no effect: it repeats only a single message",
          "--repeat-delay has no effect: it delays only a single message; give --rate for many"}},
        {{"-n", "--repeat-delay", "1"},
         {"--repeat-delay has no effect: the message is sent only once; give --repeat 2 or more"}},
        {{"-n", "--repeat", "1", "--repeat-delay", "1"},
         {"--repeat-delay has no effect: the message is sent only once; give --repeat 2 or more"}},
        {{"-n", "-e", "b", "-F", "%t", "-v", "--pretty"},
         {"-v has no effect: -F decides the whole line; put %t for the topic in -F",
          "--pretty has no effect: it works only on %j and %J in -F"}},
        {{"-n", "-e", "b", "-R", "--retain-handling", "new"},
         {"--retain-handling has no effect: -R skips all retained messages"}},
    });
    check_warnings(Command::publish, {},
                   {{{"-n", "-L", "wss://broker/mqtt", "-t", "real"},
                     {"the topic 'mqtt' of -L has no effect: -t gives another one; give the path of a WebSocket with "
                      "--ws-path: a URL has the topic in its place"}}});
}

TEST_CASE("options about messages that have no effect for a subscriber") {
    const std::string counts = " has no effect: --message-rate prints only the number of messages";
    const std::string ends = " has no effect: -E exits before any message arrives";
    check_subscriber({
        {{"-M", "5"}, {"-M has no effect: mqtts-sub publishes nothing"}},
        {{"-L", "wss://broker/b", "--ws-path", "/mqtt"},
         {"-L subscribes to 'b', too; give the path of a WebSocket with --ws-path: a URL has the topic in its place"}},
        {{"-D", "publish", "content-type", "x"}, {"-D has no effect: mqtts-sub publishes nothing"}},
        {{"-R", "--retain-handling", "new"}, {"--retain-handling has no effect: -R skips all retained messages"}},
        {{"--retained-settle", "1"}, {"--retained-settle has no effect: it works only with --exit-when-retained-done"}},
        {{"-v", "-F", "%p"}, {"-v has no effect: -F decides the whole line; put %t for the topic in -F"}},
        {{"--pretty"}, {"--pretty has no effect: it works only on %j and %J in -F"}},
        {{"--message-rate", "-T", "b", "--random-filter", "5", "--retained-only", "-C", "1", "-v", "-N", "--raw", "-w"},
         {"-T" + counts, "--random-filter" + counts, "--retained-only" + counts, "-C" + counts, "-v" + counts,
          "-N" + counts, "--raw" + counts, "-w" + counts}},
        {{"--message-rate", "-F", "%p"}, {"-F" + counts}},
        {{"-E", "-T", "b", "--random-filter", "5", "--retained-only", "--remove-retained", "--exit-when-retained-done"},
         {"-T" + ends, "--random-filter" + ends, "--retained-only" + ends, "--remove-retained" + ends,
          "--exit-when-retained-done" + ends}},
        {{"-E", "-C", "1", "-v", "-N", "--raw", "-w", "--message-rate"},
         {"-C" + counts, "-v" + counts, "-N" + counts, "--raw" + counts, "-w" + counts, "--message-rate" + ends}},
        {{"-E", "-F", "%p"}, {"-F" + ends}},
        {{"-E", "--output", "json"}, {"--output" + ends}},
    });
    check_warnings(Command::subscribe, {},
                   {{{"--subscribe", "a", "qos=1", "-q", "2"}, {"-q has no effect: each --subscribe has its own QoS"}},
                    {{"-U", "a", "--no-local", "--retain-as-published", "--retain-handling", "new"},
                     {"--no-local has no effect: there is no subscription",
                      "--retain-as-published has no effect: there is no subscription",
                      "--retain-handling has no effect: there is no subscription"}}});
}

TEST_CASE("--keyform is about a key, as mosquitto has it") {
    CHECK(publish_refusal({"-t", "a", "-n", "--keyform", "pem"}) == "--keyform needs its key; give --key");
    CHECK(subscribe_refusal({"-t", "a", "--keyform", "pem", "--cert", "c"}) == "--keyform needs its key; give --key");
    CHECK(publish({"-t", "a", "-n", "--keyform", "pem", "--cert", "c", "--key", "k"}).tls.key_file == "k");
}

TEST_CASE("a URL is no host, and nothing of it is shown: a password may stand in it") {
    constexpr std::string_view a_url = "its value is a URL, not a host; give a URL with -L";
    for (const std::string host : {"mqtts://broker", "mqtts://broker:8883", "wss://broker/mqtt", "https://broker:443/x",
                                   "[mqtts://x]", "ssl://u:pw@b"})
        CHECK(publish_refusal({"-t", "a", "-n", "-h", host}) == "-h: " + std::string(a_url));
    CHECK(publish_refusal({"-t", "a", "-n", "-h", "user:secret@broker"}) ==
          "-h: its value contains an @, and a host does not; give a user name with -u, a URL with -L");
    CHECK(publish_refusal({"-t", "a", "-n", "--connect-to", "tcp://a:1"}) == "--connect-to: " + std::string(a_url));
}
