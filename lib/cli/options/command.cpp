// SPDX-License-Identifier: Apache-2.0
// Commands that mqtts-sub runs for each message.
#include <limits>

#include "cli/arguments.hpp"
#include "cli/options/tables.hpp"
#include "cli/values/value.hpp"

namespace mqtts::cli {

namespace command_table {
namespace {

constexpr std::string_view section = "Commands";

constexpr std::size_t most_jobs = 1024;

Result<> add_command(Arguments& arguments, std::optional<std::string> topic_filter, std::string_view text) {
    auto command = not_empty(text);
    if (!command) return command.error();
    arguments.commands.rules.push_back({.topic_filter = std::move(topic_filter), .command = *std::move(command)});
    return {};
}

Result<> add_command_on(Arguments& arguments, Values values) {
    auto checked = topic_filter(values[0]);
    if (!checked) return checked.error();
    auto added = add_command(arguments, *std::move(checked), values[1]);
    if (added) return added;
    return with_cause(added.error(), "the command " + added.error().cause);
}

constexpr std::string_view failure_choices = "end continue retry";

/// Reads "end", "continue", "retry" or "retry=3".
Result<> set_on_failure(Arguments& arguments, Values values) {
    constexpr std::string_view counted = "retry=";
    CommandArguments& typed = arguments.commands;
    const std::string_view text = values.front();
    typed.retries.reset();
    if (!text.starts_with(counted)) return set_choice<command::OnFailure>(typed.on_failure, text, failure_choices);
    typed.on_failure = command::OnFailure::retry;
    return set(typed.retries, number(text.substr(counted.size()), 1, std::numeric_limits<std::uint32_t>::max()));
}

constexpr Option table[] = {
    {.name = "exec",
     .value = "COMMAND",
     .section = section,
     .help = "run COMMAND for each message; the payload is its input",
     .command = Command::subscribe,
     .repeatable = true,  // the second one is refused: it does not replace the first
     .common = true,
     .apply = [](Arguments& a, Values v) { return add_command(a, std::nullopt, v.front()); }},
    {.name = "on",
     .value = "FILTER COMMAND",
     .section = section,
     .help = "subscribe to FILTER with its own COMMAND; repeatable",
     .command = Command::subscribe,
     .repeatable = true,
     .apply = add_command_on},
    {.name = "exec-failure",
     .value = "WHAT",
     .section = section,
     .help = "what to do when a command fails; also retry=COUNT",
     .choices = failure_choices,
     .command = Command::subscribe,
     .completion = Completion::choice,
     .apply = set_on_failure},
    {.name = "exec-timeout",
     .value = "SECONDS",
     .section = section,
     .help = "stop a command after SECONDS, as a failure",
     .command = Command::subscribe,
     .apply = [](Arguments& a, Values v) { return set(a.commands.timeout, seconds(v.front())); }},
    {.name = "jobs",
     .value = "COUNT",
     .section = section,
     .help = "handle COUNT messages at once",
     .command = Command::subscribe,
     .apply = [](Arguments& a, Values v) { return set_number(a.commands.jobs, v, 1, most_jobs); }},
    {.name = "reply",
     .section = section,
     .help = "publish the output to the Response Topic (MQTT 5)",
     .command = Command::subscribe,
     .apply = [](Arguments& a, Values) { return put(a.commands.reply, true); }},
    {.name = "reply-failure",
     .section = section,
     .help = "with --reply, tell requesters that a command failed",
     .command = Command::subscribe,
     .apply = [](Arguments& a, Values) { return put(a.commands.reply_failure, true); }},
};

}  // namespace
}  // namespace command_table

std::span<const Option> command_options() noexcept {
    return command_table::table;
}

}  // namespace mqtts::cli
