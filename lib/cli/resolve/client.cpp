// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/client.hpp"

#include <fmt/format.h>

#include <utility>

#include "cli/quote.hpp"
#include "cli/resolve/authentication.hpp"
#include "cli/resolve/input.hpp"
#include "cli/resolve/network.hpp"
#include "cli/resolve/request.hpp"
#include "cli/resolve/session.hpp"
#include "cli/resolve/subscriptions.hpp"
#include "cli/resolve/typed.hpp"
#include "cli/resolve/version.hpp"

namespace mqtts::cli {

using wire::Qos;

namespace {

/// Returns the option that wants the session kept.
std::string keeper_of_session(const Arguments& typed) {
    if (typed.session.session_expiry_interval) return "-x";
    if (typed.session.keep) return "-c";
    if (typed.subscribe.state) return "--state";
    return typed.publish.spool && typed.qos == Qos::exactly_once ? "--spool" : "";
}

/// Collects what was typed and depends on what the broker grants.
client::Demands demands(const Arguments& typed) {
    const bool may_be_acknowledged =
        typed.qos.value_or(Qos::at_most_once) != Qos::at_most_once || typed.publish.form == MessageForm::json;
    const bool publishes = typed.command == Command::publish && !is_check(typed);
    return {.qos = !is_check(typed),
            .exactly_once = typed.subscribe.state.has_value(),
            .session = keeper_of_session(typed),
            .window = (publishes && may_be_acknowledged) || typed.subscribe.remove_retained,
            .only_in_v5 = only_in_version_5(typed)};
}

/// Is a signal the normal end of the run? Not if it waits for a response, a certain message, a command or a check.
bool is_open_ended(const Arguments& typed) {
    return !is_check(typed) && !typed.publish.response_topic && !typed.print.until &&
           typed.subscribe.child_command.empty();
}

void take_subscribe(client::Settings& client, const Arguments& arguments) {
    const SubscribeArguments& typed = arguments.subscribe;
    client.unsubscriptions = typed.unsubscriptions;
    client.end_when_subscribed = typed.end_when_subscribed;
    client.end_after_retained = typed.end_after_retained;
    client.retained_settle = typed.retained_settle;
    if (typed.remove_retained) client.remove_retained_except = arguments.print.filter_out;
}

/// A spool sends its messages over any later connection, and has no line numbers.
void take_publish(client::Settings& client, const PublishArguments& typed) {
    if (typed.replay) client.awaited_input = "input or the time of a record";
    if (typed.spool) {
        client.patience.retry_connect = client.patience.reconnect;
        client.step_over_refused = true;
    } else {
        client.record_name = record_name(typed);
        client.step_over_refused = typed.skip_bad;
    }
}

}  // namespace

Result<client::Settings> resolve_client(const Arguments& arguments) {
    const auto version = resolve_version(arguments);
    if (!version) return version.error();
    auto endpoints = resolve_endpoints(arguments);
    if (!endpoints) return endpoints.error();
    auto subscriptions = resolve_subscriptions(arguments);
    if (!subscriptions) return subscriptions.error();
    auto session = resolve_session(arguments);
    if (!session) return session.error();
    auto authentication = resolve_authentication(arguments.session);
    if (!authentication) return authentication.error();

    client::Settings client;
    client.endpoints = *std::move(endpoints);
    client.session = *std::move(session);
    client.authentication = *std::move(authentication);
    client.subscriptions = *std::move(subscriptions);
    client.demands = demands(arguments);
    client.open_ended = is_open_ended(arguments);
    client.version_pinned = version->pinned;
    client.needs_version_5 = version->needed_for;
    client.route = resolve_route(arguments);
    client.patience = arguments.connection.patience;
    take_subscribe(client, arguments);
    if (is_check(arguments))
        client.awaited = "the message of the check";
    else if (arguments.publish.response_topic)
        client.awaited = fmt::format("the response on {}", quoted(response_topic(arguments)));
    else if (arguments.command == Command::publish)
        take_publish(client, arguments.publish);
    return client;
}

}  // namespace mqtts::cli
