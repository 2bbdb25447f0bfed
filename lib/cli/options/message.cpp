// SPDX-License-Identifier: Apache-2.0
// What mqtts-pub publishes, and the answer it may wait for.
#include <fmt/format.h>

#include <limits>

#include "cli/arguments.hpp"
#include "cli/options/tables.hpp"
#include "cli/values/value.hpp"

namespace mqtts::cli {

namespace message_table {
namespace {

constexpr std::string_view section = "Message";

constexpr std::string_view request_section = "Request";

constexpr std::size_t largest_message = wire::maximum_remaining_length;
constexpr std::uint64_t largest_count = std::numeric_limits<std::uint64_t>::max();

std::string_view letter_of(Source source) {
    switch (source) {
        case Source::message:
            return "-m";
        case Source::file:
            return "-f";
        case Source::whole_stdin:
            return "-s";
        case Source::lines:
            return "-l";
        case Source::null:
            break;
    }
    return "-n";
}

/// Remembers the one source of messages; a second one is a failure that names both.
Outcome<> set_source(Arguments& arguments, Source source, std::string_view text = {}) {
    PublishArguments& publish = arguments.publish;
    if (publish.source) {
        const std::string_view earlier = letter_of(*publish.source);
        return bad(fmt::format("only one source of messages can be given, and there was {}", earlier), {earlier});
    }
    publish.source = source;
    publish.text = text;
    return {};
}

Outcome<> set_file(Arguments& arguments, Values values) {
    const auto path = not_empty(values.front());
    if (!path) return path.error();
    return set_source(arguments, Source::file, *path);
}

constexpr Option table[] = {
    {.name = "topic",
     .letter = 't',
     .value = "TOPIC",
     .section = section,
     .help = "topic to publish to",
     .command = Command::publish,
     .common = true,
     .apply = [](Arguments& a, Values v) { return set(a.publish.topic_name, topic_name(v.front())); }},
    {.name = "message",
     .letter = 'm',
     .value = "TEXT",
     .section = section,
     .help = "publish this text",
     .command = Command::publish,
     .common = true,
     .apply = [](Arguments& a, Values v) { return set_source(a, Source::message, v.front()); }},
    {.name = "file",
     .letter = 'f',
     .value = "FILE",
     .section = section,
     .help = "publish the contents of a file or pipe",
     .command = Command::publish,
     .completion = Completion::file,
     .common = true,
     .apply = set_file},
    {.name = "stdin-file",
     .letter = 's',
     .section = section,
     .help = "publish all of standard input as one message",
     .command = Command::publish,
     .common = true,
     .apply = [](Arguments& a, Values) { return set_source(a, Source::whole_stdin); }},
    {.name = "stdin-line",
     .letter = 'l',
     .section = section,
     .help = "publish each line of standard input",
     .command = Command::publish,
     .common = true,
     .apply = [](Arguments& a, Values) { return set_source(a, Source::lines); }},
    {.name = "null-message",
     .letter = 'n',
     .section = section,
     .help = "publish an empty message",
     .command = Command::publish,
     .common = true,
     .apply = [](Arguments& a, Values) { return set_source(a, Source::null); }},
    {.name = "qos",
     .letter = 'q',
     .value = "QOS",
     .section = section,
     .help = "0 sends, 1 delivers at least once, 2 exactly once",
     .initial = "0",
     .choices = "0 1 2",
     .command = Command::publish,
     .completion = Completion::choice,
     .common = true,
     .apply = [](Arguments& a, Values v) { return set(a.qos, qos(v.front())); }},
    {.name = "retain",
     .letter = 'r',
     .section = section,
     .help = "the broker keeps the message for later subscribers",
     .command = Command::publish,
     .common = true,
     .apply = [](Arguments& a, Values) { return put(a.publish.retain, true); }},
    {.name = "fail-no-subscribers",
     .section = section,
     .help = "a message that nobody receives is an error (MQTT 5)",
     .command = Command::publish,
     .apply = [](Arguments& a, Values) { return put(a.session.fail_no_subscribers, true); }},
    {.name = "max-message-size",
     .value = "BYTES",
     .section = section,
     .help = "a longer message is an error",
     .initial = "268435455",
     .command = Command::publish,
     .apply = [](Arguments& a, Values v) { return set_number(a.publish.maximum_message_size, v, 1, largest_message); }},
    {.name = "repeat",
     .value = "COUNT",
     .section = section,
     .help = "publish the message so many times",
     .initial = "1",
     .command = Command::publish,
     .apply = [](Arguments& a, Values v) { return set(a.publish.repeat, number(v.front(), 1, largest_count)); }},
    {.name = "repeat-delay",
     .value = "SECONDS",
     .section = section,
     .help = "wait so long between two of them",
     .initial = "0",
     .command = Command::publish,
     .apply = [](Arguments& a, Values v) { return set(a.publish.repeat_delay, delay(v.front())); }},

    {.name = "response-topic",
     .letter = 'e',
     .value = "TOPIC",
     .section = request_section,
     .help = "ask for an answer on this topic, wait and print it",
     .command = Command::publish,
     .common = true,
     .apply = [](Arguments& a, Values v) { return set(a.publish.response_topic, topic_name(v.front())); }},
    {.name = "request",
     .section = request_section,
     .help = "the same on a topic that nobody else uses (MQTT 5)",
     .command = Command::publish,
     .apply = [](Arguments& a, Values) { return put(a.publish.response_topic, ""); }},
    {.name = "latency",
     .section = request_section,
     .help = "print how long the answer took",
     .command = Command::publish,
     .apply = [](Arguments& a, Values) { return put(a.publish.latency, true); }},
    {.name = "no-retained",
     .letter = 'R',
     .section = request_section,
     .help = "an answer kept from before is none",
     .command = Command::publish,
     .apply = [](Arguments& a, Values) { return put(a.print.skip_retained, true); }},
    {.name = "retain-as-published",
     .section = request_section,
     .help = "the answer shows if it was sent to be kept (MQTT 5)",
     .command = Command::publish,
     .apply = [](Arguments& a, Values) { return put(a.all_subscriptions.retain_as_published, true); }},
    {.name = "retain-handling",
     .value = "WHEN",
     .section = request_section,
     .help = "answers kept from before are wanted when (MQTT 5)",
     .choices = "always new never",
     .command = Command::publish,
     .completion = Completion::choice,
     .apply = [](Arguments& a,
                 Values v) { return set(a.all_subscriptions.retain_handling, retain_handling(v.front())); }},
};

}  // namespace
}  // namespace message_table

std::span<const Option> message_options() noexcept {
    return message_table::table;
}

}  // namespace mqtts::cli
