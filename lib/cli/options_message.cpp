// What mqtts-pub publishes.
#include <fmt/format.h>

#include "base/utf8.hpp"
#include "cli/options.hpp"
#include "cli/settings.hpp"
#include "cli/value.hpp"
#include "wire/topic.hpp"

namespace mqtts::cli {

namespace {

constexpr std::string_view section = "Message";

constexpr std::size_t largest_message = wire::maximum_remaining_length;

Result<> set_topic_name(Settings& settings, Values values) {
    if (!wire::is_topic_name(values.front()))
        return Failure{Errc::bad_option,
                       fmt::format("'{}' is not a topic name: 1 to 65535 bytes of UTF-8 without the wildcards + and #",
                                   escape(values.front()))};
    settings.publish.topic_name = values.front();
    return {};
}

constexpr Option table[] = {
    {.name = "topic",
     .letter = 't',
     .value = "TOPIC",
     .section = section,
     .help = "topic to publish to",
     .command = Command::publish,
     .common = true,
     .apply = set_topic_name},
    {.name = "message",
     .letter = 'm',
     .value = "TEXT",
     .section = section,
     .help = "publish this text",
     .command = Command::publish,
     .common = true,
     .apply = [](Settings& s, Values v) { return set_source(s, Source::message, v.front()); }},
    {.name = "file",
     .letter = 'f',
     .value = "FILE",
     .section = section,
     .help = "publish the contents of a file or pipe",
     .command = Command::publish,
     .completion = Completion::file,
     .common = true,
     .apply = [](Settings& s, Values v) { return set_source(s, Source::file, v.front()); }},
    {.name = "stdin-file",
     .letter = 's',
     .section = section,
     .help = "publish all of standard input as one message",
     .command = Command::publish,
     .common = true,
     .apply = [](Settings& s, Values) { return set_source(s, Source::whole_stdin); }},
    {.name = "stdin-line",
     .letter = 'l',
     .section = section,
     .help = "publish each line of standard input",
     .command = Command::publish,
     .common = true,
     .apply = [](Settings& s, Values) { return set_source(s, Source::lines); }},
    {.name = "null-message",
     .letter = 'n',
     .section = section,
     .help = "publish an empty message",
     .command = Command::publish,
     .common = true,
     .apply = [](Settings& s, Values) { return set_source(s, Source::null); }},
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
     .apply = [](Settings& s, Values v) { return set(s.qos, qos(v.front())); }},
    {.name = "retain",
     .letter = 'r',
     .section = section,
     .help = "the broker keeps the message for later subscribers",
     .command = Command::publish,
     .common = true,
     .apply = [](Settings& s, Values) { return put(s.publish.retain, true); }},
    {.name = "max-message-size",
     .value = "BYTES",
     .section = section,
     .help = "a longer message is an error",
     .initial = "268435455",
     .command = Command::publish,
     .apply = [](Settings& s, Values v) { return set_number(s.publish.maximum_message_size, v, 1, largest_message); }},
};

}  // namespace

std::span<const Option> message_options() noexcept {
    return table;
}

}  // namespace mqtts::cli
