#include "cli/option.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/utf8.hpp"
#include "cli/settings.hpp"
#include "cli/value.hpp"
#include "wire/topic.hpp"

namespace mqtts::cli {

namespace {

constexpr std::size_t largest_message = wire::maximum_remaining_length;
constexpr std::uint64_t largest_count = std::numeric_limits<std::uint64_t>::max();

/// Headings, in the order of --help.
namespace section {
constexpr std::string_view connection = "Connection";
constexpr std::string_view tls = "TLS";
constexpr std::string_view session = "Session";
constexpr std::string_view message = "Message";
constexpr std::string_view subscription = "Subscription";
constexpr std::string_view output = "Output";
constexpr std::string_view general = "General";
}  // namespace section

Result<> set_topic_name(Settings& settings, Values values) {
    if (!wire::is_topic_name(values.front()))
        return Failure{Errc::bad_option,
                       fmt::format("'{}' is not a topic name: 1 to 65535 bytes of UTF-8 without the wildcards + and #",
                                   escape(values.front()))};
    settings.publish.topic_name = values.front();
    return {};
}

Result<> add_topic_filter(Settings& settings, Values values) {
    if (!wire::is_topic_filter(values.front()))
        return Failure{Errc::bad_option,
                       fmt::format("'{}' is not a topic filter: + stands alone in its level, # alone in the last one",
                                   escape(values.front()))};
    settings.subscribe.subscriptions.push_back({.topic_filter = std::string(values.front())});
    return {};
}

Result<> set_version(Settings& settings, Values values) {
    settings.version_pinned = true;
    return set(settings.session.version, protocol_version(values.front()));
}

template <class T>
Result<> put(T& to, T value) {
    to = value;
    return {};
}

constexpr Option table[] = {
    {.name = "host",
     .letter = 'h',
     .value = "HOST",
     .section = section::connection,
     .help = "name or address of the broker",
     .initial = "localhost",
     .completion = Completion::host,
     .apply = [](Settings& s, Values v) { return set(s.transport.endpoint.host, not_empty(v.front())); }},
    {.name = "port",
     .letter = 'p',
     .value = "PORT",
     .section = section::connection,
     .help = "the broker's port for MQTT over TLS",
     .initial = "8883",
     .apply = [](Settings& s, Values v) { return set_number<std::uint16_t>(s.transport.endpoint.port, v, 1, 65535); }},
    {.name = "username",
     .letter = 'u',
     .value = "NAME",
     .section = section::connection,
     .help = "user name for the broker",
     .apply = [](Settings& s, Values v) { return set(s.session.user_name, utf8_string(v.front())); }},
    {.name = "pw",
     .letter = 'P',
     .value = "PASSWORD",
     .section = section::connection,
     .help = "password for the broker",
     .secret = true,
     .apply = [](Settings& s, Values v) { return set(s.session.password, binary_data(v.front())); }},
    {.name = "protocol-version",
     .letter = 'V',
     .value = "VERSION",
     .section = section::connection,
     .help = "only 5, 311 or 31; without it 5, or else 3.1.1",
     .choices = "5 311 31 mqttv5 mqttv311 mqttv31",
     .completion = Completion::choice,
     .apply = set_version},
    {.name = "keepalive",
     .letter = 'k',
     .value = "SECONDS",
     .section = section::connection,
     .help = "ping the broker when idle for so long, 5 to 65535",
     .initial = "60",
     .apply = [](Settings& s, Values v) { return set_number<std::uint16_t>(s.session.keep_alive, v, 5, 65535); }},
    {.name = "connect-timeout",
     .value = "SECONDS",
     .section = section::connection,
     .help = "bounds name, TCP, TLS and the broker's answer",
     .initial = "10",
     .apply = [](Settings& s, Values v) { return set(s.connect_timeout, seconds(v.front())); }},

    {.name = "cafile",
     .value = "FILE",
     .section = section::tls,
     .help = "trust these certificates (PEM), not the system's",
     .completion = Completion::file,
     .apply = [](Settings& s, Values v) { return set(s.transport.tls.ca_file, not_empty(v.front())); }},
    {.name = "capath",
     .value = "DIR",
     .section = section::tls,
     .help = "trust this directory of hashed certificates instead",
     .completion = Completion::directory,
     .apply = [](Settings& s, Values v) { return set(s.transport.tls.ca_path, not_empty(v.front())); }},
    {.name = "cert",
     .value = "FILE",
     .section = section::tls,
     .help = "our certificate and its chain (PEM)",
     .completion = Completion::file,
     .apply = [](Settings& s, Values v) { return set(s.transport.tls.certificate_file, not_empty(v.front())); }},
    {.name = "key",
     .value = "FILE",
     .section = section::tls,
     .help = "private key of our certificate (PEM)",
     .completion = Completion::file,
     .apply = [](Settings& s, Values v) { return set(s.transport.tls.key_file, not_empty(v.front())); }},
    {.name = "insecure",
     .section = section::tls,
     .help = "do not verify the broker: anyone can pose as it",
     .apply = [](Settings& s, Values) { return put(s.transport.tls.verify, false); }},

    {.name = "id",
     .letter = 'i',
     .value = "ID",
     .section = section::session,
     .help = "client identifier; without it the broker chooses one",
     .apply = [](Settings& s, Values v) { return set(s.session.client_identifier, utf8_string(v.front())); }},
    {.name = "id-prefix",
     .letter = 'I',
     .value = "PREFIX",
     .section = section::session,
     .help = "client identifier: PREFIX and the process id",
     .apply = [](Settings& s, Values v) { return set(s.client_identifier_prefix, utf8_string(v.front())); }},
    {.name = "disable-clean-session",
     .letter = 'c',
     .section = section::session,
     .help = "resume the session of -i, and keep it afterwards",
     .apply = [](Settings& s, Values) { return put(s.keep_session, true); }},
    {.name = "session-expiry-interval",
     .letter = 'x',
     .value = "SECONDS",
     .section = section::session,
     .help = "keep the session for so long, -1: for ever (MQTT 5)",
     .apply = [](Settings& s, Values v) { return set(s.session_expiry_interval, session_expiry_interval(v.front())); }},
    {.name = "max-inflight",
     .letter = 'M',
     .value = "COUNT",
     .section = section::session,
     .help = "most messages sent ahead of their acknowledgement",
     .apply = [](Settings& s, Values v) { return set_number<std::uint16_t>(s.session.send_window, v, 1, 65535); }},

    {.name = "topic",
     .letter = 't',
     .value = "TOPIC",
     .section = section::message,
     .help = "topic to publish to",
     .command = Command::publish,
     .apply = set_topic_name},
    {.name = "message",
     .letter = 'm',
     .value = "TEXT",
     .section = section::message,
     .help = "publish this text",
     .command = Command::publish,
     .apply = [](Settings& s, Values v) { return set_source(s, Source::message, v.front()); }},
    {.name = "file",
     .letter = 'f',
     .value = "FILE",
     .section = section::message,
     .help = "publish the contents of a file or pipe",
     .command = Command::publish,
     .completion = Completion::file,
     .apply = [](Settings& s, Values v) { return set_source(s, Source::file, v.front()); }},
    {.name = "stdin-file",
     .letter = 's',
     .section = section::message,
     .help = "publish all of standard input as one message",
     .command = Command::publish,
     .apply = [](Settings& s, Values) { return set_source(s, Source::whole_stdin); }},
    {.name = "stdin-line",
     .letter = 'l',
     .section = section::message,
     .help = "publish each line of standard input",
     .command = Command::publish,
     .apply = [](Settings& s, Values) { return set_source(s, Source::lines); }},
    {.name = "null-message",
     .letter = 'n',
     .section = section::message,
     .help = "publish an empty message",
     .command = Command::publish,
     .apply = [](Settings& s, Values) { return set_source(s, Source::null); }},
    {.name = "qos",
     .letter = 'q',
     .value = "QOS",
     .section = section::message,
     .help = "0 sends, 1 delivers at least once, 2 exactly once",
     .initial = "0",
     .choices = "0 1 2",
     .command = Command::publish,
     .completion = Completion::choice,
     .apply = [](Settings& s, Values v) { return set(s.qos, qos(v.front())); }},
    {.name = "retain",
     .letter = 'r',
     .section = section::message,
     .help = "the broker keeps the message for later subscribers",
     .command = Command::publish,
     .apply = [](Settings& s, Values) { return put(s.publish.retain, true); }},
    {.name = "max-message-size",
     .value = "BYTES",
     .section = section::message,
     .help = "a longer message is an error",
     .initial = "268435455",
     .command = Command::publish,
     .apply = [](Settings& s, Values v) { return set_number(s.publish.maximum_message_size, v, 1, largest_message); }},

    {.name = "topic",
     .letter = 't',
     .value = "FILTER",
     .section = section::subscription,
     .help = "topics to subscribe to, + and # allowed; repeatable",
     .command = Command::subscribe,
     .repeatable = true,
     .apply = add_topic_filter},
    {.name = "qos",
     .letter = 'q',
     .value = "QOS",
     .section = section::subscription,
     .help = "highest quality of service wanted: 0, 1 or 2",
     .initial = "0",
     .choices = "0 1 2",
     .command = Command::subscribe,
     .completion = Completion::choice,
     .apply = [](Settings& s, Values v) { return set(s.qos, qos(v.front())); }},
    {.name = "no-retained",
     .letter = 'R',
     .section = section::subscription,
     .help = "skip the messages kept from before",
     .command = Command::subscribe,
     .apply = [](Settings& s, Values) { return put(s.subscribe.print.skip_retained, true); }},
    {.name = "count",
     .letter = 'C',
     .value = "COUNT",
     .section = section::subscription,
     .help = "end after so many messages",
     .command = Command::subscribe,
     .apply = [](Settings& s, Values v) { return set(s.subscribe.print.count, number(v.front(), 1, largest_count)); }},

    {.name = "verbose",
     .letter = 'v',
     .section = section::output,
     .help = "print the topic before each message",
     .command = Command::subscribe,
     .apply = [](Settings& s, Values) { return put(s.subscribe.print.format.verbose, true); }},
    {.name = "no-newline",
     .letter = 'N',
     .section = section::output,
     .help = "print no newline after each message",
     .command = Command::subscribe,
     .apply = [](Settings& s, Values) { return put(s.subscribe.print.format.end_of_line, false); }},

    {.name = "timeout",
     .letter = 'W',
     .value = "SECONDS",
     .section = section::general,
     .help = "give up after so long altogether, with status 27",
     .apply = [](Settings& s, Values v) { return set(s.timeout, seconds(v.front())); }},
    {.name = "debug",
     .letter = 'd',
     .section = section::general,
     .help = "report on standard error what is sent and received",
     .apply = [](Settings& s, Values) { return put(s.debug, true); }},
    {.name = "quiet",
     .section = section::general,
     .help = "no warnings, only the error that ends the program",
     .apply = [](Settings& s, Values) { return put(s.quiet, true); }},
    {.name = "help",
     .section = section::general,
     .help = "print this and end",
     .apply = [](Settings& s, Values) { return put(s.action, Action::show_help); }},
    {.name = "version",
     .section = section::general,
     .help = "print the version and end",
     .apply = [](Settings& s, Values) { return put(s.action, Action::show_version); }},

    {.name = "no-tls",
     .refusal = "nothing is ever sent unencrypted; connect to the broker's port for TLS, with -h and -p"},
    {.name = "unix",
     .value = "PATH",
     .refusal = "no TLS runs over a socket file; connect to the broker's port for TLS, with -h and -p"},
    {.name = "tls-engine",
     .value = "ENGINE",
     .refusal = "engines of OpenSSL are not supported; give the private key as a file, with --key"},
};

}  // namespace

std::span<const Option> options() noexcept {
    return table;
}

const Option* find(Command command, std::string_view name) noexcept {
    const auto* found = std::ranges::find_if(
        table, [&](const Option& option) { return option.name == name && includes(option.command, command); });
    return found != std::end(table) ? found : nullptr;
}

const Option* find(Command command, char letter) noexcept {
    const auto* found = std::ranges::find_if(
        table, [&](const Option& option) { return option.letter == letter && includes(option.command, command); });
    return found != std::end(table) && letter != 0 ? found : nullptr;
}

}  // namespace mqtts::cli
