#include "cli/settings.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <random>

namespace mqtts::cli {

using wire::ProtocolVersion;
using wire::Qos;

namespace {

Failure bad(std::string sentence) {
    return {Errc::bad_option, std::move(sentence)};
}

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

/// Options that only MQTT 5 has make it the version to insist on.
Result<> check_version(Settings& settings) {
    const ProtocolVersion version = settings.session.version;
    const bool password_alone = settings.session.password && !settings.session.user_name;
    if (version == ProtocolVersion::v5) {
        if (settings.session_expiry_interval || password_alone) settings.version_pinned = true;
        return {};
    }
    if (settings.session_expiry_interval)
        return bad(fmt::format("-x contradicts -V {}: only MQTT 5 has a session expiry interval", name_of(version)));
    if (password_alone)
        return bad(fmt::format("-P without -u contradicts -V {}: only MQTT 5 takes a password without a user name",
                               name_of(version)));
    return {};
}

/// MQTT 3.1 wants a Client Identifier of 1 to 23 characters from the client itself.
std::string random_client_identifier() {
    constexpr std::string_view characters = "0123456789abcdefghijklmnopqrstuvwxyz";
    std::random_device random;
    std::uniform_int_distribution<std::size_t> index(0, characters.size() - 1);
    std::string identifier = "mqtts-";
    while (identifier.size() < 23)
        identifier += characters[index(random)];
    return identifier;
}

Result<> check_client_identifier(Settings& settings) {
    std::string& identifier = settings.session.client_identifier;
    const bool given = !identifier.empty();
    if (given && settings.client_identifier_prefix) return bad("-i and -I exclude each other: give only one of them");
    if (settings.keep_session && !given) return bad("-c resumes the session of a client identifier: give it with -i");
    if (settings.session_expiry_interval == session::never_expires && !given)
        return bad("-x keeps the session of a client identifier for ever: give it with -i");
    if (settings.client_identifier_prefix)
        identifier = fmt::format("{}{}", *settings.client_identifier_prefix, ::getpid());
    else if (!given && settings.session.version == ProtocolVersion::v31)
        identifier = random_client_identifier();
    return {};
}

/// What lives only as long as this run still has to outlive a lost connection: the server keeps such a session for a
/// while, and DISCONNECT at the end makes it forget. Said otherwise with -c or -x, it is as said.
void choose_session(Settings& settings, Command command) {
    constexpr std::uint32_t long_enough_to_reconnect = 300;  // seconds
    session::Settings& session = settings.session;
    const bool has_expiry = session.version == ProtocolVersion::v5;
    const bool goes_on = command == Command::subscribe || settings.publish.source == Source::lines;
    session.clean_start = !settings.keep_session;
    if (settings.session_expiry_interval) {
        session.session_expiry_interval = *settings.session_expiry_interval;
    } else if (settings.keep_session && has_expiry) {
        session.session_expiry_interval = session::never_expires;
    } else if (goes_on && has_expiry && settings.qos != Qos::at_most_once) {
        session.session_expiry_interval = long_enough_to_reconnect;
        session.end_session_at_disconnect = true;
    }
}

Result<> check_tls(const transport::TlsSettings& tls) {
    if (!tls.certificate_file.empty() && tls.key_file.empty()) return bad("--cert needs its private key: give --key");
    if (tls.certificate_file.empty() && !tls.key_file.empty()) return bad("--key needs its certificate: give --cert");
    return {};
}

Result<> check_publish(Settings& settings) {
    PublishSettings& publish = settings.publish;
    if (publish.topic_name.empty()) return bad("no topic to publish to: give it with -t");
    if (publish.source == Source::none) return bad("nothing to publish: give one of -m, -f, -s, -l, -n");
    if (publish.source == Source::message && publish.text.size() > publish.maximum_message_size)
        return bad(fmt::format("-m: {} bytes are more than the {} of --max-message-size", publish.text.size(),
                               publish.maximum_message_size));
    publish.qos = settings.qos;
    return {};
}

/// The Receive Maximum to ask for. Large, because slow servers drop what a small one cannot take; but at QoS 2
/// mosquitto searches all that is in flight for each acknowledgement, one by one, so that a large one costs it minutes.
/// And never more than are wanted: the others stay with the server.
std::uint16_t window(const Settings& settings) {
    const std::uint64_t largest = settings.qos == wire::Qos::exactly_once ? 1024 : 65535;
    const std::uint64_t wanted = settings.subscribe.print.count;
    return static_cast<std::uint16_t>(wanted == 0 ? largest : std::min(wanted, largest));
}

Result<> check_subscribe(Settings& settings) {
    SubscribeSettings& subscribe = settings.subscribe;
    if (subscribe.subscriptions.empty()) return bad("no topic to subscribe to: give at least one with -t");
    for (session::SubscriptionSettings& subscription : subscribe.subscriptions) {
        subscription.qos = settings.qos;
        if (subscribe.print.skip_retained) subscription.retain_handling = wire::RetainHandling::never;
    }
    settings.session.receive_maximum = window(settings);
    return {};
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

Result<> check(Settings& settings, Command command) {
    if (auto checked = check_version(settings); !checked) return checked;
    if (auto checked = check_client_identifier(settings); !checked) return checked;
    if (auto checked = check_tls(settings.transport.tls); !checked) return checked;
    choose_session(settings, command);
    return command == Command::publish ? check_publish(settings) : check_subscribe(settings);
}

}  // namespace mqtts::cli
