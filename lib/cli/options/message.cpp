// SPDX-License-Identifier: Apache-2.0
// What mqtts-pub publishes, and the response it may wait for.
#include <fmt/format.h>

#include <limits>

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
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

Failure second_source(Source earlier, Source source) {
    constexpr std::string_view only_one = "give only one of -m, -f, -s, -l, -n";
    const std::string_view first = letter_of(earlier);
    if (earlier == source) return bad("it was given already", std::string(only_one), {first});
    const bool wants_lines =
        (earlier == Source::file && source == Source::lines) || (earlier == Source::lines && source == Source::file);
    return bad(fmt::format("{} and {} exclude each other", first, letter_of(source)),
               std::string(wants_lines ? lines_of_file : only_one), {first});
}

/// Stores the source of messages. A second one is a failure that names both.
Result<> set_source(Arguments& arguments, Source source, std::string_view text = {}) {
    PublishArguments& publish = arguments.publish;
    if (publish.source) return second_source(*publish.source, source);
    publish.source = source;
    publish.text = text;
    return {};
}

Result<> set_file(Arguments& arguments, Values values) {
    const auto path = not_empty(values.front());
    if (!path) return path.error();
    return set_source(arguments, Source::file, *path);
}

constexpr Option table[] = {
    {.name = "topic",
     .letter = 't',
     .value = "TOPIC",
     .section = section,
     .help = "publish to TOPIC",
     .command = Command::publish,
     .common = true,
     .counts = Counts::per_call,
     .apply = [](Arguments& a, Values v) { return set(a.publish.topic_name, topic_name(v.front())); }},
    {.name = "message",
     .letter = 'm',
     .value = "TEXT",
     .section = section,
     .help = "publish TEXT",
     .command = Command::publish,
     .common = true,
     .counts = Counts::per_call,
     .apply = [](Arguments& a, Values v) { return set_source(a, Source::message, v.front()); }},
    {.name = "file",
     .letter = 'f',
     .value = "FILE",
     .section = section,
     .help = "publish the contents of FILE, which may be a pipe",
     .command = Command::publish,
     .completion = Completion::file,
     .common = true,
     .counts = Counts::per_call,
     .apply = set_file},
    {.name = "stdin-file",
     .letter = 's',
     .section = section,
     .help = "publish all of standard input as one message",
     .command = Command::publish,
     .common = true,
     .counts = Counts::per_call,
     .apply = [](Arguments& a, Values) { return set_source(a, Source::whole_stdin); }},
    {.name = "stdin-line",
     .letter = 'l',
     .section = section,
     .help = "publish each line of standard input as a message",
     .command = Command::publish,
     .common = true,
     .counts = Counts::per_call,
     .apply = [](Arguments& a, Values) { return set_source(a, Source::lines); }},
    {.name = "null-message",
     .letter = 'n',
     .section = section,
     .help = "publish an empty message",
     .command = Command::publish,
     .common = true,
     .counts = Counts::per_call,
     .apply = [](Arguments& a, Values) { return set_source(a, Source::null); }},
    {.name = "qos",
     .letter = 'q',
     .value = "QOS",
     .section = section,
     .help = "0: at most once, 1: at least once, 2: exactly once",
     .initial = "0",
     .choices = "0 1 2",
     .command = Command::publish,
     .completion = Completion::choice,
     .common = true,
     .counts = Counts::per_call,
     .apply = [](Arguments& a, Values v) { return set(a.qos, qos(v.front())); }},
    {.name = "retain",
     .letter = 'r',
     .section = section,
     .help = "publish as a retained message, for later subscribers",
     .command = Command::publish,
     .common = true,
     .counts = Counts::per_call,
     .apply = [](Arguments& a, Values) { return put(a.publish.retain, true); }},
    {.name = "fail-no-subscribers",
     .section = section,
     .help = "fail if nobody is subscribed to the topic (MQTT 5)",
     .command = Command::publish,
     .apply = [](Arguments& a, Values) { return put(a.session.fail_no_subscribers, true); }},
    {.name = "max-message-size",
     .value = "BYTES",
     .section = section,
     .help = "fail on a message over BYTES",
     .initial = "268435455",
     .command = Command::publish,
     .apply = [](Arguments& a, Values v) { return set_number(a.publish.maximum_message_size, v, 1, largest_message); }},
    {.name = "repeat",
     .value = "COUNT",
     .section = section,
     .help = "publish the message COUNT times",
     .initial = "1",
     .command = Command::publish,
     .apply = [](Arguments& a, Values v) { return set(a.publish.repeat, number(v.front(), 1, largest_count)); }},
    {.name = "repeat-delay",
     .value = "SECONDS",
     .section = section,
     .help = "wait SECONDS between repetitions",
     .initial = "0",
     .command = Command::publish,
     .apply = [](Arguments& a, Values v) { return set(a.publish.repeat_delay, delay(v.front())); }},

    {.name = "response-topic",
     .letter = 'e',
     .value = "TOPIC",
     .section = request_section,
     .help = "send a request and print the response on TOPIC",
     .command = Command::publish,
     .common = true,
     .apply = [](Arguments& a, Values v) { return set(a.publish.response_topic, topic_name(v.front())); }},
    {.name = "request",
     .section = request_section,
     .help = "like -e, with a unique response topic (MQTT 5)",
     .command = Command::publish,
     .apply = [](Arguments& a, Values) { return put(a.publish.response_topic, ""); }},
    {.name = "latency",
     .section = request_section,
     .help = "print how long the response took",
     .command = Command::publish,
     .apply = [](Arguments& a, Values) { return put(a.publish.latency, true); }},
    {.name = "no-retained",
     .letter = 'R',
     .section = request_section,
     .help = "ignore retained responses",
     .command = Command::publish,
     .apply = [](Arguments& a, Values) { return put(a.print.skip_retained, true); }},
    {.name = "retain-as-published",
     .section = request_section,
     .help = "keep the RETAIN flag of the response (MQTT 5)",
     .command = Command::publish,
     .apply = [](Arguments& a, Values) { return put(a.all_subscriptions.retain_as_published, true); }},
    {.name = "retain-handling",
     .value = "WHEN",
     .section = request_section,
     .help = "when to receive retained responses (MQTT 5)",
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
