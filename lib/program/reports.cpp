// SPDX-License-Identifier: Apache-2.0
#include "program/reports.hpp"

#include <fmt/format.h>

#include "program/tell_statistics.hpp"
#include "text/escape.hpp"
#include "tls/report_text.hpp"

namespace mqtts::program {

namespace {

std::string tls_members(const tls::Report& report) {
    Buffer text;
    json::Writer json(text, {});
    json.verbatim_key("tls");
    tls::write(json, report);
    return std::string(text.readable());
}

}  // namespace

client::Observer* Reports::observer() noexcept {
    return settings_.tls_report ? this : nullptr;
}

void Reports::opened(const client::Connection& connection) {
    if (const auto report = connection.channel().tls_report()) tell(escape(connection.server()), *report);
}

void Reports::tell(const std::string& server, const tls::Report& report) const {
    if (log_.format() == Log::Format::json)
        log_.information(fmt::format("{} with {}", report.version, server),
                         {.event = "tls", .host = server, .members = tls_members(report)});
    else if (settings_.tls_report == cli::ReportForm::json)
        log_.print(fmt::format("{{{}}}\n", tls_members(report)));
    else
        log_.print(fmt::format("server:       {}\n{}", server, tls::to_text(report)));
}

void Reports::conclude(const client::Statistics& statistics) const {
    tell_statistics(settings_, log_, statistics, Clock::now() - started_);
}

}  // namespace mqtts::program
