// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/warnings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/quote.hpp"
#include "cli/resolve/commands.hpp"
#include "cli/resolve/input.hpp"
#include "cli/resolve/network.hpp"
#include "cli/resolve/overrides.hpp"
#include "cli/resolve/publish.hpp"
#include "cli/values/uri.hpp"
#include "cli/values/url.hpp"
#include "text/ascii.hpp"

namespace mqtts::cli {

namespace {

/// An option, when it has no effect, why, and what to do. The values are those of the option.
struct Idle {
    std::string_view option;
    bool (*is_idle)(const Arguments&, Values);
    std::string_view why;
    std::string_view hint = {};
};

bool has_subscriptions(const Arguments& typed) {
    return !typed.subscribe.subscriptions.empty() || has_commands(typed) || typed.publish.response_topic;
}

bool is_never_acknowledged(const Arguments& typed) {
    return typed.command == Command::publish && typed.publish.form != MessageForm::json &&
           !typed.publish.response_topic && typed.qos.value_or(wire::Qos::at_most_once) == wire::Qos::at_most_once;
}

bool is_property_of(Values words, std::string_view packet) {
    return lower_case(words.front()) == packet;
}

bool is_unverified(const Arguments& typed, Values) {
    return !typed.tls.verify;
}

bool has_no_certificate(const Arguments& typed, Values) {
    return typed.tls.certificate_file.empty();
}

constexpr std::string_view unverified = "--insecure verifies no certificate";
constexpr std::string_view no_key = "there is no key";

// These hold for a check, too.
constexpr Idle about_the_connection[] = {
    {"port", [](const Arguments& a, Values) { return all_have_ports(a.connection.hosts); },
     "each host of -h has its own port"},
    {"ws", [](const Arguments& a, Values) { return !a.connection.websocket; }, "the scheme of -L is mqtts"},
    {"cafile", is_unverified, unverified},
    {"capath", is_unverified, unverified},
    {"tls-use-os-certs", is_unverified, unverified},
    {"tls-session-cache", is_unverified, "--insecure stores no TLS session"},
    {"tls-session-cache", [](const Arguments& a, Values) { return !a.tls.shared_key.view().empty(); },
     "--psk stores no TLS session"},
    {"tls-session-cache", [](const Arguments& a, Values) { return a.tls.staple_required; },
     "--ocsp-stapling stores no TLS session"},
    {"ciphers",
     [](const Arguments& a, Values) {
         return a.tls.minimum_version == tls::Version::v1_3 && a.tls.ciphers.find("TLS_") == std::string::npos;
     },
     "it names only ciphers of TLS 1.2, and --tls-version allows only TLS 1.3"},
    {"key-pass", has_no_certificate, no_key, "give --cert and --key"},
    {"key-pass-file", has_no_certificate, no_key, "give --cert and --key"},
    {"quiet", [](const Arguments& a, Values) { return a.diagnosis.debug; }, "-d logs everything"},
    {"stats", [](const Arguments& a, Values) { return is_check(a); }, "--check counts no messages"},
    {"tls-report", [](const Arguments& a, Values) { return is_check(a); },
     "--check reports the same, on standard output"},
};

bool is_without_will(const Arguments& typed, Values) {
    return !typed.session.will.topic_name;
}

bool only_counts(const Arguments& typed, Values) {
    return typed.print.message_rate;
}

bool ends_before_messages(const Arguments& typed, Values) {
    return typed.subscribe.end_when_subscribed;
}

bool has_no_receive_maximum(const Arguments& typed, Values) {
    return has_commands(typed) &&
           typed.session.version.value_or(wire::ProtocolVersion::v5) != wire::ProtocolVersion::v5;
}

std::size_t jobs(const Arguments& typed) {
    return typed.commands.jobs.value_or(1);
}

bool repeats(const Arguments& typed) {
    return typed.publish.repeat.value_or(1) != 1;
}

constexpr std::string_view counts = "--message-rate prints only the number of messages";
constexpr std::string_view ends = "-E exits before any message arrives";
constexpr std::string_view no_will = "there is no Will Message";
constexpr std::string_view add_will = "give --will-topic";
constexpr std::string_view no_subscription = "there is no subscription";

// A check ignores these options, as its manual says.
constexpr Idle about_the_work[] = {
    {"early",
     [](const Arguments& a, Values) {
         return a.session.early.value_or(false) && a.session.authentication_method.has_value();
     },
     "with --auth-method nothing may be sent before the broker has accepted the connection"},
    {"early",
     [](const Arguments& a, Values) {
         const bool has_nothing = a.command == Command::publish && !has_subscriptions(a) && !is_ready_early(a);
         return a.session.early.value_or(false) && has_nothing;
     },
     "only a single small message of QoS 1 that is not retained (-m or -n) leaves early"},
    {"retry-connect", [](const Arguments& a, Values) { return a.publish.spool.has_value(); },
     "with --spool, --reconnect decides how long to try"},
    {"max-inflight", [](const Arguments& a, Values) { return is_never_acknowledged(a); },
     "messages of QoS 0 are not acknowledged"},
    {"max-inflight",
     [](const Arguments& a, Values) {
         return a.command == Command::subscribe && !a.subscribe.remove_retained && !has_commands(a);
     },
     "mqtts-sub publishes nothing"},
    {"max-inflight", has_no_receive_maximum, "before MQTT 5 there is no Receive Maximum"},
    {"max-inflight", [](const Arguments& a, Values) { return has_commands(a) && a.session.send_window <= jobs(a); },
     "--jobs lets the broker send more"},
    {"will-payload", is_without_will, no_will, add_will},
    {"will-qos", is_without_will, no_will, add_will},
    {"property", [](const Arguments& a, Values v) { return is_property_of(v, "will") && is_without_will(a, v); },
     no_will, add_will},
    {"property",
     [](const Arguments& a, Values v) { return is_property_of(v, "publish") && a.command == Command::subscribe; },
     "mqtts-sub publishes nothing"},
    {"property", [](const Arguments& a, Values v) { return is_property_of(v, "subscribe") && !has_subscriptions(a); },
     no_subscription},
    {"property",
     [](const Arguments& a, Values v) {
         return is_property_of(v, "unsubscribe") && a.subscribe.unsubscriptions.empty();
     },
     "there is no -U"},
    {"repeat", [](const Arguments& a, Values) { return holds_many(a.publish) && repeats(a); },
     "it repeats only a single message"},
    {"repeat-delay", [](const Arguments& a, Values) { return holds_many(a.publish); },
     "it delays only a single message", "give --rate for many"},
    {"repeat-delay", [](const Arguments& a, Values) { return !repeats(a); }, "the message is sent only once",
     "give --repeat 2 or more"},
    {"no-local", [](const Arguments& a, Values) { return !has_subscriptions(a); }, no_subscription},
    {"retain-as-published", [](const Arguments& a, Values) { return !has_subscriptions(a); }, no_subscription},
    {"retain-handling", [](const Arguments& a, Values) { return !has_subscriptions(a); }, no_subscription},
    {"retain-handling",
     [](const Arguments& a, Values) { return a.print.skip_retained && !a.subscribe.remove_retained; },
     "-R skips all retained messages"},
    {"qos",
     [](const Arguments& a, Values) {
         const std::vector<RequestedSubscription> all = requested_subscriptions(a);
         return a.command == Command::subscribe && !all.empty() &&
                std::ranges::all_of(all, [](const auto& one) { return one.options.qos.has_value(); });
     },
     "each --subscribe has its own QoS"},
    {"retained-settle", [](const Arguments& a, Values) { return !a.subscribe.end_after_retained; },
     "it works only with --exit-when-retained-done"},
    {"verbose", [](const Arguments& a, Values) { return a.print.format.format.has_value(); },
     "-F decides the whole line", "put %t for the topic in -F"},
    {"pretty", [](const Arguments& a, Values) { return !format::prints_json(a.print.format.format.value_or("")); },
     "it works only on %j and %J in -F"},
    {"filter-out", only_counts, counts},
    {"random-filter", only_counts, counts},
    {"retained-only", only_counts, counts},
    {"count", only_counts, counts},
    {"verbose", only_counts, counts},
    {"no-newline", only_counts, counts},
    {"format", only_counts, counts},
    {"raw", only_counts, counts},
    {"watch", only_counts, counts},
    {"filter-out", ends_before_messages, ends},
    {"random-filter", ends_before_messages, ends},
    {"retained-only", ends_before_messages, ends},
    {"remove-retained", ends_before_messages, ends},
    {"exit-when-retained-done", ends_before_messages, ends},
    {"count", ends_before_messages, ends},
    {"verbose", ends_before_messages, ends},
    {"no-newline", ends_before_messages, ends},
    {"format", ends_before_messages, ends},
    {"output", ends_before_messages, ends},
    {"raw", ends_before_messages, ends},
    {"watch", ends_before_messages, ends},
    {"message-rate", ends_before_messages, ends},
};

/// Does this host of -h mean the same as the URL, which has a port of its own or that of its scheme?
bool is_host_of(const Url& url, std::string_view text) {
    const auto host = parse_host(text);
    return host && host->host == url.host && host->port.value_or(url.port) == url.port;
}

/// Does the URL contradict this option? The content of a file, or an answer to a prompt, is not known here.
bool contradicts(const Url& url, const Given& option, Command command) {
    const std::string_view name = option.option->name;
    const std::string_view value = option.values.empty() ? std::string_view() : option.values.front();
    if (name == "host") return !is_host_of(url, value);
    if (name == "port") return value != std::to_string(url.port);
    if (name == "topic") return command == Command::publish && !url.topic.empty() && url.topic != value;
    if (name == "username") return url.user_name && *url.user_name != value;
    if (name == "pw") return url.password && *url.password != value;
    return (name == "pw-file" || name == "pw-prompt") && url.password;
}

/// Returns why a later option replaces this one. Empty: none does, or it says the same.
std::string why_overridden(const Given& given, std::span<const Given> behind, Command command) {
    const Given* const later = overriding(behind, given.option->name, command);
    if (!later) return {};
    const std::string otherwise = fmt::format("a later {} overrides it", later->name);
    if (later->option->name != "url") return otherwise;
    const std::string& text = later->values.front();
    const auto url = parse_url(text);  // it was understood before
    if (!contradicts(*url, given, command)) return {};
    const bool names_port = parse_url_host(take_apart(text)->host_and_port)->port.has_value();
    if (given.option->name != "port" || names_port) return otherwise;
    return fmt::format("a later {} has no port, which means {}", later->name, url->port);
}

Remark without_effect(const Given& given, std::string_view why, std::string_view hint = {}) {
    return {fmt::format("{} has no effect: {}", given.name, why), std::string(hint)};
}

/// Finds the first row of a table for which the option has no effect.
std::optional<Remark> idle(const Given& given, std::span<const Idle> table, const Arguments& arguments) {
    const std::vector<std::string_view> values(given.values.begin(), given.values.end());
    for (const Idle& row : table)
        if (row.option == given.option->name && row.is_idle(arguments, values))
            return without_effect(given, row.why, row.hint);
    return std::nullopt;
}

/// Warns of "-P=secret": the broker refuses the password "=secret" and does not mention the =.
std::optional<Remark> misread_equals_sign(const Given& given) {
    if (!given.is_equated) return std::nullopt;
    return Remark{fmt::format("{}= makes the = part of the value", given.name),
                  fmt::format("write {} VALUE, or --{}=VALUE", given.name, given.option->name)};
}

/// Warns of a second topic: most options are repeated to change what an alias says, but two topics are both meant.
std::optional<Remark> forgotten_topic(const Given& given, std::span<const Given> behind, Command command) {
    const bool is_topic = command == Command::publish && given.option->name == "topic";
    const auto other = std::ranges::find_if(behind, [&](const Given& later) {
        return is_topic && later.option == given.option && later.values != given.values;
    });
    if (other == behind.end()) return std::nullopt;
    return without_effect(given, fmt::format("a later {} overrides it", other->name));
}

std::optional<Remark> warning(const Given& given, std::span<const Given> behind, const Arguments& arguments) {
    if (const std::string why = why_overridden(given, behind, arguments.command); !why.empty())
        return without_effect(given, why);
    std::optional<Remark> remark = idle(given, about_the_connection, arguments);
    if (!remark && !is_check(arguments)) remark = idle(given, about_the_work, arguments);
    return remark;
}

/// Warns those who know WebSockets, where the path follows the host.
std::optional<Remark> misread_url(const Arguments& arguments) {
    constexpr std::string_view path = "give the path of a WebSocket with --ws-path: a URL has the topic in its place";
    const std::string& topic = arguments.connection.url_topic;
    if (topic.empty() || !arguments.connection.websocket || is_check(arguments)) return std::nullopt;
    if (arguments.subscribe.subscriptions.size() > 1)
        return Remark{fmt::format("-L subscribes to {}, too", quoted(topic)), std::string(path)};
    if (arguments.command == Command::publish && arguments.publish.topic_name != topic)
        return Remark{fmt::format("the topic {} of -L has no effect: -t gives another one", quoted(topic)),
                      std::string(path)};
    return std::nullopt;
}

}  // namespace

std::vector<Remark> warnings(const Arguments& arguments, std::span<const Given> given) {
    std::vector<Remark> remarks;
    const auto add = [&](std::optional<Remark> remark) {
        if (remark && std::ranges::find(remarks, *remark) == remarks.end()) remarks.push_back(*std::move(remark));
    };
    for (std::size_t i = 0; i < given.size(); ++i)
        if (given[i].source == from_command_line) {
            add(misread_equals_sign(given[i]));
            add(forgotten_topic(given[i], given.subspan(i + 1), arguments.command));
            add(warning(given[i], given.subspan(i + 1), arguments));
        }
    add(misread_url(arguments));
    return remarks;
}

}  // namespace mqtts::cli
