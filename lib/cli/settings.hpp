// SPDX-License-Identifier: Apache-2.0
// What the options fill in, and the rules across options.
//
// parse() applies each option on its own, in order; then check() decides what they mean together. What the modules take
// as it is (session, transport, stream) is inside as their own settings; what only check() needs stands last.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/option.hpp"
#include "cli/server.hpp"
#include "cli/subscription.hpp"
#include "cli/uri.hpp"
#include "log/log.hpp"
#include "output/print_settings.hpp"
#include "session/settings.hpp"
#include "wire/packet.hpp"

namespace mqtts::cli {

enum class Action : std::uint8_t {
    run,
    explain,
    show_help,
    show_all_help,
    show_version,
    show_version_json,
    show_completions
};

enum class Shell : std::uint8_t { bash, zsh, fish };

/// Where the messages to publish come from.
enum class Source : std::uint8_t {
    none,         // not said yet
    message,      // -m: the text itself
    file,         // -f: a file as one message
    whole_stdin,  // -s: standard input as one message
    lines,        // -l: each line of standard input, or each record as InputSettings says
    null,         // -n: one empty message
};

/// What ends a message in an input of many, or what describes it: --input.
enum class InputForm : std::uint8_t { lines, nul, length, json };

/// A source that holds many messages.
struct InputSettings {
    bool many = false;                           // it does; set by check()
    std::optional<InputForm> form;               // --input; otherwise lines
    std::optional<std::string> delimiter;        // --delimiter, instead of the newline
    std::optional<std::string> topic_delimiter;  // --topic-delimiter: a Topic Name stands before it
    bool skip_bad = false;                       // --skip-bad: leave out what cannot be published
    double rate = 0;                             // --rate: messages a second; 0: as fast as possible

    [[nodiscard]] bool names_topic() const noexcept { return topic_delimiter || form == InputForm::json; }
};

struct PublishSettings {
    Source source = Source::none;
    std::string text;  // the message of -m, the path of -f
    InputSettings input;
    std::string topic_name;
    wire::PropertyWriter properties;
    wire::Qos qos = wire::Qos::at_most_once;
    bool retain = false;
    std::size_t maximum_message_size = 0;      // a longer message is an error
    std::string spool;                         // --spool: a directory that keeps messages until they are acknowledged
    std::uint64_t repeat = 1;                  // --repeat: how often the message is published
    std::chrono::milliseconds repeat_delay{};  // --repeat-delay: between two of them
    /// -e: ask, and wait for the answer there; empty (--request): on a topic of its own.
    std::optional<std::string> response_topic;
    bool latency = false;  // --latency: say how long the answer took
};

/// Who is told, and how, that all subscriptions were granted.
struct ReadinessSettings {
    std::vector<int> descriptors;  // --ready-fd
    std::string file;              // --ready-file
    bool background = false;       // --background: go on in a process of one's own
};

struct SubscribeSettings {
    std::vector<session::SubscriptionSettings> subscriptions;
    std::vector<std::string> unsubscriptions;  // -U: Topic Filters
    output::PrintSettings print;
    std::string state;                 // --state: a file that remembers what standard output has
    bool sync = false;                 // --ack fsync: acknowledge what is safe on the disk
    bool end_when_subscribed = false;  // -E
    bool remove_retained = false;      // --remove-retained
    bool end_after_retained = false;   // --exit-when-retained-done
    std::optional<std::chrono::milliseconds> retained_settle;  // --retained-settle: how long none may come for that
    std::optional<std::chrono::milliseconds> idle;             // --idle: end when no message came for so long
    std::vector<std::string> child_command;                    // -- COMMAND: to run once subscribed
    ReadinessSettings readiness;
};

enum class ReportForm : std::uint8_t { text, json };

/// What is told about the connection and the work.
struct DiagnosisSettings {
    Log::Format log_format = Log::Format::text;
    bool statistics = false;               // --stats
    std::optional<ReportForm> tls_report;  // --tls-report, on standard error
    std::optional<ReportForm> check;       // --check, on standard output: no messages, only the connection
    std::string check_topic;               // --check-topic: where a message comes back from; empty: none
};

struct Settings {
    Action action = Action::run;
    Shell shell = Shell::bash;                // to show completions for
    std::optional<std::string> options_file;  // -o, instead of the program's own configuration file
    std::string explanation;                  // what --explain prints
    Server transport;
    session::Settings session;
    /// This version and no other; otherwise 5 may fall back to 3.1.1.
    bool version_pinned = false;
    std::string needs_version_5;  // what MQTT 5 is insisted on for, "-x"; empty: nothing. Set by check()
    std::chrono::milliseconds connect_timeout{};
    std::chrono::milliseconds retry_connect{};  // see client::Settings
    std::chrono::milliseconds reconnect{};
    std::chrono::milliseconds ack_timeout{};
    std::chrono::milliseconds linger{};
    std::optional<std::chrono::milliseconds> timeout;  // -W: bounds everything, from the start of the process
    bool prompt_password = false;  // --pw-prompt: ask for session.password, unless it was given later
    bool debug = false;
    bool quiet = false;
    DiagnosisSettings diagnosis;

    PublishSettings publish;
    SubscribeSettings subscribe;

    // As typed; check() turns them into the above.
    std::vector<HostAndPort> hosts;           // -h
    wire::Qos qos = wire::Qos::at_most_once;  // of the messages, or of all subscriptions
    bool use_websocket = false;               // --ws, or the scheme of -L
    std::optional<std::string> websocket_path;
    std::vector<std::string> websocket_headers;
    std::optional<std::string> client_identifier_prefix;
    bool keep_session = false;  // -c
    std::optional<std::uint32_t> session_expiry_interval;
    std::vector<RequestedSubscription> requested_subscriptions;
    SubscriptionOptions all_subscriptions;
    bool properties_given = false;  // -D

    /// Options for which an older version of MQTT has no room, and which are not worth ending for; set by check().
    std::string only_in_v5;
};

/// The Will Message as typed so far; check() drops one without a topic.
session::WillSettings& will(Settings& settings);

/// Remembers the one source of messages; a second one is a failure that names both.
Result<> set_source(Settings& settings, Source source, std::string_view text = {});

/// 23 characters: more, or others, not every server takes [MQTT-3.1.3-5].
[[nodiscard]] std::string random_client_identifier();

/// Applies the rules across options and completes the settings of the modules.
Result<> check(Settings& settings, Command command);

}  // namespace mqtts::cli
