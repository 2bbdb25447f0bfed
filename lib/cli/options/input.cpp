// SPDX-License-Identifier: Apache-2.0
// How mqtts-pub takes many messages out of one input.
#include "cli/arguments.hpp"
#include "cli/options/tables.hpp"
#include "cli/values/value.hpp"

namespace mqtts::cli {

namespace input_table {
namespace {

constexpr std::string_view section = "Input";

Outcome<> set_spool(Arguments& arguments, Values values) {
    if (values.front().empty()) return Failure(Errc::bad_option, "the name of a directory is wanted");
    arguments.publish.spool = values.front();
    return {};
}

constexpr Option table[] = {
    {.name = "input",
     .value = "FORM",
     .section = section,
     .help = "publish many messages: what tells them apart",
     .choices = input_forms,
     .command = Command::publish,
     .completion = Completion::choice,
     .common = true,
     .apply = [](Arguments& a, Values v) { return set(a.publish.form, message_form(v.front(), input_forms)); }},
    {.name = "delimiter",
     .value = "BYTES",
     .section = section,
     .help = "what ends a message, instead of a newline",
     .command = Command::publish,
     .apply = [](Arguments& a, Values v) { return set(a.publish.delimiter, escaped_bytes(v.front())); }},
    {.name = "topic-delimiter",
     .value = "BYTES",
     .section = section,
     .help = "each message follows its topic and these bytes",
     .command = Command::publish,
     .apply = [](Arguments& a, Values v) { return set(a.publish.topic_delimiter, escaped_bytes(v.front())); }},
    {.name = "skip-bad",
     .section = section,
     .help = "go on behind a message that cannot be published",
     .command = Command::publish,
     .apply = [](Arguments& a, Values) { return put(a.publish.skip_bad, true); }},
    {.name = "rate",
     .value = "COUNT",
     .section = section,
     .help = "publish no more than so many messages a second",
     .command = Command::publish,
     .apply = [](Arguments& a, Values v) { return set(a.publish.rate, rate(v.front())); }},
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
