// SPDX-License-Identifier: Apache-2.0
// Where the broker is, and how to connect to it.
#include <fmt/format.h>

#include <algorithm>

#include "auth/settings.hpp"
#include "cli/arguments.hpp"
#include "cli/options/tables.hpp"
#include "cli/property.hpp"
#include "cli/quote.hpp"
#include "cli/values/text_file.hpp"
#include "cli/values/uri.hpp"
#include "cli/values/url.hpp"
#include "cli/values/value.hpp"
#include "text/ascii.hpp"

namespace mqtts::cli {

namespace connection_table {
namespace {

constexpr std::string_view section = "Connection";

Result<> set_version(Arguments& arguments, Values values) {
    return set(arguments.session.version, protocol_version(values.front()));
}

Result<> set_password_from_file(Arguments& arguments, Values values) {
    const auto password = read_secret(std::string(values.front()), arguments.deadline);
    if (!password) return password.error();
    return set(arguments.session.password, binary_data(password->view()));
}

/// Replaces a password given before, as each way to give it does.
Result<> ask_for_password(Arguments& arguments, Values) {
    arguments.session.password.reset();
    return put(arguments.session.prompt_password, true);
}

/// Stores the name. Any name may be that of a method, but all that begin with SCRAM are known.
Result<> set_authentication_method(Arguments& arguments, Values values) {
    const std::string_view name = values.front();
    if (lower_case(name).starts_with("scram") && !auth::scram_hash(name))
        return bad(fmt::format("{} is not supported", quoted(name)),
                   "give SCRAM-SHA-1, SCRAM-SHA-256 or SCRAM-SHA-512");
    if (name.empty()) return bad("must not be empty");
    return set(arguments.session.authentication_method, utf8_string(name));
}

/// Stores hosts that commas separate.
Result<> set_hosts(Arguments& arguments, Values values) {
    arguments.connection.hosts.clear();
    for (std::size_t begin = 0; begin <= values.front().size();) {
        const std::size_t end = std::min(values.front().find(',', begin), values.front().size());
        const std::string_view text = values.front().substr(begin, end - begin);
        if (text.empty()) return bad(values.front().empty() ? "must not be empty" : "a host in the list is empty");
        auto host = parse_host(text);
        if (!host) return host.error();
        arguments.connection.hosts.push_back(*std::move(host));
        begin = end + 1;
    }
    return {};
}

/// Stores the parts of the URL, and passes a topic to `set_topic`. The scheme decides the port, too.
Result<> set_url(Arguments& arguments, Values values, Result<> (*set_topic)(Arguments&, std::string_view)) {
    auto url = parse_url(values.front());
    if (!url) return url.error();
    ConnectionArguments& connection = arguments.connection;
    connection.hosts = {{.host = url->host, .port = {}}};
    connection.port = url->port;
    connection.websocket = url->websocket;
    connection.url_topic = url->topic;
    if (url->user_name) arguments.session.user_name = url->user_name;
    if (url->password) arguments.session.password = url->password;
    return url->topic.empty() ? Result<>() : set_topic(arguments, url->topic);
}

Result<> set_url_to_publish_to(Arguments& arguments, Values values) {
    return set_url(arguments, values, [](Arguments& a, std::string_view topic) -> Result<> {
        return set(a.publish.topic_name, topic_name(topic));
    });
}

Result<> set_url_to_subscribe_to(Arguments& arguments, Values values) {
    return set_url(arguments, values, [](Arguments& a, std::string_view topic) -> Result<> {
        auto filter = topic_filter(topic);
        if (!filter) return filter.error();
        a.subscribe.subscriptions.push_back({.topic_filter = *std::move(filter)});
        return {};
    });
}

Result<> set_linger(Arguments& arguments, Values values) {
    return set(arguments.connection.patience.linger, delay(values.front()));
}

Result<> set_reconnect(Arguments& arguments, Values values) {
    return set(arguments.connection.patience.reconnect, patience(values.front()));
}

Result<> set_retry_connect(Arguments& arguments, Values values) {
    return set(arguments.connection.patience.retry_connect, patience(values.empty() ? "forever" : values.front()));
}

/// Has a value in an environment variable, and may have one elsewhere.
Result<> set_early(Arguments& arguments, Values values) {
    constexpr std::string_view yes[] = {"yes", "true", "on", "1"};
    constexpr std::string_view no[] = {"no", "false", "off", "0"};
    const std::string_view answer = values.empty() ? yes[0] : values.front();
    const bool is_yes = std::ranges::find(yes, answer) != std::end(yes);
    if (!is_yes && std::ranges::find(no, answer) == std::end(no))
        return bad(fmt::format("{} is neither yes nor no", quoted_unless_secret(answer)), "give yes or no");
    return put(arguments.session.early, is_yes);
}

/// Two messages to different topics may travel through the same connection.
std::optional<std::string> url_without_topic(Values values) {
    const std::string_view text = values.front();
    const std::size_t host = text.find("://");
    if (host == text.npos) return std::string(text);
    return std::string(text.substr(0, text.find('/', host + 3)));
}

/// A property of PUBLISH is about one message, any other one about the connection.
std::optional<std::string> property_of_connection(Values values) {
    if (lower_case(values.front()) == "publish") return std::nullopt;
    std::string words;
    for (const std::string_view word : values)
        words.append(word).push_back('\0');
    return words;
}

constexpr Option table[] = {
    {.name = "host",
     .letter = 'h',
     .value = "HOST",
     .section = section,
     .help = "connect to HOST; a,b:8884 tries both",
     .initial = "localhost",
     .completion = Completion::host,
     .common = true,
     .apply = set_hosts},
    {.name = "port",
     .letter = 'p',
     .value = "PORT",
     .section = section,
     .help = "connect to this port",
     .initial = "8883",
     .common = true,
     .apply = [](Arguments& a, Values v) { return set(a.connection.port, port(v.front())); }},
    {.name = "username",
     .letter = 'u',
     .value = "NAME",
     .section = section,
     .help = "log in as NAME",
     .common = true,
     .apply = [](Arguments& a, Values v) { return set(a.session.user_name, user_name(v.front())); }},
    {.name = "pw",
     .letter = 'P',
     .value = "PASSWORD",
     .section = section,
     .help = "log in with PASSWORD",
     .common = true,
     .secret = whole_value,
     .apply = [](Arguments& a, Values v) { return set(a.session.password, binary_data(v.front())); }},
    {.name = "pw-file",
     .value = "FILE",
     .section = section,
     .help = "read the password from the first line of FILE",
     .completion = Completion::file,
     .common = true,
     .counts = Counts::file_content,
     .apply = set_password_from_file},
    {.name = "pw-prompt",
     .section = section,
     .help = "ask for the password at the terminal",
     .apply = ask_for_password},
    {.name = "auth-method",
     .value = "METHOD",
     .section = section,
     .help = "authenticate with SCRAM-SHA-256 or other METHOD",
     .apply = set_authentication_method},
    {.name = "auth-data-file",
     .value = "FILE",
     .section = section,
     .help = "send the token in FILE with --auth-method",
     .completion = Completion::file,
     .counts = Counts::file_content,
     .apply = [](Arguments& a, Values v) { return set(a.session.authentication_data_file, not_empty(v.front())); }},
    {.name = "url",
     .letter = 'L',
     .value = "URL",
     .section = section,
     .help = "mqtts:// or wss://[user[:password]@]host[:port]/topic",
     .command = Command::publish,
     .common = true,
     .secret = url_secret,
     .part_that_counts = url_without_topic,
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
     .help = "speak only this MQTT version; default: 5, then 3.1.1",
     .choices = "5 311 31 mqttv5 mqttv311 mqttv31",
     .completion = Completion::choice,
     .apply = set_version},
    {.name = "keepalive",
     .letter = 'k',
     .value = "SECONDS",
     .section = section,
     .help = "ping if idle for SECONDS, 5 to 65535 (Keep Alive)",
     .initial = "60",
     .apply = [](Arguments& a, Values v) { return set_number<std::uint16_t>(a.session.keep_alive, v, 5, 65535); }},
    {.name = "connect-timeout",
     .value = "SECONDS",
     .section = section,
     .help = "fail if not connected to the broker after SECONDS",
     .initial = "10",
     .apply = [](Arguments& a, Values v) { return set(a.connection.patience.connect_timeout, seconds(v.front())); }},
    {.name = "early",
     .section = section,
     .help = "send before the broker has accepted the connection",
     .optional_value = "no",
     .apply = set_early},
    {.name = "retry-connect",
     .section = section,
     .help = "retry the first connection, for SECONDS or forever",
     .optional_value = "SECONDS",
     .apply = set_retry_connect},
    {.name = "reconnect",
     .value = "SECONDS",
     .section = section,
     .help = "reconnect for SECONDS; also never or forever",
     .initial = "60",
     .command = Command::publish,
     .apply = set_reconnect},
    {.name = "reconnect",
     .value = "SECONDS",
     .section = section,
     .help = "reconnect for SECONDS; also never or forever",
     .initial = "forever",
     .command = Command::subscribe,
     .apply = set_reconnect},
    {.name = "ack-timeout",
     .value = "SECONDS",
     .section = section,
     .help = "fail if nothing is acknowledged for SECONDS",
     .initial = "60",
     .apply = [](Arguments& a, Values v) { return set(a.connection.patience.ack_timeout, seconds(v.front())); }},
    {.name = "linger",
     .value = "SECONDS",
     .section = section,
     .help = "after a signal, wait SECONDS for acknowledgements",
     .initial = "5",
     .command = Command::publish,
     .apply = set_linger},
    {.name = "linger",
     .value = "SECONDS",
     .section = section,
     .help = "at the end, wait SECONDS for acknowledgements",
     .initial = "5",
     .command = Command::subscribe,
     .apply = set_linger},
    {.name = "nodelay",
     .section = section,
     .help = "accepted for mosquitto; packets are never delayed",
     .apply = [](Arguments&, Values) { return Result<>(); }},
    {.name = "property",
     .letter = 'D',
     .value = "COMMAND IDENTIFIER VALUE",
     .section = section,
     .help = "add an MQTT 5 property to a packet; repeatable",
     .completion = Completion::property,
     .repeatable = true,
     .words = property_words,
     .secret = property_secret,
     .part_that_counts = property_of_connection,
     .apply = add_property},
};

}  // namespace
}  // namespace connection_table

std::span<const Option> connection_options() noexcept {
    return connection_table::table;
}

}  // namespace mqtts::cli
