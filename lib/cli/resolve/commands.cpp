// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "cli/quote.hpp"
#include "cli/resolve/typed.hpp"
#include "wire/topic.hpp"

namespace mqtts::cli {

using wire::ProtocolVersion;

namespace {

bool is_exec(const MessageCommand& rule) noexcept {
    return !rule.topic_filter;
}

/// Lists the Topic Filters of --on, each once.
std::vector<std::string_view> filters_of_on(const Arguments& typed) {
    std::vector<std::string_view> filters;
    for (const MessageCommand& rule : typed.commands.rules)
        if (!is_exec(rule) && std::ranges::find(filters, *rule.topic_filter) == filters.end())
            filters.push_back(*rule.topic_filter);
    return filters;
}

/// Numbers the Topic Filters by the commands that handle them.
std::uint32_t number_of(std::span<const std::string_view> filters_of_on, std::string_view topic_filter) {
    const auto found = std::ranges::find(filters_of_on, topic_filter);
    return static_cast<std::uint32_t>(found - filters_of_on.begin()) + 1;
}

ProtocolVersion version_of(const Arguments& typed) noexcept {
    return typed.session.version.value_or(ProtocolVersion::v5);
}

/// Refuses what belongs to a command where no command runs.
Result<> check_no_commands(const CommandArguments& typed) {
    const Spelled given[] = {
        {"--exec-failure", typed.on_failure.has_value()},
        {"--exec-timeout", typed.timeout.has_value()},
        {"--jobs", typed.jobs.has_value()},
        {"--reply", typed.reply},
        {"--reply-failure", typed.reply_failure},
    };
    for (const auto& [option, is_given] : given)
        if (is_given)
            return bad(fmt::format("{} needs a command for each message", option), "give --exec or --on",
                       {option, "--exec", "--on"});
    return {};
}

/// Refuses what prints messages, or removes them before a command has handled them.
Result<> check_alone(const Arguments& typed) {
    const PrintArguments& print = typed.print;
    const std::string_view handler = std::ranges::any_of(typed.commands.rules, is_exec) ? "--exec" : "--on";
    const auto excluded = [&](std::string_view option, std::string_view does, std::string_view but) {
        return bad_pair(fmt::format("{} {}, and {} {}", option, does, handler, but), option, handler);
    };
    const Spelled printing[] = {
        {"-F", print.format.format.has_value()},
        {"-v", print.format.verbose},
        {"-N", !print.format.end_of_line},
        {"--output", print.format.output.has_value()},
        {"--pretty", print.format.pretty},
        {"--raw", print.raw},
        {"-w", print.watch},
        {"--message-rate", print.message_rate},
    };
    for (const auto& [option, is_given] : printing)
        if (is_given) return excluded(option, "is for printed messages", "prints none");
    if (typed.subscribe.sync) return excluded("--ack", "fsync waits for the disk", "waits for its command");
    if (typed.subscribe.remove_retained)
        return excluded("--remove-retained", "removes messages that it has printed", "prints none");
    return {};
}

/// Checks that each subscription has a command, and --exec a subscription.
Result<> check_handled(const Arguments& typed) {
    const std::vector<MessageCommand>& rules = typed.commands.rules;
    const auto count = std::ranges::count_if(rules, is_exec);
    if (count > 1)
        return bad("--exec is given twice, and takes one command",
                   "give --on FILTER COMMAND for a topic filter with a command of its own", {"--exec"});
    const bool has_others = !typed.subscribe.subscriptions.empty();
    const bool has_on = std::ssize(rules) > count;
    if (count == 1 && !has_others && has_on)
        return bad("--exec handles the messages of -t, and --on those of its own filter",
                   "give -t, or leave out --exec", {"--exec", "-t", "--on"});
    if (count == 0 && has_others)
        return bad(fmt::format("no command handles the messages of {}: -t needs --exec beside --on",
                               quoted(typed.subscribe.subscriptions.front().topic_filter)),
                   "give --exec COMMAND", {"-t", "--exec", "--on"});
    return {};
}

/// Checks that the messages of different commands can be told apart by their topics, if nothing else tells.
Result<> check_distinct(const Arguments& typed) {
    if (version_of(typed) == ProtocolVersion::v5) return {};
    const std::vector<std::string_view> on = filters_of_on(typed);
    const std::vector<RequestedSubscription> all = requested_subscriptions(typed);
    for (auto one = all.begin(); one != all.end(); ++one) {
        const auto rival = std::find_if(one, all.end(), [&](const RequestedSubscription& other) {
            return number_of(on, one->topic_filter) != number_of(on, other.topic_filter) &&
                   wire::overlap(one->topic_filter, other.topic_filter);
        });
        if (rival != all.end())
            return bad(fmt::format("--on contradicts -V {}: a message may match {} and {}, and only MQTT 5 tells which "
                                   "command it is for",
                                   version_of(typed) == ProtocolVersion::v31 ? "31" : "311", quoted(one->topic_filter),
                                   quoted(rival->topic_filter)),
                       "leave out -V, or give filters that do not overlap", {"--on", "-V"});
    }
    return {};
}

Result<> check_identifier(const Arguments& typed) {
    const bool is_given =
        typed.session.subscribe_properties.view().find(wire::PropertyIdentifier::subscription_identifier).has_value();
    if (!is_given || filters_of_on(typed).empty()) return {};
    return bad("-D subscribe subscription-identifier is for all subscriptions, and --on needs one for each filter",
               "leave out -D subscribe subscription-identifier", {"-D", "--on"});
}

command::Rule resolve_rule(const Arguments& typed, const MessageCommand& rule) {
    command::Rule resolved{.command = rule.command};
    const auto add = [&](const std::string& topic_filter) {
        resolved.topic_filters.push_back(topic_filter);
        const std::uint32_t identifier = subscription_identifier(typed, topic_filter);
        std::vector<std::uint32_t>& all = resolved.subscription_identifiers;
        if (identifier != 0 && std::ranges::find(all, identifier) == all.end()) all.push_back(identifier);
    };
    if (!is_exec(rule)) {
        add(*rule.topic_filter);
        return resolved;
    }
    for (const RequestedSubscription& requested : typed.subscribe.subscriptions)
        add(requested.topic_filter);
    return resolved;
}

}  // namespace

Result<> check_commands(const Arguments& arguments) {
    const CommandArguments& typed = arguments.commands;
    if (typed.rules.empty()) return check_no_commands(typed);
    if (const auto checked = check_handled(arguments); !checked) return checked.error();
    if (const auto checked = check_alone(arguments); !checked) return checked.error();
    if (typed.reply_failure && !typed.reply)
        return bad("--reply-failure needs replies", "give --reply too", {"--reply-failure", "--reply"});
    if (const auto checked = check_identifier(arguments); !checked) return checked.error();
    return check_distinct(arguments);
}

command::Settings resolve_commands(const Arguments& arguments) {
    const CommandArguments& typed = arguments.commands;
    command::Settings settings{.timeout = typed.timeout, .reply = typed.reply, .reply_failure = typed.reply_failure};
    for (const MessageCommand& rule : typed.rules)
        settings.rules.push_back(resolve_rule(arguments, rule));
    take(settings.on_failure, typed.on_failure);
    take(settings.retries, typed.retries);
    take(settings.jobs, typed.jobs);
    settings.acknowledges_first = settings.jobs == 1 || arguments.subscribe.state;
    return settings;
}

std::vector<RequestedSubscription> requested_subscriptions(const Arguments& arguments) {
    const std::vector<std::string_view> on = filters_of_on(arguments);
    std::vector<RequestedSubscription> result;
    std::vector<RequestedSubscription> with_commands;
    for (const std::string_view topic_filter : on)
        with_commands.push_back({.topic_filter = std::string(topic_filter)});
    for (const RequestedSubscription& requested : arguments.subscribe.subscriptions) {
        const auto own = std::ranges::find(with_commands, requested.topic_filter, &RequestedSubscription::topic_filter);
        if (own != with_commands.end())
            own->options = requested.options;
        else
            result.push_back(requested);
    }
    std::ranges::move(with_commands, std::back_inserter(result));
    return result;
}

std::uint32_t subscription_identifier(const Arguments& arguments, std::string_view topic_filter) {
    const std::vector<std::string_view> on = filters_of_on(arguments);
    if (on.empty() || version_of(arguments) != ProtocolVersion::v5) return 0;
    return number_of(on, topic_filter);
}

std::uint64_t messages_ahead(const Arguments& arguments) noexcept {
    if (!has_commands(arguments)) return arguments.print.count.value_or(0);
    const std::uint64_t jobs = arguments.commands.jobs.value_or(1);
    return std::max<std::uint64_t>(jobs + 1, arguments.session.send_window.value_or(0));
}

}  // namespace mqtts::cli
