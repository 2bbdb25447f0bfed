// SPDX-License-Identifier: Apache-2.0
// When mqtts-sub ends, and who hears that it is ready.
#include <fcntl.h>

#include <limits>

#include "cli/options.hpp"
#include "cli/settings.hpp"
#include "cli/value.hpp"

namespace mqtts::cli {

namespace {

constexpr std::string_view section = "Ending";
constexpr std::string_view readiness_section = "Readiness";

Result<> set_until(Settings& settings, Values values) {
    settings.subscribe.print.until = values.front();
    return output::check_pattern(*settings.subscribe.print.until);
}

/// Before anything is opened that would get the number of a closed one.
Result<> set_ready_descriptor(Settings& settings, Values values) {
    constexpr std::uint64_t first_of_our_own = 3;
    const auto descriptor = number(values.front(), first_of_our_own, std::numeric_limits<int>::max());
    if (!descriptor) return descriptor.error();
    settings.subscribe.readiness.descriptors = {static_cast<int>(*descriptor)};
    if (::fcntl(settings.subscribe.readiness.descriptors.front(), F_GETFD) != -1) return {};
    return Failure(Errc::bad_option, "this descriptor is not open; in a shell, 3>FILE opens number 3");
}

constexpr Option table[] = {
    {.name = "until",
     .value = "REGEX",
     .section = section,
     .help = "end after the first message that matches",
     .command = Command::subscribe,
     .apply = set_until},
    {.name = "expect-none",
     .section = section,
     .help = "any message is an error; with -W none is a success",
     .command = Command::subscribe,
     .apply = [](Settings& s, Values) { return put(s.subscribe.print.expect_none, true); }},
    {.name = "idle",
     .value = "SECONDS",
     .section = section,
     .help = "end when no message has come for so long",
     .command = Command::subscribe,
     .apply = [](Settings& s, Values v) { return set(s.subscribe.idle, seconds(v.front())); }},
    {.name = "exit-when-retained-done",
     .section = section,
     .help = "end when the messages kept from before have come",
     .command = Command::subscribe,
     .apply = [](Settings& s, Values) { return put(s.subscribe.end_after_retained, true); }},
    {.name = "retained-settle",
     .value = "SECONDS",
     .section = section,
     .help = "how long no retained message may come before that end",
     .command = Command::subscribe,
     .apply = [](Settings& s, Values v) { return set(s.subscribe.retained_settle, delay(v.front())); }},
    {.name = "ready-fd",
     .value = "NUMBER",
     .section = readiness_section,
     .help = "write a line to this descriptor once subscribed",
     .command = Command::subscribe,
     .command_line_only = true,
     .apply = set_ready_descriptor},
    {.name = "ready-file",
     .value = "FILE",
     .section = readiness_section,
     .help = "create this file once subscribed",
     .command = Command::subscribe,
     .completion = Completion::file,
     .apply = [](Settings& s, Values v) { return set(s.subscribe.readiness.file, not_empty(v.front())); }},
    {.name = "background",
     .section = readiness_section,
     .help = "return once subscribed, and go on in the background",
     .command = Command::subscribe,
     .apply = [](Settings& s, Values) { return put(s.subscribe.readiness.background, true); }},
};

}  // namespace

std::span<const Option> ending_options() noexcept {
    return table;
}

}  // namespace mqtts::cli
