// SPDX-License-Identifier: Apache-2.0
#include "program/start.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/completions.hpp"
#include "cli/error_forms.hpp"
#include "cli/help.hpp"
#include "cli/parse.hpp"
#include "os/readiness.hpp"
#include "os/standard_descriptors.hpp"
#include "program/check.hpp"
#include "program/check_report.hpp"
#include "program/inherited.hpp"
#include "program/secrets.hpp"
#include "program/share_call.hpp"
#include "program/share_plan.hpp"
#include "program/share_status.hpp"
#include "program/version.hpp"
#include "text/escape.hpp"
#include "tls/identity.hpp"

namespace mqtts::program {

namespace {

Log::Hints hints() {
    return ::isatty(STDERR_FILENO) == 1 ? Log::Hints::own_line : Log::Hints::in_line;
}

/// Returns the log for the time before the settings are known.
Log early_log(cli::Command command, const cli::ErrorForms& forms) {
    return {std::string(cli::program_name(command)), Log::Level::normal, forms.log, hints()};
}

/// Returns the broker that an error was about, "host:port"; empty: it was about no broker, or about one of several.
std::string host_of(const Failure& failure, const std::vector<net::Endpoint>& endpoints) {
    const bool is_local = exit_status(failure.code) < exit_status(Errc::name_not_found);
    return is_local || endpoints.size() > 1 ? "" : escape(to_string(endpoints.front()));
}

int report(const Log& log, const Failure& failure, std::string_view host = {}) {
    log.error(failure, host);
    return exit_status(failure.code);
}

/// Does the same before there was a connection to look at; --check=json prints its object then, too. `endpoints`: empty
/// if the command line is wrong.
int report_early(const Log& log, const Failure& failure, bool is_json_check,
                 const std::vector<net::Endpoint>& endpoints = {}) {
    CheckReport nothing;
    if (!endpoints.empty()) nothing.server = escape(to_string(endpoints.front()));
    if (is_json_check) static_cast<void>(os::print(to_json(nothing, failure)));  // the failure decides the status
    return report(log, failure);
}

/// Returns what the program prints about itself.
Result<std::string> answer(const cli::Settings& settings, cli::Command command) {
    switch (settings.action) {
        case cli::Action::explain:
            return settings.explanation;
        case cli::Action::show_help:
            return cli::help(command, cli::Detail::common);
        case cli::Action::show_all_help:
            return cli::help(command, cli::Detail::all);
        case cli::Action::show_completions:
            return cli::completions(command, settings.shell);
        case cli::Action::show_version_json:
            return version_json(command);
        case cli::Action::show_share_status:
            return share_status(false);
        case cli::Action::show_share_status_json:
            return share_status(true);
        case cli::Action::show_version:
        case cli::Action::run:
            break;
    }
    return version_line(command);
}

/// Warns of what the options give away.
void warn_of_exposure(const tls::Policy& policy, const Log& log) {
    if (!policy.verify) {
        log.warning(
            "--insecure: the server's identity is not verified; anyone who answers can read and write everything",
            {.event = "insecure"});
    }
    if (const std::string& file = policy.key_log_file; !file.empty()) {
        log.warning(
            fmt::format("--tls-keylog: anyone who can read {} can decrypt everything sent and received", escape(file)),
            {.event = "key_log"});
    }
}

/// Opens trust and keys as the options name them, and forgets the pass phrase.
Result<tls::Context> open_keys(cli::Settings& settings, Deadline deadline, const Log& log) {
    settings.tls.reading_deadline = deadline;
    Result<tls::Context> context = open_context(settings, deadline, log);
    if (!context) return with_origins(context.error(), settings);
    if (const std::string expiry = context->expiry_warning(); !expiry.empty())
        log.warning(expiry, {.event = context->has_expired_certificate() ? "own_certificate_expired"
                                                                         : "own_certificate_expires_soon"});
    warn_of_exposed_key(settings.tls, log);
    settings.tls.key_passphrase.reset();
    return context;
}

/// Reports how the work ended.
int conclude(const Result<>& result, const Log& log, const cli::Settings& settings) {
    if (result) return 0;
    const Failure failure = with_origins(result.error(), settings);
    return report(log, failure, host_of(failure, settings.client.endpoints));
}

/// Ends a keeper, or hands the message to one. Nothing: this run does its work by itself.
std::optional<int> work_through_keeper(const SharePlan& plan, const cli::Settings& settings, Deadline deadline,
                                       const Log& log) {
    if (settings.share.ends_keeper) return conclude(end_keeper(plan, deadline), log, settings);
    if (const auto result = publish_through_keeper(plan, settings, deadline, log))
        return conclude(*result, log, settings);
    return std::nullopt;
}

/// Does the work and reports how it ended.
int run(const Program& program, Work work) {
    boost::asio::io_context context(1);
    std::optional<Result<>> result;
    boost::asio::co_spawn(context, work(program), [&](const std::exception_ptr& exception, Result<> outcome) {
        if (exception) std::rethrow_exception(exception);
        result = std::move(outcome);
    });
    context.run();
    return conclude(*result, program.log, program.settings);
}

/// Reads MQTTS_READ_PACING, for tests and measurements: always or never.
client::ReadPacing::Mode read_pacing() {
    using enum client::ReadPacing::Mode;
    const char* const value = std::getenv("MQTTS_READ_PACING");
    const std::string_view wish = value != nullptr ? value : "";
    return wish == "always" ? always : wish == "never" ? never : adaptive;
}

/// Does everything that comes before the work, and then the work; asks people while there is a terminal.
int prepare_and_run(std::chrono::steady_clock::time_point started, cli::Settings settings, const Log& log, Work work) {
    for (const cli::Remark& note : settings.notes)
        log.debug(note.cause, {.event = "left_out", .hint = note.hint});
    drop_unusable_key_log(settings, log);
    for (const cli::Remark& warning : settings.warnings)
        log.warning(warning.cause, {.event = "no_effect", .hint = warning.hint});
    warn_of_exposure(settings.tls, log);
    const bool is_json_check = settings.diagnosis.check == cli::ReportForm::json;
    const Deadline deadline = settings.timeout ? Deadline(started + *settings.timeout) : std::nullopt;
    std::optional<SharePlan> plan = plan_or_say_why_not(settings, log);
    if (plan) {
        if (const auto status = work_through_keeper(*plan, settings, deadline, log)) return *status;
    } else if (settings.share.ends_keeper) {
        return 0;
    }
    Result<tls::Context> keys = open_keys(settings, deadline, log);
    if (!keys) return report_early(log, keys.error(), is_json_check, settings.client.endpoints);
    if (const auto read = read_authentication_data(settings, deadline); !read)
        return report_early(log, read.error(), is_json_check, settings.client.endpoints);
    if (const auto asked = ask_for_password(settings, deadline); !asked)
        return report_early(log, asked.error(), is_json_check, settings.client.endpoints);
    if (os::ReadinessSettings& readiness = settings.subscribe.readiness; readiness.background) {
        const auto parent = os::enter_background(readiness);
        if (!parent) return report(log, parent.error());
        if (*parent) return **parent;
    }
    settings.client.read_pacing = read_pacing();
    const bool is_check = settings.diagnosis.check.has_value();
    return run(Program{started, std::move(settings), log, std::move(*keys), std::move(plan)}, is_check ? check : work);
}

int parse_and_run(std::chrono::steady_clock::time_point started, cli::Command command, std::span<char*> elements,
                  const cli::ErrorForms& forms, Work work) {
    Result<cli::Settings> settings = cli::parse(command, static_cast<int>(elements.size()), elements.data());
    if (!settings) return report_early(early_log(command, forms), settings.error(), forms.json_report);
    const Log log(std::string(cli::program_name(command)), settings->diagnosis.log_level,
                  settings->diagnosis.log_format, hints());
    if (settings->action == cli::Action::run) return prepare_and_run(started, std::move(*settings), log, work);
    const Result<std::string> text = answer(*settings, command);
    const Result<> printed = text ? os::print(*text) : text.error();
    return printed ? 0 : report(log, printed.error());
}

}  // namespace

int start(cli::Command command, int argc, char** argv, Work work) {
    const auto started = std::chrono::steady_clock::now();
    os::occupy_standard_descriptors();
    std::signal(SIGPIPE, SIG_IGN);
    const std::span<char*> elements(argv, static_cast<std::size_t>(argc));
    const cli::ErrorForms forms = cli::error_forms(command, elements);
    try {
        return parse_and_run(started, command, elements, forms, work);
    } catch (const std::exception& exception) {
        return report_early(early_log(command, forms),
                            Failure(Errc::internal, fmt::format("internal error: {}", exception.what())),
                            forms.json_report);
    }
}

}  // namespace mqtts::program
