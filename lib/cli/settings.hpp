// SPDX-License-Identifier: Apache-2.0
// What the options come to: the settings of the modules, whole, and what only the programs themselves need.
//
// resolve() makes them of the arguments; nothing here is as it was typed unless it means just that.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/kinds.hpp"
#include "client/settings.hpp"
#include "log/log.hpp"
#include "net/endpoint.hpp"
#include "os/readiness.hpp"
#include "output/print_settings.hpp"
#include "record/settings.hpp"
#include "tls/policy.hpp"

namespace mqtts::cli {

/// A question, and how its answer is printed.
struct RequestSettings {
    std::string response_topic;
    std::string correlation_data;
    output::PrintSettings print;
    bool latency = false;  // say how long the answer took
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
    std::string state;  // --state: a file that remembers what standard output has; empty: none
    bool sync = false;  // --ack fsync: acknowledge what is safe on the disk
    std::optional<std::chrono::milliseconds> idle;  // --idle: end when no message came for so long
    std::vector<std::string> child_command;         // -- COMMAND: to run once subscribed
    /// After the command has ended well: messages are still waited for, until -W or --idle. Otherwise the run ends as
    /// soon as everything has come that the command caused so far.
    bool waits_after_command = false;
    os::ReadinessSettings readiness;
};

/// What is told about the connection and the work.
struct DiagnosisSettings {
    Log::Level log_level = Log::Level::normal;
    Log::Format log_format = Log::Format::text;
    bool statistics = false;               // --stats
    std::optional<ReportForm> tls_report;  // --tls-report, on standard error
    std::optional<ReportForm> check;       // --check, on standard output: no messages, only the connection
    std::string check_topic;               // --check-topic: where a message comes back from; empty: none
};

/// Where an option in force comes from that the reader does not see on the command line.
struct Origin {
    std::string option;         // "cafile"
    std::string source;         // "environment variable MQTTS_CAFILE", "/etc/pub: line 3"
    bool is_inherited = false;  // from the environment
    std::string left_out = {};  // why the run does without it, since it could not be used; empty: it is in force
};

/// When anything but to run was asked for, only what `action` needs counts.
struct Settings {
    Action action = Action::run;
    Shell shell = Shell::bash;  // to show completions for
    std::string explanation;    // what --explain prints

    std::vector<std::string> warnings;  // of options that do not do what they ask for
    client::Settings client;
    tls::Policy tls;
    bool prompt_password = false;                      // --pw-prompt: ask for client.session.password
    std::optional<std::chrono::milliseconds> timeout;  // -W: bounds everything, from the start of the process
    PublishSettings publish;
    SubscribeSettings subscribe;
    DiagnosisSettings diagnosis;

    std::vector<Origin> origins;
    std::vector<std::string> notes;  // for -d: what the environment gives and nothing uses
};

}  // namespace mqtts::cli
