// SPDX-License-Identifier: Apache-2.0
// Where the broker is and how to speak to it.
#include <fmt/format.h>

#include <algorithm>

#include "cli/arguments.hpp"
#include "cli/options/tables.hpp"
#include "cli/property.hpp"
#include "cli/quote.hpp"
#include "cli/values/text_file.hpp"
#include "cli/values/uri.hpp"
#include "cli/values/url.hpp"
#include "cli/values/value.hpp"

namespace mqtts::cli {

namespace connection_table {
namespace {

constexpr std::string_view section = "Connection";

Outcome<> set_version(Arguments& arguments, Values values) {
    return set(arguments.session.version, protocol_version(values.front()));
}

Outcome<> set_password_from_file(Arguments& arguments, Values values) {
    const auto password = read_secret(std::string(values.front()), arguments.deadline);
    if (!password) return password.error();
    return set(arguments.session.password, binary_data(password->view()));
}

/// Like any other way to give the password, it replaces an earlier one.
Outcome<> ask_for_password(Arguments& arguments, Values) {
    arguments.session.password.reset();
    return put(arguments.session.prompt_password, true);
}

/// Separated by commas.
Outcome<> set_hosts(Arguments& arguments, Values values) {
    arguments.connection.hosts.clear();
    for (std::size_t begin = 0; begin <= values.front().size();) {
        const std::size_t end = std::min(values.front().find(',', begin), values.front().size());
        const auto text = not_empty(values.front().substr(begin, end - begin));
        if (!text) return text.error();
        auto host = parse_host(*text);
        if (!host) return host.error();
        arguments.connection.hosts.push_back(*std::move(host));
        begin = end + 1;
    }
    return {};
}

/// Takes over what the URL says; a topic, where there is one, goes to `set_topic`. The scheme decides the port, too.
Outcome<> set_url(Arguments& arguments, Values values, Outcome<> (*set_topic)(Arguments&, std::string_view)) {
    auto url = parse_url(values.front());
    if (!url) return url.error();
    ConnectionArguments& connection = arguments.connection;
    connection.hosts = {{.host = url->host, .port = {}}};
    connection.port = url->port;
    connection.websocket = url->websocket;
    connection.url_topic = url->topic;
    if (url->user_name) arguments.session.user_name = url->user_name;
    if (url->password) arguments.session.password = url->password;
    return url->topic.empty() ? Outcome<>() : set_topic(arguments, url->topic);
}

Outcome<> set_url_to_publish_to(Arguments& arguments, Values values) {
    return set_url(arguments, values, [](Arguments& a, std::string_view topic) -> Outcome<> {
        return set(a.publish.topic_name, topic_name(topic));
    });
}

Outcome<> set_url_to_subscribe_to(Arguments& arguments, Values values) {
    return set_url(arguments, values, [](Arguments& a, std::string_view topic) -> Outcome<> {
        auto filter = topic_filter(topic);
        if (!filter) return filter.error();
        a.subscribe.subscriptions.push_back({.topic_filter = *std::move(filter)});
        return {};
    });
}

Outcome<> set_reconnect(Arguments& arguments, Values values) {
    return set(arguments.connection.patience.reconnect, patience(values.front()));
}

Outcome<> set_retry_connect(Arguments& arguments, Values values) {
    return set(arguments.connection.patience.retry_connect, patience(values.empty() ? "forever" : values.front()));
}

/// Also without a value; with one in an environment variable.
Outcome<> set_early(Arguments& arguments, Values values) {
    constexpr std::string_view yes[] = {"yes", "true", "on", "1"};
    constexpr std::string_view no[] = {"no", "false", "off", "0"};
    const std::string_view answer = values.empty() ? yes[0] : values.front();
    const bool is_yes = std::ranges::find(yes, answer) != std::end(yes);
    if (!is_yes && std::ranges::find(no, answer) == std::end(no))
        return Failure(Errc::bad_option, fmt::format("{} is neither yes nor no", quoted_unless_secret(answer)));
    return put(arguments.session.early, is_yes);
}

constexpr Option table[] = {
    {.name = "host",
     .letter = 'h',
     .value = "HOST",
     .section = section,
     .help = "the broker, or several to try in turn: a,b:8884",
     .initial = "localhost",
     .completion = Completion::host,
     .common = true,
     .apply = set_hosts},
    {.name = "port",
     .letter = 'p',
     .value = "PORT",
     .section = section,
     .help = "the broker's port for MQTT over TLS",
     .initial = "8883",
     .common = true,
     .apply = [](Arguments& a, Values v) { return set(a.connection.port, port(v.front())); }},
    {.name = "username",
     .letter = 'u',
     .value = "NAME",
     .section = section,
     .help = "user name for the broker",
     .common = true,
     .apply = [](Arguments& a, Values v) { return set(a.session.user_name, user_name(v.front())); }},
    {.name = "pw",
     .letter = 'P',
     .value = "PASSWORD",
     .section = section,
     .help = "password for the broker",
     .common = true,
     .secret = whole_value,
     .apply = [](Arguments& a, Values v) { return set(a.session.password, binary_data(v.front())); }},
    {.name = "pw-file",
     .value = "FILE",
     .section = section,
     .help = "the password is the first line of this file",
     .completion = Completion::file,
     .common = true,
     .apply = set_password_from_file},
    {.name = "pw-prompt",
     .section = section,
     .help = "ask for the password at the terminal",
     .apply = ask_for_password},
    {.name = "url",
     .letter = 'L',
     .value = "URL",
     .section = section,
     .help = "mqtts:// or wss://[user[:password]@]host[:port]/topic",
     .command = Command::publish,
     .common = true,
     .secret = url_secret,
     .apply = set_url_to_publish_to},
    {.name = "url",
     .letter = 'L',
     .value = "URL",
     .section = section,
     .help = "mqtts:// or wss://[user[:password]@]host[:port]/filter",
     .command = Command::subscribe,
     .common = true,
     .secret = url_secret,
     .apply = set_url_to_subscribe_to},
    {.name = "protocol-version",
     .letter = 'V',
     .value = "VERSION",
     .section = section,
     .help = "only 5, 311 or 31; without it 5, or else 3.1.1",
     .choices = "5 311 31 mqttv5 mqttv311 mqttv31",
     .completion = Completion::choice,
     .apply = set_version},
    {.name = "keepalive",
     .letter = 'k',
     .value = "SECONDS",
     .section = section,
     .help = "ping the broker when idle for so long, 5 to 65535",
     .initial = "60",
     .apply = [](Arguments& a, Values v) { return set_number<std::uint16_t>(a.session.keep_alive, v, 5, 65535); }},
    {.name = "connect-timeout",
     .value = "SECONDS",
     .section = section,
     .help = "bounds name, TCP, TLS and the broker's answer",
     .initial = "10",
     .apply = [](Arguments& a, Values v) { return set(a.connection.patience.connect_timeout, seconds(v.front())); }},
    {.name = "early",
     .section = section,
     .help = "send before the broker has accepted the connection",
     .optional_value = "no",
     .apply = set_early},
    {.name = "retry-connect",
     .section = section,
     .help = "keep trying for the first connection, too",
     .optional_value = "SECONDS",
     .apply = set_retry_connect},
    {.name = "reconnect",
     .value = "SECONDS",
     .section = section,
     .help = "try so long after a loss; also never, forever",
     .initial = "60",
     .command = Command::publish,
     .apply = set_reconnect},
    {.name = "reconnect",
     .value = "SECONDS",
     .section = section,
     .help = "try so long after a loss; also never, forever",
     .initial = "forever",
     .command = Command::subscribe,
     .apply = set_reconnect},
    {.name = "ack-timeout",
     .value = "SECONDS",
     .section = section,
     .help = "how long the broker may acknowledge nothing",
     .initial = "60",
     .apply = [](Arguments& a, Values v) { return set(a.connection.patience.ack_timeout, seconds(v.front())); }},
    {.name = "linger",
     .value = "SECONDS",
     .section = section,
     .help = "at a signal, wait so long for acknowledgements",
     .initial = "5",
     .apply = [](Arguments& a, Values v) { return set(a.connection.patience.linger, delay(v.front())); }},
    {.name = "nodelay",
     .section = section,
     .help = "for mosquitto's sake: nothing is ever held back",
     .apply = [](Arguments&, Values) { return Outcome<>(); }},
    {.name = "property",
     .letter = 'D',
     .value = "COMMAND IDENTIFIER VALUE",
     .section = section,
     .help = "add a property of MQTT 5 to a packet; repeatable",
     .completion = Completion::property,
     .repeatable = true,
     .words = property_words,
     .secret = property_secret,
     .apply = add_property},
};

}  // namespace
}  // namespace connection_table

std::span<const Option> connection_options() noexcept {
    return connection_table::table;
}

}  // namespace mqtts::cli
