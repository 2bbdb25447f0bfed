// What mqtts-sub subscribes to, and which messages count.
#include <fmt/format.h>

#include <limits>

#include "base/utf8.hpp"
#include "cli/options.hpp"
#include "cli/settings.hpp"
#include "cli/value.hpp"
#include "wire/topic.hpp"

namespace mqtts::cli {

namespace {

constexpr std::string_view section = "Subscription";

constexpr std::uint64_t largest_count = std::numeric_limits<std::uint64_t>::max();

Result<> add_topic_filter(Settings& settings, Values values) {
    if (!wire::is_topic_filter(values.front()))
        return Failure{Errc::bad_option,
                       fmt::format("'{}' is not a topic filter: + stands alone in its level, # alone in the last one",
                                   escape(values.front()))};
    settings.subscribe.subscriptions.push_back({.topic_filter = std::string(values.front())});
    return {};
}

constexpr Option table[] = {
    {.name = "topic",
     .letter = 't',
     .value = "FILTER",
     .section = section,
     .help = "topics to subscribe to, + and # allowed; repeatable",
     .command = Command::subscribe,
     .repeatable = true,
     .common = true,
     .apply = add_topic_filter},
    {.name = "qos",
     .letter = 'q',
     .value = "QOS",
     .section = section,
     .help = "highest quality of service wanted: 0, 1 or 2",
     .initial = "0",
     .choices = "0 1 2",
     .command = Command::subscribe,
     .completion = Completion::choice,
     .common = true,
     .apply = [](Settings& s, Values v) { return set(s.qos, qos(v.front())); }},
    {.name = "no-retained",
     .letter = 'R',
     .section = section,
     .help = "skip the messages kept from before",
     .command = Command::subscribe,
     .apply = [](Settings& s, Values) { return put(s.subscribe.print.skip_retained, true); }},
    {.name = "count",
     .letter = 'C',
     .value = "COUNT",
     .section = section,
     .help = "end after so many messages",
     .command = Command::subscribe,
     .common = true,
     .apply = [](Settings& s, Values v) { return set(s.subscribe.print.count, number(v.front(), 1, largest_count)); }},
};

}  // namespace

std::span<const Option> subscription_options() noexcept {
    return table;
}

}  // namespace mqtts::cli
