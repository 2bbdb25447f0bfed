// SPDX-License-Identifier: Apache-2.0
// What the programs report about their connection and their work.
#include <optional>

#include "cli/arguments.hpp"
#include "cli/options/tables.hpp"
#include "cli/values/value.hpp"

namespace mqtts::cli {

namespace diagnosis_table {
namespace {

constexpr std::string_view section = "Diagnosis";

constexpr std::string_view report_forms = "text json";

Result<> set_form(std::optional<ReportForm>& to, Values values) {
    return set_choice<ReportForm>(to, values.empty() ? "text" : values.front(), report_forms);
}

constexpr Option table[] = {
    {.name = "check",
     .section = section,
     .help = "connect, report on standard output, and exit",
     .common = true,
     .optional_value = "FORM",
     .apply = [](Arguments& a, Values v) { return set_form(a.diagnosis.check, v); }},
    {.name = "check-topic",
     .value = "TOPIC",
     .section = section,
     .help = "with --check, send a message to TOPIC and await it",
     .apply = [](Arguments& a, Values v) { return set(a.diagnosis.check_topic, topic_name(v.front())); }},
    {.name = "tls-report",
     .section = section,
     .help = "report what TLS negotiated, and all certificates",
     .optional_value = "FORM",
     .apply = [](Arguments& a, Values v) { return set_form(a.diagnosis.tls_report, v); }},
    {.name = "stats",
     .section = section,
     .help = "report message counts and times at the end",
     .counts = Counts::per_call,
     .apply = [](Arguments& a, Values) { return put(a.diagnosis.statistics, true); }},
    {.name = "log-format",
     .value = "FORM",
     .section = section,
     .help = "write standard error as text or as JSON objects",
     .initial = "text",
     .choices = report_forms,
     .completion = Completion::choice,
     .counts = Counts::per_call,
     .apply = [](Arguments& a,
                 Values v) { return set_choice<Log::Format>(a.diagnosis.log_format, v.front(), report_forms); }},
};

}  // namespace
}  // namespace diagnosis_table

std::span<const Option> diagnosis_options() noexcept {
    return diagnosis_table::table;
}

}  // namespace mqtts::cli
