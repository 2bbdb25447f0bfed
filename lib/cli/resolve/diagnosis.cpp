// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/diagnosis.hpp"

namespace mqtts::cli {

namespace {

Log::Level log_level(const DiagnosisArguments& typed) {
    if (typed.debug) return Log::Level::debug;
    return typed.quiet ? Log::Level::quiet : Log::Level::normal;
}

}  // namespace

Result<DiagnosisSettings> resolve_diagnosis(const Arguments& arguments) {
    const DiagnosisArguments& typed = arguments.diagnosis;
    if (!typed.check && typed.check_topic)
        return bad("--check-topic works only in a check", "give --check too", {"--check-topic", "--check"});
    if (typed.check && !arguments.subscribe.child_command.empty())
        return bad("--check runs no command", "leave out -- and the command", {"--check"});
    return DiagnosisSettings{.log_level = log_level(typed),
                             .log_format = typed.log_format.value_or(Log::Format::text),
                             .statistics = typed.statistics,
                             .tls_report = typed.tls_report,
                             .check = typed.check,
                             .check_topic = typed.check_topic.value_or("")};
}

Arguments about_the_connection(Arguments arguments) {
    arguments.publish = {};
    arguments.subscribe = {};
    arguments.commands = {};
    arguments.print = {};
    arguments.qos.reset();
    arguments.connection.patience.reconnect = {};
    // A check must neither take over nor discard the session of the client that it is about.
    arguments.session.client_identifier.reset();
    arguments.session.will = {};
    arguments.session.session_expiry_interval.reset();
    arguments.session.keep = false;
    return arguments;
}

}  // namespace mqtts::cli
