// SPDX-License-Identifier: Apache-2.0
// What was typed: on the command line, in the environment, in a configuration file, and what --help shows as defaults.
//
// Option::apply() fills it in, one option at a time. Nothing is decided here, and nothing changes afterwards: resolve()
// makes the settings from all of it. What a module takes just as it is typed is in that module's own settings.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/message_form.hpp"
#include "cli/kinds.hpp"
#include "cli/option.hpp"
#include "cli/unique.hpp"
#include "cli/values/subscription.hpp"
#include "cli/values/uri.hpp"
#include "client/settings.hpp"
#include "command/settings.hpp"
#include "format/settings.hpp"
#include "log/log.hpp"
#include "net/endpoint.hpp"
#include "tls/policy.hpp"
#include "wire/packet.hpp"

namespace mqtts::cli {

/// The way to the broker, and how long to try.
struct ConnectionArguments {
    std::vector<HostAndPort> hosts;     // -h, or the one of -L
    std::optional<std::uint16_t> port;  // -p, or that of -L: for hosts without one
    bool websocket = false;             // --ws, or the scheme of -L
    std::string url_topic;              // the topic of -L; empty: none
    std::optional<std::string> websocket_path;
    std::vector<std::string> websocket_headers;
    net::Route route;
    bool proxy_inherited = false;  // from the environment: it is not used for local hosts
    client::Patience patience;
};

/// The Will Message.
struct WillArguments {
    std::optional<std::string> topic_name;
    std::optional<std::string> payload;
    wire::PropertyWriter properties;
    std::optional<wire::Qos> qos;
    bool retain = false;
};

/// The client identifier and the session.
struct SessionArguments {
    std::optional<wire::ProtocolVersion> version;  // -V
    std::optional<std::string> client_identifier;
    std::optional<std::string> client_identifier_prefix;
    std::optional<std::string> user_name;
    std::optional<std::string> password;
    bool prompt_password = false;  // --pw-prompt, unless a later option gives it
    std::optional<std::string> authentication_method;
    std::optional<std::string> authentication_data_file;
    bool keep = false;                                     // -c
    std::optional<std::uint32_t> session_expiry_interval;  // -x, or -D connect
    std::optional<std::uint16_t> keep_alive;
    std::optional<std::uint16_t> send_window;
    std::optional<std::uint32_t> maximum_packet_size;
    std::optional<bool> early;
    bool fail_no_subscribers = false;
    WillArguments will;

    bool properties_given = false;  // -D, of any packet
    wire::PropertyWriter connect_properties;
    wire::PropertyWriter subscribe_properties;
    wire::PropertyWriter unsubscribe_properties;
    wire::PropertyWriter disconnect_properties;
};

/// What mqtts-pub publishes, and whether that is a request.
struct PublishArguments {
    std::optional<Source> source;
    std::string text;                            // the message of -m, the path of -f
    std::optional<MessageForm> form;             // --input
    std::optional<std::string> delimiter;        // instead of the newline
    std::optional<std::string> topic_delimiter;  // between the Topic Name and the payload
    bool skip_bad = false;
    std::optional<double> rate;    // messages a second
    std::optional<double> replay;  // the speed
    std::optional<std::string> topic_name;
    wire::PropertyWriter properties;
    bool retain = false;
    std::optional<std::size_t> maximum_message_size;
    std::optional<std::string> spool;
    std::optional<std::uint64_t> repeat;
    std::optional<std::chrono::milliseconds> repeat_delay;
    std::optional<std::string> response_topic;  // -e; empty (--request): a unique topic
    bool latency = false;
};

/// Which messages are printed, and how. mqtts-pub prints the response to a request.
struct PrintArguments {
    format::Settings format;
    std::optional<std::uint64_t> count;
    bool skip_retained = false;
    bool retained_only = false;
    std::vector<std::string> filter_out;
    std::optional<std::string> until;
    bool expect_none = false;
    std::optional<double> random_filter;
    bool message_rate = false;
    bool watch = false;
    bool raw = false;
};

/// What mqtts-sub subscribes to, and when it ends.
struct SubscribeArguments {
    std::vector<RequestedSubscription> subscriptions;
    std::vector<std::string> unsubscriptions;
    std::optional<std::string> state;
    bool sync = false;  // --ack fsync
    bool end_when_subscribed = false;
    bool remove_retained = false;
    bool end_after_retained = false;
    std::optional<std::chrono::milliseconds> retained_settle;
    std::optional<std::chrono::milliseconds> idle;
    std::vector<std::string> child_command;  // -- COMMAND
    std::optional<int> ready_descriptor;
    std::string ready_file;
    bool background = false;
};

/// A command for each message.
struct MessageCommand {
    std::optional<std::string> topic_filter;  // of --on; nothing: of --exec, for the other subscriptions
    std::string command;
};

/// What mqtts-sub does with messages instead of printing them.
struct CommandArguments {
    std::vector<MessageCommand> rules;  // in the order in which they were given
    std::optional<command::OnFailure> on_failure;
    std::optional<std::uint64_t> retries;  // of --exec-failure retry=N
    std::optional<std::chrono::milliseconds> timeout;
    std::optional<std::size_t> jobs;
    bool reply = false;
    bool reply_failure = false;
};

/// Whether mqtts-pub shares its connection with other calls.
struct ShareArguments {
    std::optional<std::chrono::milliseconds> idle;  // --share: how long a keeper waits; 0: it ends. Nothing: no sharing
};

/// What is reported about the connection and the work.
struct DiagnosisArguments {
    bool debug = false;
    bool quiet = false;
    std::optional<Log::Format> log_format;
    bool statistics = false;
    std::optional<ReportForm> tls_report;
    std::optional<ReportForm> check;
    std::optional<std::string> check_topic;
};

struct Arguments {
    Command command = Command::both;  // the program that they were typed for
    Action action = Action::run;
    Shell shell = Shell::bash;
    std::optional<std::string> options_file;                        // -o
    std::optional<std::chrono::milliseconds> timeout;               // -W
    std::optional<std::chrono::steady_clock::time_point> deadline;  // of -W, also for reading files

    ConnectionArguments connection;
    tls::Policy tls;
    bool key_form_given = false;
    SessionArguments session;
    std::optional<wire::Qos> qos;           // -q: of the messages, or of all subscriptions
    SubscriptionOptions all_subscriptions;  // the other options of all of them
    PublishArguments publish;
    SubscribeArguments subscribe;
    CommandArguments commands;
    PrintArguments print;
    DiagnosisArguments diagnosis;
    ShareArguments share;

    /// Made by parse(), so that the resolvers have no effects.
    Unique unique;
};

/// Does a command handle each message?
[[nodiscard]] inline bool has_commands(const Arguments& arguments) noexcept {
    return !arguments.commands.rules.empty();
}

/// Does the program only check the connection?
[[nodiscard]] inline bool is_check(const Arguments& arguments) noexcept {
    return arguments.diagnosis.check.has_value();
}

/// Does the program only end the keeper of a connection?
[[nodiscard]] inline bool ends_keeper(const Arguments& arguments) noexcept {
    return arguments.share.idle == std::chrono::milliseconds(0) && !is_check(arguments);
}

}  // namespace mqtts::cli
