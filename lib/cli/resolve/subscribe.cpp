// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/subscribe.hpp"

#include <utility>

#include "cli/resolve/commands.hpp"
#include "cli/resolve/ending.hpp"
#include "cli/resolve/print.hpp"
#include "cli/resolve/subscriptions.hpp"

namespace mqtts::cli {

namespace {

Result<> check_topics(const Arguments& typed) {
    const bool only_unsubscribes = !typed.subscribe.unsubscriptions.empty() && !has_commands(typed);
    if (requested_subscriptions(typed).empty() && !only_unsubscribes)
        return bad("no topic to subscribe to", "give at least one topic with -t");
    if (typed.print.retained_only && typed.print.skip_retained)
        return bad_pair("--retained-only and -R together skip all messages", "--retained-only", "-R");
    if (const auto subscriptions = resolve_subscriptions(typed); !subscriptions) return subscriptions.error();
    return {};
}

Result<> check_state(const Arguments& typed) {
    if (!typed.subscribe.state) return {};
    if (highest_qos(typed) == wire::Qos::at_most_once)
        return bad("--state needs acknowledgements, and QoS 0 has none", "give -q 2", {"--state", "-q"});
    if (typed.print.watch || typed.print.message_rate)
        return bad("--state needs every message in the output, and -w and --message-rate do not print it",
                   "leave out -w and --message-rate", {"--state", "-w", "--message-rate"});
    if (typed.session.client_identifier_prefix)
        return bad("-I makes a new client identifier for each run, and --state needs the same one",
                   "give the client identifier with -i", {"-I", "--state", "-i"});
    if (typed.session.session_expiry_interval == 0)
        return bad("-x 0 contradicts --state: the broker must keep the session for the next run", "leave out -x 0",
                   {"-x", "--state"});
    return {};
}

os::ReadinessSettings readiness(const SubscribeArguments& typed) {
    os::ReadinessSettings settings{.file = typed.ready_file, .background = typed.background};
    if (typed.ready_descriptor) settings.descriptors = {*typed.ready_descriptor};
    return settings;
}

}  // namespace

Result<SubscribeSettings> resolve_subscribe(const Arguments& arguments) {
    const SubscribeArguments& typed = arguments.subscribe;
    if (arguments.command != Command::subscribe || is_check(arguments)) return SubscribeSettings{};
    if (const auto checked = check_topics(arguments); !checked) return checked.error();
    if (const auto checked = check_commands(arguments); !checked) return checked.error();
    if (const auto checked = check_ending(arguments); !checked) return checked.error();
    auto print = resolve_print(arguments);
    if (!print) return print.error();
    if (const auto checked = check_state(arguments); !checked) return checked.error();
    return SubscribeSettings{.print = *std::move(print),
                             .state = typed.state.value_or(""),
                             .sync = typed.sync,
                             .idle = typed.idle,
                             .child_command = typed.child_command,
                             .commands = resolve_commands(arguments),
                             .waits_after_command = waits_after_command(arguments),
                             .readiness = readiness(typed)};
}

}  // namespace mqtts::cli
