// Where the broker is and how to speak to it.
#include <fmt/format.h>

#include "base/system_reason.hpp"
#include "base/utf8.hpp"
#include "cli/options.hpp"
#include "cli/property.hpp"
#include "cli/settings.hpp"
#include "cli/text_file.hpp"
#include "cli/url.hpp"
#include "cli/value.hpp"

namespace mqtts::cli {

namespace {

constexpr std::string_view section = "Connection";

Result<> set_version(Settings& settings, Values values) {
    settings.version_pinned = true;
    return set(settings.session.version, protocol_version(values.front()));
}

/// The first line, without its end; all of the rest is for people.
Result<> set_password_from_file(Settings& settings, Values values) {
    const std::string path(values.front());
    std::string text;
    if (const auto error = read_file(path, text))
        return Failure{Errc::unusable_password_file, fmt::format("{}: {}", escape(path), system_reason(error))};
    if (text.empty()) return Failure{Errc::unusable_password_file, fmt::format("{}: it is empty", escape(path))};
    std::string_view line = std::string_view(text).substr(0, text.find('\n'));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return set(settings.session.password, binary_data(line));
}

/// Takes over what the URL says; a topic, where there is one, goes to `set_topic`. The scheme decides the port, too.
Result<> set_url(Settings& settings, Values values, Result<> (*set_topic)(Settings&, std::string_view)) {
    auto url = parse_url(values.front());
    if (!url) return url.error();
    settings.transport.endpoint = {.host = url->host, .port = url->port};
    settings.use_websocket = url->websocket;
    if (url->user_name) settings.session.user_name = url->user_name;
    if (url->password) settings.session.password = url->password;
    return url->topic.empty() ? Result<>() : set_topic(settings, url->topic);
}

Result<> set_url_to_publish_to(Settings& settings, Values values) {
    return set_url(settings, values, [](Settings& s, std::string_view topic) -> Result<> {
        return set(s.publish.topic_name, topic_name(topic));
    });
}

Result<> set_url_to_subscribe_to(Settings& settings, Values values) {
    return set_url(settings, values, [](Settings& s, std::string_view topic) -> Result<> {
        auto filter = topic_filter(topic);
        if (!filter) return filter.error();
        s.requested_subscriptions.push_back({.topic_filter = *std::move(filter)});
        return {};
    });
}

constexpr Option table[] = {
    {.name = "host",
     .letter = 'h',
     .value = "HOST",
     .section = section,
     .help = "name or address of the broker",
     .initial = "localhost",
     .completion = Completion::host,
     .common = true,
     .apply = [](Settings& s, Values v) { return set(s.transport.endpoint.host, not_empty(v.front())); }},
    {.name = "port",
     .letter = 'p',
     .value = "PORT",
     .section = section,
     .help = "the broker's port for MQTT over TLS",
     .initial = "8883",
     .common = true,
     .apply = [](Settings& s, Values v) { return set_number<std::uint16_t>(s.transport.endpoint.port, v, 1, 65535); }},
    {.name = "username",
     .letter = 'u',
     .value = "NAME",
     .section = section,
     .help = "user name for the broker",
     .common = true,
     .apply = [](Settings& s, Values v) { return set(s.session.user_name, utf8_string(v.front())); }},
    {.name = "pw",
     .letter = 'P',
     .value = "PASSWORD",
     .section = section,
     .help = "password for the broker",
     .common = true,
     .secret = whole_value,
     .apply = [](Settings& s, Values v) { return set(s.session.password, binary_data(v.front())); }},
    {.name = "pw-file",
     .value = "FILE",
     .section = section,
     .help = "the password is the first line of this file",
     .completion = Completion::file,
     .common = true,
     .apply = set_password_from_file},
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
     .apply = [](Settings& s, Values v) { return set_number<std::uint16_t>(s.session.keep_alive, v, 5, 65535); }},
    {.name = "connect-timeout",
     .value = "SECONDS",
     .section = section,
     .help = "bounds name, TCP, TLS and the broker's answer",
     .initial = "10",
     .apply = [](Settings& s, Values v) { return set(s.connect_timeout, seconds(v.front())); }},
    {.name = "nodelay",
     .section = section,
     .help = "for mosquitto's sake: nothing is ever held back",
     .apply = [](Settings&, Values) { return Result<>(); }},
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

std::span<const Option> connection_options() noexcept {
    return table;
}

}  // namespace mqtts::cli
