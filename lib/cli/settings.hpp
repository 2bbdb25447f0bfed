// SPDX-License-Identifier: Apache-2.0
// The settings of all modules, and those that only the programs need. resolve() makes them from the arguments.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/kinds.hpp"
#include "cli/remark.hpp"
#include "client/settings.hpp"
#include "command/settings.hpp"
#include "log/log.hpp"
#include "net/endpoint.hpp"
#include "os/readiness.hpp"
#include "output/print_settings.hpp"
#include "record/settings.hpp"
#include "tls/policy.hpp"

namespace mqtts::cli {

/// A request, and how its response is printed.
struct RequestSettings {
    std::string response_topic;
    std::string correlation_data;
    output::PrintSettings print;
    bool latency = false;  // print how long the response took
};

/// What mqtts-pub publishes.
struct PublishSettings {
    Source source = Source::null;
    std::string text;  // the message of -m, the path of -f
    record::FramingSettings framing;
    client::PublishTemplate message;
    std::optional<client::RecordSettings> records;  // the source holds many messages
    client::Repetition repetition;                  // of a single one
    std::string spool;  // --spool: a directory that keeps messages until they are acknowledged; empty: none
    std::optional<RequestSettings> request;
};

/// What mqtts-sub does with what it receives.
struct SubscribeSettings {
    output::PrintSettings print;
    std::string state;  // --state: a file that remembers what standard output got; empty: none
    bool sync = false;  // --ack fsync: acknowledge what is safe on the disk
    std::optional<std::chrono::milliseconds> idle;  // --idle: end after this time without a message
    std::vector<std::string> child_command;         // -- COMMAND: to run once subscribed
    command::Settings commands;                     // --exec, --on: for each message, instead of printing it
    /// After the command succeeded, the run waits for messages until -W or --idle. Otherwise it ends as soon as all
    /// messages have arrived that the command caused.
    bool waits_after_command = false;
    os::ReadinessSettings readiness;
};

/// What is reported about the connection and the work.
struct DiagnosisSettings {
    Log::Level log_level = Log::Level::normal;
    Log::Format log_format = Log::Format::text;
    bool statistics = false;               // --stats
    std::optional<ReportForm> tls_report;  // --tls-report, on standard error
    std::optional<ReportForm> check;       // --check, on standard output: no messages, only the connection
    std::string check_topic;               // --check-topic: the topic of a message that must come back; empty: none
};

/// An option that decides whether two calls may share a connection.
struct CountedOption {
    std::string name;                 // "cafile"
    bool is_file = false;             // its content counts, not its name
    std::vector<std::string> values;  // the words that count, or the path
};

/// Whether mqtts-pub shares its connection with other calls.
struct ShareSettings {
    std::optional<std::chrono::milliseconds> idle;  // --share: how long a keeper waits for calls; nothing: no sharing
    bool ends_keeper = false;                       // --share=0, which publishes nothing
    std::string obstacle;                           // why this run has a connection of its own; empty: it may share one
    std::vector<CountedOption> counted;             // in the order in which they were applied
};

/// The source of an option in force that is not on the command line.
struct Origin {
    std::string option;         // "cafile"
    std::string source;         // "environment variable MQTTS_CAFILE", "/etc/pub: line 3"
    bool is_inherited = false;  // from the environment
    std::string left_out = {};  // why the run ignores it, as it cannot be used; empty: it is in force
};

/// If `action` is not to run, only the members that it needs count.
struct Settings {
    Action action = Action::run;
    Shell shell = Shell::bash;  // to show completions for
    std::string explanation;    // what --explain prints

    std::vector<Remark> warnings;  // about options that do not do what they ask for
    client::Settings client;
    tls::Policy tls;
    bool prompt_password = false;                      // --pw-prompt: ask for client.session.password
    std::optional<std::chrono::milliseconds> timeout;  // -W: bounds everything, from the start of the process
    PublishSettings publish;
    SubscribeSettings subscribe;
    DiagnosisSettings diagnosis;
    ShareSettings share;

    std::vector<Origin> origins;
    std::vector<Remark> notes;  // for -d: what the environment gives and nothing uses
};

}  // namespace mqtts::cli
