// SPDX-License-Identifier: Apache-2.0
#include "program/run.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

#include "os/readiness.hpp"
#include "program/check.hpp"
#include "program/open_keys.hpp"
#include "program/outcome.hpp"

namespace mqtts::program {

namespace {

/// Does the work and reports how it ended.
int finish(const Program& program, Work work) {
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

}  // namespace

int run_connected(Run& run, Work work) {
    cli::Settings& settings = run.settings;
    const Log& log = run.log;
    const bool is_json_check = settings.diagnosis.check == cli::ReportForm::json;
    Result<tls::Context> keys = open_keys(settings, run.deadline, log);
    if (!keys) return report_early(log, keys.error(), is_json_check, settings.client.endpoints);
    if (const auto read = read_authentication_data(settings, run.deadline); !read)
        return report_early(log, read.error(), is_json_check, settings.client.endpoints);
    if (const auto asked = ask_for_password(settings, run.deadline); !asked)
        return report_early(log, asked.error(), is_json_check, settings.client.endpoints);
    if (os::ReadinessSettings& readiness = settings.subscribe.readiness; readiness.background) {
        const auto parent = os::enter_background(readiness);
        if (!parent) return report(log, parent.error());
        if (*parent) return **parent;
    }
    settings.client.read_pacing = read_pacing();
    const bool is_check = settings.diagnosis.check.has_value();
    return finish(Program{run.started, std::move(settings), log, std::move(*keys), std::move(run.plan)},
                  is_check ? check : work);
}

}  // namespace mqtts::program
