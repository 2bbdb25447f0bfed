// SPDX-License-Identifier: Apache-2.0
#include "cli/settings.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <random>
#include <utility>

#include "base/entropy.hpp"
#include "cli/bad_option.hpp"
#include "cli/diagnosis.hpp"
#include "cli/ending.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "cli/property.hpp"
#include "cli/tls_rules.hpp"
#include "text/escape.hpp"

namespace mqtts::cli {

using wire::ProtocolVersion;
using wire::Qos;

namespace {

std::string_view letter_of(Source source) {
    switch (source) {
        case Source::message:
            return "-m";
        case Source::file:
            return "-f";
        case Source::whole_stdin:
            return "-s";
        case Source::lines:
            return "-l";
        case Source::null:
            return "-n";
        case Source::none:
            break;
    }
    return {};
}

std::string_view name_of(ProtocolVersion version) {
    return version == ProtocolVersion::v31 ? "31" : "311";
}

/// An option that needs MQTT 5, and why.
struct Need {
    std::string_view option;
    std::string_view reason;
};

std::optional<Need> need_for_version_5(const Settings& settings, Command command) {
    if (settings.properties_given) return Need{"-D", "only MQTT 5 has properties"};
    if (settings.session_expiry_interval) return Need{"-x", "only MQTT 5 has a session expiry interval"};
    if ((settings.session.password || settings.prompt_password) && !settings.session.user_name)
        return Need{"-P without -u", "only MQTT 5 takes a password without a user name"};
    if (command == Command::publish && settings.publish.response_topic == "")
        return Need{"--request",
                    "only MQTT 5 tells the other side where to answer; agree on a topic, and give it with -e"};
    if (settings.session.fail_no_subscribers)
        return Need{"--fail-no-subscribers", "only MQTT 5 tells if anybody is subscribed"};
    if (settings.all_subscriptions.no_local) return Need{"--no-local", "only MQTT 5 leaves out one's own messages"};
    if (std::ranges::any_of(settings.requested_subscriptions, [](const auto& one) { return one.options.no_local; }))
        return Need{"no-local of --subscribe", "only MQTT 5 leaves out one's own messages"};
    return std::nullopt;
}

/// Options that only MQTT 5 has make it the version to insist on.
Result<> check_version(Settings& settings, Command command) {
    const ProtocolVersion version = settings.session.version;
    const auto need = need_for_version_5(settings, command);
    if (need && version != ProtocolVersion::v5)
        return bad(fmt::format("{} contradicts -V {}: {}", need->option, name_of(version), need->reason));
    settings.version_pinned = settings.version_pinned || need;
    if (need) settings.needs_version_5 = need->option;
    return {};
}

/// A spool has an identifier of its own, if none is given, and so has what --state names. MQTT 3.1 wants one from the
/// client.
Result<> check_client_identifier(Settings& settings) {
    std::string& identifier = settings.session.client_identifier;
    const bool given = !identifier.empty();
    if (given && settings.client_identifier_prefix) return bad("-i and -I exclude each other: give only one of them");
    if (settings.keep_session && !given) return bad("-c resumes the session of a client identifier: give it with -i");
    if (settings.session_expiry_interval == session::never_expires && !given)
        return bad("-x keeps the session of a client identifier for ever: give it with -i");
    if (settings.client_identifier_prefix)
        identifier = fmt::format("{}{}", *settings.client_identifier_prefix, ::getpid());
    else if (!given && settings.session.version == ProtocolVersion::v31 && settings.publish.spool.empty() &&
             settings.subscribe.state.empty())
        identifier = random_client_identifier();
    return {};
}

/// The highest one of the messages to publish, or of the subscriptions.
Qos highest_qos(const Settings& settings, Command command) {
    if (settings.publish.input.form == InputForm::json) return Qos::exactly_once;  // each message may say its own
    Qos highest = command == Command::publish ? settings.qos : Qos::at_most_once;
    for (const session::SubscriptionSettings& subscription : settings.subscribe.subscriptions)
        highest = std::max(highest, subscription.qos);
    return highest;
}

/// How long the server keeps a session that only has to outlive a lost connection: twice as long as we try for another,
/// because the server may notice the loss later than we do, or earlier.
std::uint32_t long_enough_to_reconnect(std::chrono::milliseconds reconnect) {
    using std::chrono::seconds;
    constexpr seconds shortest = std::chrono::minutes(5);
    constexpr seconds longest = std::chrono::hours(1);
    const auto twice = std::chrono::duration_cast<seconds>(2 * reconnect);
    return static_cast<std::uint32_t>(std::clamp(twice, shortest, longest).count());
}

/// Does it take a session to get the messages over a lost connection? One message of QoS 1 can as well be sent again.
bool needs_session(const Settings& settings, Command command) {
    const PublishSettings& publish = settings.publish;
    const Qos highest = highest_qos(settings, command);
    const bool goes_on = command == Command::subscribe || publish.input.many || publish.response_topic;
    return highest == Qos::exactly_once || (highest == Qos::at_least_once && goes_on);
}

/// What survives us perhaps has to survive a long time without power, too.
constexpr std::uint32_t thirty_days = 30 * 24 * 60 * 60;

/// Messages in a spool belong to a session that outlives us; DISCONNECT ends it once all are acknowledged.
void choose_session_of_spool(Settings& settings) {
    session::Settings& session = settings.session;
    session.clean_start = false;
    session.outlives_process = true;
    settings.retry_connect = settings.reconnect;
    if (session.version != ProtocolVersion::v5) return;
    session.session_expiry_interval = settings.session_expiry_interval.value_or(thirty_days);
    session.end_session_at_disconnect = !settings.session_expiry_interval && !settings.keep_session;
}

/// What --state remembers is about a session that goes on in the next run.
void choose_session_of_state(Settings& settings) {
    session::Settings& session = settings.session;
    session.clean_start = false;
    if (session.version != ProtocolVersion::v5) return;
    const std::uint32_t usual = settings.keep_session ? session::never_expires : thirty_days;
    session.session_expiry_interval = settings.session_expiry_interval.value_or(usual);
}

/// What lives only as long as this run still has to outlive a lost connection: the server keeps such a session for a
/// while, and DISCONNECT at the end makes it forget. Said otherwise with -c or -x, it is as said.
void choose_session(Settings& settings, Command command) {
    if (!settings.publish.spool.empty()) return choose_session_of_spool(settings);
    if (!settings.subscribe.state.empty()) return choose_session_of_state(settings);
    session::Settings& session = settings.session;
    const bool has_expiry = session.version == ProtocolVersion::v5;
    session.clean_start = !settings.keep_session;
    if (settings.session_expiry_interval) {
        session.session_expiry_interval = *settings.session_expiry_interval;
    } else if (settings.keep_session && has_expiry) {
        session.session_expiry_interval = session::never_expires;
    } else if (settings.reconnect.count() != 0 && has_expiry && needs_session(settings, command)) {
        session.session_expiry_interval = long_enough_to_reconnect(settings.reconnect);
        session.end_session_at_disconnect = true;
    }
    // An earlier run may have left QoS 2 messages behind whose Packet Identifiers would swallow ours; a publisher has
    // nothing else to resume.
    const bool only_publishes = command == Command::publish && !settings.publish.response_topic;
    if (only_publishes && has_expiry && settings.qos == Qos::exactly_once) session.clean_start = true;
}

Result<> check_websocket(Settings& settings) {
    if (!settings.use_websocket) {
        if (settings.websocket_path) return bad("--ws-path needs a WebSocket: give --ws, or a URL with wss://");
        if (!settings.websocket_headers.empty())
            return bad("--ws-header needs a WebSocket: give --ws, or a URL with wss://");
        return {};
    }
    net::WebSocketSettings& websocket = settings.transport.endpoint.websocket.emplace();
    if (settings.websocket_path) websocket.path = *settings.websocket_path;
    websocket.headers = settings.websocket_headers;
    return {};
}

/// The first host is the endpoint, the others stand by. A host without a port of its own has that of -p.
Result<> check_hosts(Settings& settings) {
    Server& transport = settings.transport;
    if (settings.hosts.size() > 1 && transport.route.connect_to)
        return bad("--connect-to is one way to all hosts of -h: give only one of them");
    std::vector<net::Endpoint> endpoints;
    for (const HostAndPort& host : settings.hosts) {
        net::Endpoint& endpoint = endpoints.emplace_back(transport.endpoint);
        endpoint.host = host.host;
        endpoint.port = host.port.value_or(endpoint.port);
    }
    if (endpoints.empty()) return {};  // -L
    transport.endpoint = endpoints.front();
    transport.alternatives.assign(endpoints.begin() + 1, endpoints.end());
    return {};
}

Result<> check_will(session::Settings& session) {
    if (!session.will || !session.will->topic_name.empty()) return {};
    if (!session.will->payload.empty()) return bad("--will-payload goes nowhere: give a topic with --will-topic");
    if (session.will->retain) return bad("--will-retain keeps nothing: give a topic with --will-topic");
    session.will.reset();
    return {};
}

/// Options about an answer need a question.
Result<> check_no_request(const Settings& settings) {
    const output::PrintSettings& print = settings.subscribe.print;
    const SubscriptionOptions& subscription = settings.all_subscriptions;
    const std::pair<std::string_view, bool> given[] = {
        {"-v", print.format.verbose},
        {"-N", !print.format.end_of_line},
        {"-F", print.format.format.has_value()},
        {"--pretty", print.format.pretty},
        {"--output", print.format.output.has_value()},
        {"--raw", print.raw},
        {"-R", print.skip_retained},
        {"--latency", settings.publish.latency},
        {"--retain-as-published", subscription.retain_as_published},
        {"--retain-handling", subscription.retain_handling.has_value()},
    };
    for (const auto& [option, is_given] : given)
        if (is_given) return bad(fmt::format("{} is about the answer to a request: ask for one, with -e", option));
    return {};
}

Result<> check_request(Settings& settings) {
    const PublishSettings& publish = settings.publish;
    if (publish.input.many)
        return bad("-l publishes many messages, and -e waits for one answer: give one of -m, -f, -s, -n");
    if (publish.repeat != 1) return bad("--repeat publishes many messages, and -e waits for one answer");
    if (publish.properties.view().find(wire::PropertyIdentifier::response_topic))
        return bad("-e and -D publish response-topic both say where to answer: give only one of them");
    settings.subscribe.subscriptions = {
        complete({.topic_filter = *publish.response_topic}, settings.all_subscriptions)};
    return {};
}

Result<> check_spool(const Settings& settings) {
    const PublishSettings& publish = settings.publish;
    if (publish.spool.empty()) return {};
    if (highest_qos(settings, Command::publish) == Qos::at_most_once)
        return bad(
            "--spool keeps messages until they are acknowledged, and those of QoS 0 never are: give -q 1 or -q 2");
    if (publish.response_topic) return bad("--spool may deliver a message days later, and -e waits for its answer");
    if (settings.client_identifier_prefix)
        return bad("-I has another client identifier in each run, and --spool needs the same one: give it with -i");
    if (settings.session_expiry_interval == 0)
        return bad("-x 0 contradicts --spool: the broker has to keep the session for the next run");
    return {};
}

Result<> check_publish(Settings& settings) {
    PublishSettings& publish = settings.publish;
    if (auto checked = check_input(publish); !checked) return checked;
    if (publish.topic_name.empty() && !publish.input.names_topic())
        return bad("no topic to publish to: give it with -t");
    if (publish.source == Source::none) return bad("nothing to publish: give one of -m, -f, -s, -l, -n");
    if (publish.source == Source::message && publish.text.size() > publish.maximum_message_size)
        return bad(fmt::format("-m: {} bytes are more than the {} of --max-message-size", publish.text.size(),
                               publish.maximum_message_size));
    publish.qos = settings.qos;
    if (settings.session.fail_no_subscribers && highest_qos(settings, Command::publish) == Qos::at_most_once)
        return bad("--fail-no-subscribers needs an acknowledgement that says so: give -q 1");
    if (auto checked = check_spool(settings); !checked) return checked;
    if (auto checked = check_output(settings.subscribe.print); !checked) return checked;
    return publish.response_topic ? check_request(settings) : check_no_request(settings);
}

/// The Receive Maximum to ask for. Large, because some servers drop what a small one cannot take. session::OpenPubrecs
/// keeps it cheap at QoS 2. And never more than are wanted: the others stay with the server.
std::uint16_t window(const Settings& settings) {
    constexpr std::uint64_t largest = 65535;
    const std::uint64_t wanted = settings.subscribe.print.count;
    return static_cast<std::uint16_t>(wanted == 0 ? largest : std::min(wanted, largest));
}

/// A shared subscription cannot leave out one's own messages [MQTT-3.8.3-4].
Result<> check_shared(const session::SubscriptionSettings& subscription) {
    if (subscription.no_local && subscription.topic_filter.starts_with("$share/"))
        return bad(fmt::format("no-local is not possible for '{}': it is a shared subscription",
                               escape(subscription.topic_filter)));
    return {};
}

Result<> check_state(const Settings& settings) {
    if (settings.subscribe.state.empty()) return {};
    const output::PrintSettings& print = settings.subscribe.print;
    if (highest_qos(settings, Command::subscribe) == Qos::at_most_once)
        return bad("--state remembers what is acknowledged, and messages of QoS 0 never are: give -q 2");
    if (print.watch || print.message_rate)
        return bad("--state is about messages in a file, and -w and --message-rate print none");
    if (settings.client_identifier_prefix)
        return bad("-I has another client identifier in each run, and --state needs the same one: give it with -i");
    if (settings.session_expiry_interval == 0)
        return bad("-x 0 contradicts --state: the broker has to keep the session for the next run");
    return {};
}

Result<> check_subscribe(Settings& settings) {
    SubscribeSettings& subscribe = settings.subscribe;
    if (settings.requested_subscriptions.empty() && subscribe.unsubscriptions.empty())
        return bad("no topic to subscribe to: give at least one with -t");
    if (subscribe.print.retained_only && subscribe.print.skip_retained)
        return bad("--retained-only and -R together leave no message at all: give only one of them");
    for (const RequestedSubscription& requested : settings.requested_subscriptions) {
        session::SubscriptionSettings subscription = complete(requested, settings.all_subscriptions);
        if (auto checked = check_shared(subscription); !checked) return checked;
        subscribe.subscriptions.push_back(std::move(subscription));
    }
    if (auto checked = check_ending(subscribe); !checked) return checked;
    if (auto checked = check_output(subscribe.print); !checked) return checked;
    if (auto checked = check_state(settings); !checked) return checked;
    settings.session.receive_maximum = window(settings);
    subscribe.print.broker = settings.transport.endpoint.host;
    return {};
}

/// What holds for all subscriptions. With -R the server need not send the messages that are skipped, unless it is to
/// remove them.
void complete_subscription_options(Settings& settings) {
    settings.all_subscriptions.qos = settings.qos;
    if (settings.subscribe.print.skip_retained && !settings.subscribe.remove_retained) {
        settings.all_subscriptions.retain_handling = wire::RetainHandling::never;
        for (RequestedSubscription& requested : settings.requested_subscriptions)
            requested.options.retain_handling.reset();
    }
}

Result<> check_messages(Settings& settings, Command command) {
    if (settings.diagnosis.check) return {};
    const bool skips_retained = settings.subscribe.print.skip_retained && !settings.subscribe.remove_retained;
    settings.only_in_v5 =
        options_only_in_v5(settings.all_subscriptions, settings.requested_subscriptions, skips_retained);
    complete_subscription_options(settings);
    return command == Command::publish ? check_publish(settings) : check_subscribe(settings);
}

}  // namespace

Result<> set_source(Settings& settings, Source source, std::string_view text) {
    PublishSettings& publish = settings.publish;
    if (publish.source != Source::none)
        return bad(
            fmt::format("only one source of messages can be given, and there was {}", letter_of(publish.source)));
    publish.source = source;
    publish.text = text;
    return {};
}

std::string random_client_identifier() {
    constexpr std::string_view characters = "0123456789abcdefghijklmnopqrstuvwxyz";
    std::random_device random = entropy();
    std::uniform_int_distribution<std::size_t> index(0, characters.size() - 1);
    std::string identifier = "mqtts-";
    while (identifier.size() < 23)
        identifier += characters[index(random)];
    return identifier;
}

session::WillSettings& will(Settings& settings) {
    return settings.session.will ? *settings.session.will : settings.session.will.emplace();
}

Result<> check(Settings& settings, Command command) {
    if (auto checked = check_diagnosis(settings); !checked) return checked;
    if (auto checked = check_version(settings, command); !checked) return checked;
    if (auto checked = check_client_identifier(settings); !checked) return checked;
    if (auto checked = check_websocket(settings); !checked) return checked;
    if (auto checked = check_hosts(settings); !checked) return checked;
    if (auto checked = check_tls(settings.transport); !checked) return checked;
    if (auto checked = check_will(settings.session); !checked) return checked;
    if (auto checked = check_messages(settings, command); !checked) return checked;
    choose_session(settings, command);
    return check_properties(settings.session);
}

}  // namespace mqtts::cli
