// SPDX-License-Identifier: Apache-2.0
#include "program/program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "cli/completions.hpp"
#include "cli/help.hpp"
#include "cli/log_format.hpp"
#include "cli/parse.hpp"
#include "os/system_reason.hpp"
#include "program/check.hpp"
#include "program/readiness.hpp"
#include "program/secrets.hpp"
#include "program/version.hpp"
#include "text/escape.hpp"
#include "tls/identity.hpp"

namespace mqtts {

namespace asio = boost::asio;

namespace {

/// A descriptor 0 to 2 that is closed would be given to the next socket, and messages would go to it: closed ones
/// become /dev/null, opened the wrong way round so that using them fails.
void occupy_standard_descriptors() {
    for (int descriptor = 0; descriptor <= 2; ++descriptor) {
        if (fcntl(descriptor, F_GETFD) == -1)
            static_cast<void>(open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY));
    }
}

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

int run_work(const Program& program, Work work) {
    asio::io_context context(1);
    std::optional<Result<>> result;
    asio::co_spawn(context, work(program), [&](std::exception_ptr exception, Result<> outcome) {
        if (exception) std::rethrow_exception(exception);
        result = std::move(outcome);
    });
    context.run();
    if (*result) return 0;
    return report(program.log, result->error(), host_of(result->error(), program.settings.client.endpoints));
}

int parse_and_run(std::chrono::steady_clock::time_point started, cli::Command command, int argc, char** argv,
                  Work work) {
    Result<cli::Settings> settings = cli::parse(command, argc, argv);
    if (!settings) return report(early_log(command, argc, argv), settings.error());
    const Log log(std::string(cli::program_name(command)), settings->diagnosis.log_level,
                  settings->diagnosis.log_format);
    if (settings->action != cli::Action::run) {
        const Result<> printed = print(answer(*settings, command));
        return printed ? 0 : report(log, printed.error());
    }
    if (!settings->tls.verify) {
        log.warning("--insecure: nobody verifies who is at the other end; whoever answers reads and writes everything",
                    {.event = "insecure"});
    }
    if (const std::string& file = settings->tls.key_log_file; !file.empty()) {
        log.warning(fmt::format("--tls-keylog: whoever can read {} can read all that is sent and received", file),
                    {.event = "key_log"});
    }
    const Deadline deadline = settings->timeout ? Deadline(started + *settings->timeout) : std::nullopt;
    Result<tls::Context> tls = tls::Context::create(settings->tls, passphrase_prompt(deadline));
    if (!tls) return report(log, tls.error());
    if (const std::string expiry = tls->expiry_warning(); !expiry.empty())
        log.warning(expiry, {.event = "own_certificate_expires_soon"});
    if (const std::string exposed = tls::exposed_key(settings->tls); !exposed.empty())
        log.warning(exposed, {.event = "key_exposed"});
    settings->tls.key_passphrase.reset();  // it has served
    if (const auto asked = ask_for_password(*settings, deadline); !asked) return report(log, asked.error());
    cli::ReadinessSettings& readiness = settings->subscribe.readiness;
    const auto parent = readiness.background ? enter_background(readiness) : Result<std::optional<int>>(std::nullopt);
    if (!parent) return report(log, parent.error());
    if (*parent) return **parent;
    const bool is_check = settings->diagnosis.check.has_value();
    return run_work(Program{started, std::move(*settings), log, std::move(*tls)}, is_check ? check : work);
}

/// By how much -W may be exceeded at most, for the last answers of the broker.
constexpr std::chrono::milliseconds longest_extra_time{2'000};

/// No message was expected, and the run is to end: is the broker there, so that its silence says something? Before
/// there was a subscription it cannot.
Awaitable<Result<>> prove_silence(client::Client& client, const Program& program, std::chrono::milliseconds limit) {
    const bool is_evidence = program.settings.subscribe.print.expect_none && client.attendance().began();
    if (!is_evidence) co_return Result<>();
    co_return co_await client.prove_alive(limit);
}

/// Never ends by itself: it is cancelled with the client's run.
Awaitable<Result<>> watch_deadline(client::Client& client, const Program& program, const Waiting& waiting) {
    if (const auto limit = program.settings.timeout) {
        const auto deadline = program.started + *limit;
        if (Result<> reached = co_await async::until(deadline); !reached) co_return reached;
        const auto extra_time = std::min(program.settings.client.linger, longest_extra_time);
        std::string what = waiting ? waiting() : "";
        if (what.empty()) what = client.waiting_for();
        const std::string time_is_up =
            fmt::format("timed out after {:g} s while {}", std::chrono::duration<double>(*limit).count(), what);
        const Result<> proof = co_await prove_silence(client, program, extra_time);
        if (proof)
            client.run_out_of_time(Failure(Errc::timed_out, time_is_up),
                                   deadline + extra_time - std::chrono::steady_clock::now());
        else
            client.stop(Failure(proof.error().code, fmt::format("{}; {}", time_is_up, proof.error().what)));
    }
    co_return co_await async::until();
}

/// The end that a signal asks for.
Awaitable<Result<>> end_by(int signal, client::Client& client, const Program& program) {
    if (const Result<> proof = co_await prove_silence(client, program, program.settings.client.linger))
        client.interrupt(signal);
    else
        client.stop(proof.error());
    co_return co_await async::until();
}

Awaitable<Result<>> exit_at_signal(asio::signal_set& signals) {
    const auto [error, number] = co_await signals.async_wait(asio::as_tuple(asio::use_awaitable));
    if (error) co_return async::cancelled();
    std::_Exit(128 + number);
}

/// Never ends by itself either.
Awaitable<Result<>> watch_signals(client::Client& client, const Program& program) {
    asio::signal_set signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
    const auto [error, first] = co_await signals.async_wait(asio::as_tuple(asio::use_awaitable));
    if (error) co_return async::cancelled();
    co_return (co_await async::race(end_by(first, client, program), exit_at_signal(signals))).result;
}

}  // namespace

int run_program(cli::Command command, int argc, char** argv, Work work) {
    const auto started = std::chrono::steady_clock::now();
    occupy_standard_descriptors();
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return parse_and_run(started, command, argc, argv, work);
    } catch (const std::exception& exception) {
        return report(early_log(command, argc, argv),
                      Failure(Errc::internal, fmt::format("internal error: {}", exception.what())));
    }
}

Result<> print(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return {};
    return Failure(Errc::output_failed, "cannot write to standard output: " + system_reason(errno));
}

asio::awaitable<Result<>> run_supervised(client::Client& client, const Program& program, Waiting waiting) {
    co_return (
        co_await async::race(client.run(), watch_deadline(client, program, waiting), watch_signals(client, program)))
        .result;
}

}  // namespace mqtts
