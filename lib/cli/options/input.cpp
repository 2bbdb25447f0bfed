// SPDX-License-Identifier: Apache-2.0
// How mqtts-pub reads many messages from one input.
#include "cli/arguments.hpp"
#include "cli/options/tables.hpp"
#include "cli/values/value.hpp"

namespace mqtts::cli {

namespace input_table {
namespace {

constexpr std::string_view section = "Input";

Result<> set_spool(Arguments& arguments, Values values) {
    return set(arguments.publish.spool, not_empty(values.front()));
}

Result<> set_replay(Arguments& arguments, Values values) {
    return set(arguments.publish.replay, speed(values.empty() ? "1" : values.front()));
}

constexpr Option table[] = {
    {.name = "input",
     .value = "FORM",
     .section = section,
     .help = "publish many messages: lines, nul, length or json",
     .choices = input_forms,
     .command = Command::publish,
     .completion = Completion::choice,
     .common = true,
     .apply = [](Arguments& a, Values v) { return set(a.publish.form, message_form(v.front(), input_forms)); }},
    {.name = "delimiter",
     .value = "BYTES",
     .section = section,
     .help = "end each message at BYTES instead of a newline",
     .command = Command::publish,
     .apply = [](Arguments& a, Values v) { return set(a.publish.delimiter, escaped_bytes(v.front())); }},
    {.name = "topic-delimiter",
     .value = "BYTES",
     .section = section,
     .help = "read each message as a topic, BYTES and a payload",
     .command = Command::publish,
     .apply = [](Arguments& a, Values v) { return set(a.publish.topic_delimiter, escaped_bytes(v.front())); }},
    {.name = "skip-bad",
     .section = section,
     .help = "skip a message that cannot be published, and go on",
     .command = Command::publish,
     .apply = [](Arguments& a, Values) { return put(a.publish.skip_bad, true); }},
    {.name = "rate",
     .value = "COUNT",
     .section = section,
     .help = "publish at most COUNT messages a second",
     .command = Command::publish,
     .apply = [](Arguments& a, Values v) { return set(a.publish.rate, rate(v.front())); }},
    {.name = "replay",
     .section = section,
     .help = "keep the time between records; SPEED 2 halves it",
     .command = Command::publish,
     .optional_value = "SPEED",
     .apply = set_replay},
    {.name = "spool",
     .value = "DIR",
     .section = section,
     .help = "keep messages in DIR until they are acknowledged",
     .command = Command::publish,
     .completion = Completion::directory,
     .apply = set_spool},
};

}  // namespace
}  // namespace input_table

std::span<const Option> input_options() noexcept {
    return input_table::table;
}

}  // namespace mqtts::cli
