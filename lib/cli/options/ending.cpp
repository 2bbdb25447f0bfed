// SPDX-License-Identifier: Apache-2.0
// When mqtts-sub exits, and how it tells that it is ready.
#include <fcntl.h>

#include <limits>

#include "cli/arguments.hpp"
#include "cli/options/tables.hpp"
#include "cli/values/value.hpp"
#include "output/print_settings.hpp"

namespace mqtts::cli {

namespace ending_table {
namespace {

constexpr std::string_view section = "Ending";
constexpr std::string_view readiness_section = "Readiness";

Result<> set_until(Arguments& arguments, Values values) {
    arguments.print.until = values.front();
    if (const auto checked = output::check_pattern(*arguments.print.until); !checked) return checked.error();
    return {};
}

/// Checks the descriptor before a file is opened that would get the number of a closed one.
Result<> set_ready_descriptor(Arguments& arguments, Values values) {
    constexpr std::uint64_t first_of_our_own = 3;
    const auto descriptor = number(values.front(), first_of_our_own, std::numeric_limits<int>::max());
    if (!descriptor) return descriptor.error();
    arguments.subscribe.ready_descriptor = static_cast<int>(*descriptor);
    if (::fcntl(*arguments.subscribe.ready_descriptor, F_GETFD) != -1) return {};
    return bad("this descriptor is not open", "open it first; in a shell, 3>FILE opens number 3");
}

constexpr Option table[] = {
    {.name = "until",
     .value = "REGEX",
     .section = section,
     .help = "exit after the first message that matches REGEX",
     .command = Command::subscribe,
     .apply = set_until},
    {.name = "expect-none",
     .section = section,
     .help = "fail if a message arrives; succeed if -W expires first",
     .command = Command::subscribe,
     .apply = [](Arguments& a, Values) { return put(a.print.expect_none, true); }},
    {.name = "idle",
     .value = "SECONDS",
     .section = section,
     .help = "exit after SECONDS without a message",
     .command = Command::subscribe,
     .apply = [](Arguments& a, Values v) { return set(a.subscribe.idle, seconds(v.front())); }},
    {.name = "exit-when-retained-done",
     .section = section,
     .help = "exit when all retained messages have arrived",
     .command = Command::subscribe,
     .common = true,
     .apply = [](Arguments& a, Values) { return put(a.subscribe.end_after_retained, true); }},
    {.name = "retained-settle",
     .value = "SECONDS",
     .section = section,
     .help = "wait for SECONDS without a retained message first",
     .command = Command::subscribe,
     .apply = [](Arguments& a, Values v) { return set(a.subscribe.retained_settle, delay(v.front())); }},
    {.name = "ready-fd",
     .value = "NUMBER",
     .section = readiness_section,
     .help = "write a line to descriptor NUMBER once subscribed",
     .command = Command::subscribe,
     .command_line_only = true,
     .apply = set_ready_descriptor},
    {.name = "ready-file",
     .value = "FILE",
     .section = readiness_section,
     .help = "create FILE once subscribed",
     .command = Command::subscribe,
     .completion = Completion::file,
     .apply = [](Arguments& a, Values v) { return set(a.subscribe.ready_file, not_empty(v.front())); }},
    {.name = "background",
     .section = readiness_section,
     .help = "return once subscribed; continue in the background",
     .command = Command::subscribe,
     .apply = [](Arguments& a, Values) { return put(a.subscribe.background, true); }},
};

}  // namespace
}  // namespace ending_table

std::span<const Option> ending_options() noexcept {
    return ending_table::table;
}

}  // namespace mqtts::cli
