// SPDX-License-Identifier: Apache-2.0
#include "program/start.hpp"

#include <unistd.h>

#include <csignal>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "cli/completions.hpp"
#include "cli/error_forms.hpp"
#include "cli/help.hpp"
#include "cli/parse.hpp"
#include "os/standard_descriptors.hpp"
#include "program/exposure.hpp"
#include "program/inherited.hpp"
#include "program/outcome.hpp"
#include "program/share_call.hpp"
#include "program/share_plan.hpp"
#include "program/share_status.hpp"
#include "program/version.hpp"

namespace mqtts::program {

namespace {

Log::Hints hints() {
    return ::isatty(STDERR_FILENO) == 1 ? Log::Hints::own_line : Log::Hints::in_line;
}

/// Returns the log for the time before the settings are known.
Log early_log(cli::Command command, const cli::ErrorForms& forms) {
    return {std::string(cli::program_name(command)), Log::Level::normal, forms.log, hints()};
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

/// Ends a keeper, or hands the message to one. Nothing: this run does its work by itself.
std::optional<int> work_through_keeper(const SharePlan& plan, const cli::Settings& settings, Deadline deadline,
                                       const Log& log) {
    if (settings.share.ends_keeper) return conclude(end_keeper(plan, deadline), log, settings);
    if (const auto result = publish_through_keeper(plan, settings, deadline, log))
        return conclude(*result, log, settings);
    return std::nullopt;
}

/// Does everything that needs no connection, and then what does.
int prepare_and_run(std::chrono::steady_clock::time_point started, cli::Settings settings, const Log& log,
                    Runner runner) {
    for (const cli::Remark& note : settings.notes)
        log.debug(note.cause, {.event = "left_out", .hint = note.hint});
    drop_unusable_key_log(settings, log);
    for (const cli::Remark& warning : settings.warnings)
        log.warning(warning.cause, {.event = "no_effect", .hint = warning.hint});
    warn_of_exposure(settings.tls, log);
    const Deadline deadline = settings.timeout ? Deadline(started + *settings.timeout) : std::nullopt;
    std::optional<SharePlan> plan = plan_or_say_why_not(settings, log);
    if (plan) {
        if (const auto status = work_through_keeper(*plan, settings, deadline, log)) return *status;
    } else if (settings.share.ends_keeper) {
        return 0;
    }
    Run run{started, std::move(settings), log, deadline, std::move(plan)};
    return runner(run);
}

int parse_and_run(std::chrono::steady_clock::time_point started, cli::Command command, std::span<char*> elements,
                  const cli::ErrorForms& forms, Runner runner) {
    Result<cli::Settings> settings = cli::parse(command, static_cast<int>(elements.size()), elements.data());
    if (!settings) return report_early(early_log(command, forms), settings.error(), forms.json_report);
    const Log log(std::string(cli::program_name(command)), settings->diagnosis.log_level,
                  settings->diagnosis.log_format, hints());
    if (settings->action == cli::Action::run) return prepare_and_run(started, std::move(*settings), log, runner);
    const Result<std::string> text = answer(*settings, command);
    const Result<> printed = text ? os::print(*text) : text.error();
    return printed ? 0 : report(log, printed.error());
}

}  // namespace

int start(cli::Command command, int argc, char** argv, Runner runner) {
    const auto started = std::chrono::steady_clock::now();
    os::occupy_standard_descriptors();
    std::signal(SIGPIPE, SIG_IGN);
    const std::span<char*> elements(argv, static_cast<std::size_t>(argc));
    const cli::ErrorForms forms = cli::error_forms(command, elements);
    try {
        return parse_and_run(started, command, elements, forms, runner);
    } catch (const std::exception& exception) {
        return report_exception(early_log(command, forms), exception, forms.json_report);
    }
}

}  // namespace mqtts::program
