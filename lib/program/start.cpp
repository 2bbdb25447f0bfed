// SPDX-License-Identifier: Apache-2.0
#include "program/start.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/completions.hpp"
#include "cli/help.hpp"
#include "cli/log_format.hpp"
#include "cli/parse.hpp"
#include "os/readiness.hpp"
#include "os/standard_descriptors.hpp"
#include "program/check.hpp"
#include "program/secrets.hpp"
#include "program/version.hpp"
#include "text/escape.hpp"
#include "tls/identity.hpp"

namespace mqtts::program {

namespace {

/// Before the settings are known.
Log early_log(cli::Command command, int argc, char** argv) {
    return {std::string(cli::program_name(command)), Log::Level::normal,
            cli::log_format_in({argv, static_cast<std::size_t>(argc)})};
}

/// The broker that an error was about, "host:port"; empty: it was about none, or about one of several.
std::string host_of(const Failure& failure, const std::vector<net::Endpoint>& endpoints) {
    const bool is_local = exit_status(failure.code) < exit_status(Errc::name_not_found);
    return is_local || endpoints.size() > 1 ? "" : escape(to_string(endpoints.front()));
}

int report(const Log& log, const Failure& failure, std::string_view host = {}) {
    log.error(failure, host);
    return exit_status(failure.code);
}

/// What a program prints that was asked about itself.
std::string answer(const cli::Settings& settings, cli::Command command) {
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
        case cli::Action::show_version:
        case cli::Action::run:
            break;
    }
    return version_line(command);
}

/// What the options give away.
void warn_of_exposure(const tls::Policy& policy, const Log& log) {
    if (!policy.verify) {
        log.warning("--insecure: nobody verifies who is at the other end; whoever answers reads and writes everything",
                    {.event = "insecure"});
    }
    if (const std::string& file = policy.key_log_file; !file.empty()) {
        log.warning(fmt::format("--tls-keylog: whoever can read {} can read all that is sent and received", file),
                    {.event = "key_log"});
    }
}

/// Trust and keys, as the options name them. The pass phrase has served then.
Result<tls::Context> open_keys(tls::Policy& policy, Deadline deadline, const Log& log) {
    policy.reading_deadline = deadline;
    Result<tls::Context> context = tls::Context::create(policy, passphrase_prompt(deadline));
    if (!context) return context;
    if (const std::string expiry = context->expiry_warning(); !expiry.empty())
        log.warning(expiry, {.event = "own_certificate_expires_soon"});
    if (const std::string exposed = tls::exposed_key(policy); !exposed.empty())
        log.warning(exposed, {.event = "key_exposed"});
    policy.key_passphrase.reset();
    return context;
}

/// Does the work, and reports how it ended.
int run(const Program& program, Work work) {
    boost::asio::io_context context(1);
    std::optional<Result<>> result;
    boost::asio::co_spawn(context, work(program), [&](const std::exception_ptr& exception, Result<> outcome) {
        if (exception) std::rethrow_exception(exception);
        result = std::move(outcome);
    });
    context.run();
    if (*result) return 0;
    return report(program.log, result->error(), host_of(result->error(), program.settings.client.endpoints));
}

/// For tests and measurements: MQTTS_READ_PACING=always or never.
client::ReadPacing::Mode read_pacing() {
    using enum client::ReadPacing::Mode;
    const char* const value = std::getenv("MQTTS_READ_PACING");
    const std::string_view wish = value != nullptr ? value : "";
    return wish == "always" ? always : wish == "never" ? never : adaptive;
}

/// All that comes before the work, where it is to be done: people are asked while there is a terminal.
int prepare_and_run(std::chrono::steady_clock::time_point started, cli::Settings settings, const Log& log, Work work) {
    warn_of_exposure(settings.tls, log);
    const Deadline deadline = settings.timeout ? Deadline(started + *settings.timeout) : std::nullopt;
    Result<tls::Context> keys = open_keys(settings.tls, deadline, log);
    if (!keys) return report(log, keys.error());
    if (const auto asked = ask_for_password(settings, deadline); !asked) return report(log, asked.error());
    if (os::ReadinessSettings& readiness = settings.subscribe.readiness; readiness.background) {
        const auto parent = os::enter_background(readiness);
        if (!parent) return report(log, parent.error());
        if (*parent) return **parent;
    }
    settings.client.read_pacing = read_pacing();
    const bool is_check = settings.diagnosis.check.has_value();
    return run(Program{started, std::move(settings), log, std::move(*keys)}, is_check ? check : work);
}

int parse_and_run(std::chrono::steady_clock::time_point started, cli::Command command, int argc, char** argv,
                  Work work) {
    Result<cli::Settings> settings = cli::parse(command, argc, argv);
    if (!settings) return report(early_log(command, argc, argv), settings.error());
    const Log log(std::string(cli::program_name(command)), settings->diagnosis.log_level,
                  settings->diagnosis.log_format);
    if (settings->action == cli::Action::run) return prepare_and_run(started, std::move(*settings), log, work);
    const Result<> printed = os::print(answer(*settings, command));
    return printed ? 0 : report(log, printed.error());
}

}  // namespace

int start(cli::Command command, int argc, char** argv, Work work) {
    const auto started = std::chrono::steady_clock::now();
    os::occupy_standard_descriptors();
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return parse_and_run(started, command, argc, argv, work);
    } catch (const std::exception& exception) {
        return report(early_log(command, argc, argv),
                      Failure(Errc::internal, fmt::format("internal error: {}", exception.what())));
    }
}

}  // namespace mqtts::program
