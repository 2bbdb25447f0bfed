// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/publish.hpp"

#include <fmt/format.h>

#include "cli/resolve/input.hpp"
#include "cli/resolve/request.hpp"
#include "cli/resolve/subscriptions.hpp"
#include "wire/encode.hpp"

namespace mqtts::cli {

using wire::ProtocolVersion;
using wire::Qos;

namespace {

Result<> check_spool(const Arguments& typed) {
    if (!typed.publish.spool) return {};
    if (highest_qos(typed) == Qos::at_most_once)
        return bad("--spool needs acknowledgements, and QoS 0 has none", "give -q 1 or -q 2", {"--spool", "-q"});
    if (typed.publish.response_topic)
        return bad_pair("--spool may deliver a message days later, and -e waits for its response", "--spool", "-e");
    if (typed.session.client_identifier_prefix)
        return bad("-I makes a new client identifier for each run, and --spool needs the same one",
                   "give the client identifier with -i", {"-I", "--spool", "-i"});
    if (typed.session.session_expiry_interval == 0)
        return bad("-x 0 contradicts --spool: the broker must keep the session for the next run", "leave out -x 0",
                   {"-x", "--spool"});
    return {};
}

Result<> check_message(const Arguments& typed) {
    const PublishArguments& publish = typed.publish;
    const bool names_topic = publish.topic_delimiter || publish.form == MessageForm::json;
    if (!publish.topic_name && !names_topic) return bad("no topic to publish to", "give a topic with -t");
    if (!publish.source && !holds_many(publish)) return bad("nothing to publish", "give one of -m, -f, -s, -l, -n");
    if (publish.source == Source::message && publish.maximum_message_size &&
        publish.text.size() > *publish.maximum_message_size)
        return bad(fmt::format("-m has {} bytes, and --max-message-size allows {}", publish.text.size(),
                               *publish.maximum_message_size),
                   "give a larger --max-message-size", {"-m", "--max-message-size"});
    if (typed.session.fail_no_subscribers && highest_qos(typed) == Qos::at_most_once)
        return bad("--fail-no-subscribers needs an acknowledgement, and messages of QoS 0 have none", "give -q 1",
                   {"--fail-no-subscribers", "-q"});
    return check_spool(typed);
}

}  // namespace

Result<PublishSettings> resolve_publish(const Arguments& arguments) {
    const PublishArguments& typed = arguments.publish;
    if (arguments.command != Command::publish || is_check(arguments) || ends_keeper(arguments))
        return PublishSettings{};
    auto settings = resolve_input(arguments);
    if (!settings) return settings;
    if (const auto checked = check_message(arguments); !checked) return checked.error();
    auto request = resolve_request(arguments);
    if (!request) return request.error();

    settings->message = {.topic_name = typed.topic_name.value_or(""),
                         .properties = typed.properties,
                         .qos = arguments.qos.value_or(Qos::at_most_once),
                         .retain = typed.retain,
                         .may_be_empty = settings->source != Source::whole_stdin};
    settings->spool = typed.spool.value_or("");
    settings->request = *std::move(request);
    const bool has_properties = arguments.session.version.value_or(ProtocolVersion::v5) == ProtocolVersion::v5;
    if (settings->request && has_properties) add_properties(*settings->request, settings->message.properties);
    return settings;
}

bool is_ready_early(const Arguments& arguments) {
    constexpr std::size_t small = std::size_t{4} * 1024;
    const PublishArguments& typed = arguments.publish;
    const bool is_given = typed.source == Source::message || typed.source == Source::null;
    const bool is_plain = !typed.response_topic && !typed.spool && !typed.retain;
    if (!is_given || !is_plain || !typed.topic_name || arguments.qos != Qos::at_least_once) return false;
    const wire::Publish message{
        .topic_name = *typed.topic_name, .payload = typed.text, .properties = typed.properties.view()};
    return encoded_size(message, ProtocolVersion::v5) <= small &&
           !message.properties.find(wire::PropertyIdentifier::topic_alias);
}

}  // namespace mqtts::cli
