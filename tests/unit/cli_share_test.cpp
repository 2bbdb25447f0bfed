// SPDX-License-Identifier: Apache-2.0
// --share: what was typed, what stands in its way, and which options make a difference.
#include <algorithm>
#include <map>

#include "cli/option.hpp"
#include "cli_command_line.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using namespace mqtts::cli;
using test::CommandLine;

namespace {

using Words = std::vector<std::string>;

/// Words that change each option from its default. A new option needs a line here.
const std::map<std::string, Words> changes = {
    {"host", {"h"}},
    {"port", {"1"}},
    {"username", {"u"}},
    {"pw", {"p"}},
    {"pw-file", {MQTTS_SOURCE_DIR "/CMakeLists.txt"}},
    {"url", {"mqtts://elsewhere"}},
    {"protocol-version", {"5"}},
    {"keepalive", {"7"}},
    {"connect-timeout", {"7"}},
    {"early", {}},
    {"retry-connect", {}},
    {"reconnect", {"7"}},
    {"ack-timeout", {"7"}},
    {"linger", {"7"}},
    {"nodelay", {}},
    {"property", {"connect", "user-property", "a", "b"}},
    {"cafile", {"f"}},
    {"capath", {"d"}},
    {"tls-use-os-certs", {}},
    {"tls-name", {"n"}},
    {"pin", {"sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}},
    {"crl", {"f"}},
    {"ocsp-stapling", {"require"}},
    {"min-cert-days", {"7"}},
    {"tls-version", {"tlsv1.3"}},
    {"ciphers", {"TLS_AES_128_GCM_SHA256"}},
    {"tls-groups", {"P-256"}},
    {"tls-alpn", {"mqtt"}},
    {"tls-session-cache", {}},
    {"insecure", {}},
    {"cert", {"f"}},
    {"fail-no-subscribers", {}},
    {"max-message-size", {"77"}},
    {"id", {"i"}},
    {"id-prefix", {"i"}},
    {"session-expiry-interval", {"7"}},
    {"max-inflight", {"7"}},
    {"will-qos", {"1"}},
    {"proxy", {"http://p:1"}},
    {"no-proxy", {"*"}},
    {"bind-address", {"127.0.0.1"}},
    {"ipv4", {}},
    {"ipv6", {}},
    {"connect-to", {"h:1"}},
    {"ws", {}},
    {"repeat-delay", {"7"}},
};

/// Options that need others, or that have a connection of their own: --share is not for them, or a test of its own.
constexpr std::string_view elsewhere[] = {
    "pw-prompt",
    "auth-method",
    "auth-data-file",
    "tls-keylog",
    "psk",
    "psk-identity",
    "pin-only",
    "key",
    "key-pass",
    "key-pass-file",
    "keyform",
    "repeat",
    "response-topic",
    "request",
    "disable-clean-session",
    "will-topic",
    "will-payload",
    "will-retain",
    "input",
    "delimiter",
    "topic-delimiter",
    "skip-bad",
    "rate",
    "replay",
    "spool",
    "check",
    "check-topic",
    "tls-report",
    "verbose",
    "no-newline",
    "format",
    "latency",
    "ws-path",
    "ws-header",
    "raw",
    "no-retained",
    "retain-as-published",
    "retain-handling",
    "output",
    "pretty",
};

Settings parsed(const Words& more, CommandLine::Variables variables = {}) {
    Words words{"--share", "-t", "a", "-m", "x", "-q", "1"};
    words.insert(words.end(), more.begin(), more.end());
    auto settings = CommandLine(Command::publish, words, std::move(variables)).parse();
    REQUIRE_MESSAGE(settings.has_value(), settings.error().cause);
    return *settings;
}

/// What counts, as text.
std::string counted(const Words& more) {
    std::string text;
    for (const CountedOption& one : parsed(more).share.counted) {
        text += one.name + (one.is_file ? "<" : "=");
        for (const std::string& value : one.values)
            text += value + ";";
        text += "\n";
    }
    return text;
}

Words typed(const Option& option, const Words& values) {
    Words words{"--" + std::string(option.name)};
    words.insert(words.end(), values.begin(), values.end());
    return words;
}

}  // namespace

TEST_CASE("each option counts unless its row says that it is about one call") {
    const std::string usual = counted({});
    for (const Option& option : options()) {
        if (!includes(option.command, Command::publish) || option.is_refused()) continue;
        const std::string name(option.name);
        CAPTURE(name);
        if (option.counts == Counts::per_call || std::ranges::find(elsewhere, name) != std::end(elsewhere)) continue;
        const auto change = changes.find(name);
        REQUIRE_MESSAGE(change != changes.end(), "say how this option is changed");
        CHECK(counted(typed(option, change->second)) != usual);
    }
}

TEST_CASE("an option that needs another one counts, too") {
    CHECK(counted({"--ws", "--ws-path", "/a"}) != counted({"--ws", "--ws-path", "/b"}));
    CHECK(counted({"--ws", "--ws-header", "A: b"}) != counted({"--ws", "--ws-header", "A: c"}));
    CHECK(counted({"--cert", "c", "--key", "k"}) != counted({"--cert", "c", "--key", "l"}));
    CHECK(counted({"--cert", "c", "--key-pass", "p"}) != counted({"--cert", "c", "--key-pass", "q"}));
    CHECK(counted({"--psk", "aa", "--psk-identity", "i"}) != counted({"--psk", "ab", "--psk-identity", "i"}));
    CHECK(counted({"--psk", "aa", "--psk-identity", "i"}) != counted({"--psk", "aa", "--psk-identity", "j"}));
}

TEST_CASE("what is about one message or one call makes no difference") {
    const std::string usual = counted({});
    for (const Words& words : {Words{"-t", "b"}, Words{"-q", "2"}, Words{"-r"}, Words{"-d"}, Words{"--quiet"},
                               Words{"--stats"}, Words{"-W", "7"}, Words{"--log-format", "json"}, Words{"--share=7"},
                               Words{"-D", "publish", "content-type", "a"}, Words{"-o", "/dev/null"}})
        CHECK(counted(words) == usual);
    CHECK(counted({"-L", "mqtts://u:p@h/one"}) == counted({"-L", "mqtts://u:p@h/two/three"}));
    CHECK(counted({"-L", "mqtts://u:p@h/one"}) != counted({"-L", "mqtts://u:q@h/one"}));
}

TEST_CASE("of an option that is given twice the last one counts, in the order in which they apply") {
    CHECK(counted({"-u", "one", "-u", "two"}) == counted({"-u", "two"}));
    CHECK(counted({"--pin", "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "--pin",
                   "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="}) !=
          counted({"--pin", "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="}));
    CHECK(counted({"-h", "a", "-L", "mqtts://b"}) != counted({"-L", "mqtts://b", "-h", "a"}));
}

TEST_CASE("--share takes seconds, no, or nothing") {
    using std::chrono::milliseconds;
    CHECK(parsed({}).share.idle == milliseconds(60'000));
    CHECK(parsed({"--share=1.5"}).share.idle == milliseconds(1'500));
    CHECK_FALSE(parsed({"--share=no"}).share.idle);
    CHECK(parsed({"--share=0"}).share.ends_keeper);
    CHECK_FALSE(test::publish({"-t", "a", "-m", "x"}).share.idle);
    CHECK(CommandLine(Command::publish, {"--share=0"}).parse().has_value());
    CHECK_FALSE(CommandLine(Command::publish, {"-t", "a", "-m", "x", "--share=soon"}).parse().has_value());
    auto inherited = CommandLine(Command::publish, {"-t", "a", "-m", "x"}, {{"MQTTS_SHARE", "7"}}).parse();
    REQUIRE(inherited.has_value());
    CHECK(inherited->share.idle == milliseconds(7'000));
    CHECK_FALSE(CommandLine(Command::publish, {"-t", "a", "-m", "x"}, {{"MQTTS_SHARE", "x"}}).parse().has_value());
    CHECK(CommandLine(Command::subscribe, {"-t", "a"}, {{"MQTTS_SHARE", "x"}}).parse().has_value());
    const test::TemporaryDirectory directory;
    CHECK(parsed({"--share=no", "-o", directory.write("with", "--share 7\n")}).share.idle == std::nullopt);
    const auto configured = test::publish({"-t", "a", "-m", "x", "-o", directory.write("seven", "--share 7\n")});
    CHECK(configured.share.idle == milliseconds(7'000));
}

TEST_CASE("a connection of one's own, and why") {
    CHECK(parsed({}).share.obstacle == "");
    for (const Words& words : {Words{"-c", "-i", "i"}, Words{"--will-topic", "w"}, Words{"--repeat", "2"},
                               Words{"-e", "r"}, Words{"--check"}, Words{"--tls-report"}, Words{"--pw-prompt"},
                               Words{"--tls-keylog", "f"}, Words{"--cert", "pkcs11:a"}}) {
        CAPTURE(words.front());
        CHECK(parsed(words).share.obstacle != "");
    }
}

TEST_CASE("the session of a shared connection is ready for every message") {
    const auto one = parsed({"-q", "0"}).client.session;
    const auto other = parsed({"-q", "2"}).client.session;
    CHECK(one.session_expiry_interval == other.session_expiry_interval);
    CHECK(one.session_expiry_interval != 0);
    CHECK(one.clean_start == other.clean_start);
    CHECK(one.end_session_at_disconnect);
    CHECK(test::publish({"-t", "a", "-m", "x"}).client.session.session_expiry_interval == 0);
}
