// SPDX-License-Identifier: Apache-2.0
// What the programs tell about their connection and their work.
#include <fmt/format.h>

#include <optional>

#include "cli/arguments.hpp"
#include "cli/options/tables.hpp"
#include "cli/values/value.hpp"
#include "text/escape.hpp"

namespace mqtts::cli {

namespace {

constexpr std::string_view section = "Diagnosis";

/// Text, unless said otherwise.
Outcome<> set_form(std::optional<ReportForm>& to, Values values) {
    const std::string_view name = values.empty() ? "text" : values.front();
    if (name == "text") return put<std::optional<ReportForm>>(to, ReportForm::text);
    if (name == "json") return put<std::optional<ReportForm>>(to, ReportForm::json);
    return Failure(Errc::bad_option, fmt::format("'{}' is not one of text, json", escape(name)));
}

Outcome<> set_log_format(Arguments& arguments, Values values) {
    std::optional<ReportForm> form;
    if (const Outcome<> known = set_form(form, values); !known) return known;
    return put(arguments.diagnosis.log_format, form == ReportForm::json ? Log::Format::json : Log::Format::text);
}

constexpr Option table[] = {
    {.name = "check",
     .section = section,
     .help = "connect, report on standard output, and end",
     .common = true,
     .optional_value = "FORM",
     .apply = [](Arguments& a, Values v) { return set_form(a.diagnosis.check, v); }},
    {.name = "check-topic",
     .value = "TOPIC",
     .section = section,
     .help = "with --check: send a message there and wait for it",
     .apply = [](Arguments& a, Values v) { return set(a.diagnosis.check_topic, topic_name(v.front())); }},
    {.name = "tls-report",
     .section = section,
     .help = "report what TLS negotiated, and all certificates",
     .optional_value = "FORM",
     .apply = [](Arguments& a, Values v) { return set_form(a.diagnosis.tls_report, v); }},
    {.name = "stats",
     .section = section,
     .help = "count messages and time, and report them at the end",
     .apply = [](Arguments& a, Values) { return put(a.diagnosis.statistics, true); }},
    {.name = "log-format",
     .value = "FORM",
     .section = section,
     .help = "what standard error gets: text, or JSON objects",
     .initial = "text",
     .choices = "text json",
     .completion = Completion::choice,
     .apply = set_log_format},
};

}  // namespace

std::span<const Option> diagnosis_options() noexcept {
    return table;
}

}  // namespace mqtts::cli
