// SPDX-License-Identifier: Apache-2.0
// Whether calls of mqtts-pub use one connection.
#include "cli/arguments.hpp"
#include "cli/options/tables.hpp"
#include "cli/values/value.hpp"

namespace mqtts::cli {

namespace share_table {
namespace {

constexpr std::string_view section = "Sharing";

/// How long a keeper waits for the next call unless something else is given.
constexpr std::chrono::seconds usual_wait{60};

Result<> set_share(Arguments& arguments, Values values) {
    if (values.empty()) return put(arguments.share.idle, usual_wait);
    if (values.front() == "no") return put(arguments.share.idle, std::nullopt);
    return set(arguments.share.idle, delay(values.front()));
}

Result<> set_share_status(Arguments& arguments, Values values) {
    constexpr std::string_view forms = "text json";
    std::optional<ReportForm> form;
    auto known = set_choice<ReportForm>(form, values.empty() ? "text" : values.front(), forms);
    if (known) arguments.action = form == ReportForm::json ? Action::show_share_status_json : Action::show_share_status;
    return known;
}

constexpr Option table[] = {
    {.name = "share",
     .section = section,
     .help = "use one connection for many calls; 0 ends it",
     .command = Command::publish,
     .optional_value = "SECONDS",
     .counts = Counts::per_call,
     .apply = set_share},
    {.name = "share-status",
     .section = section,
     .help = "list the connections kept by --share, and exit",
     .command = Command::publish,
     .command_line_only = true,
     .optional_value = "FORM",
     .counts = Counts::per_call,
     .apply = set_share_status},
};

}  // namespace
}  // namespace share_table

std::span<const Option> share_options() noexcept {
    return share_table::table;
}

}  // namespace mqtts::cli
