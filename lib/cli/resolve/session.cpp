// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/session.hpp"

#include <utility>

#include "auth/settings.hpp"
#include "cli/resolve/commands.hpp"
#include "cli/resolve/input.hpp"
#include "cli/resolve/properties.hpp"
#include "cli/resolve/publish.hpp"
#include "cli/resolve/session_policy.hpp"
#include "cli/resolve/share.hpp"
#include "cli/resolve/subscriptions.hpp"
#include "cli/resolve/typed.hpp"
#include "cli/resolve/version.hpp"

namespace mqtts::cli {

using wire::ProtocolVersion;
using wire::Qos;

namespace {

SessionWishes wishes_of(const Arguments& typed, ProtocolVersion version) {
    const bool publishes = typed.command == Command::publish;
    const bool asks = typed.publish.response_topic.has_value();
    SessionWishes wishes{.version = version,
                         .keep = typed.session.keep,
                         .expiry_interval = typed.session.session_expiry_interval,
                         .spooled = typed.publish.spool.has_value(),
                         .remembered = typed.subscribe.state.has_value(),
                         .highest_qos = highest_qos(typed),
                         .goes_on = !publishes || holds_many(typed.publish) || asks,
                         .reconnect = typed.connection.patience.reconnect};
    if (publishes && !asks) wishes.only_publishes = typed.qos.value_or(Qos::at_most_once);
    if (!is_shared(typed)) return wishes;
    // The connection is the same for all, so it is ready for every message that may come.
    wishes.highest_qos = Qos::exactly_once;
    wishes.only_publishes = Qos::exactly_once;
    wishes.goes_on = true;
    return wishes;
}

}  // namespace

Result<std::string> resolve_client_identifier(const Arguments& arguments) {
    const SessionArguments& typed = arguments.session;
    const bool is_given = typed.client_identifier && !typed.client_identifier->empty();
    if (is_given && typed.client_identifier_prefix)
        return bad_pair("-i and -I both set the client identifier", "-i", "-I");
    if (typed.keep && !is_given)
        return bad("-c resumes the session of a client identifier", "give a client identifier with -i", {"-c", "-i"});
    if (typed.session_expiry_interval == session::never_expires && !is_given)
        return bad("-x -1 keeps the session of a client identifier forever", "give a client identifier with -i",
                   {"-x", "-i"});
    if (typed.client_identifier_prefix) return *typed.client_identifier_prefix + arguments.unique.process_identifier;
    if (is_given) return *typed.client_identifier;
    const bool has_own = arguments.publish.spool || arguments.subscribe.state;
    return typed.version == ProtocolVersion::v31 && !has_own ? arguments.unique.client_identifier : "";
}

Result<std::optional<session::WillSettings>> resolve_will(const Arguments& arguments) {
    const WillArguments& typed = arguments.session.will;
    const std::string payload = typed.payload.value_or("");
    if (typed.topic_name)
        return std::optional(session::WillSettings{.topic_name = *typed.topic_name,
                                                   .payload = payload,
                                                   .properties = typed.properties,
                                                   .qos = typed.qos.value_or(Qos::at_most_once),
                                                   .retain = typed.retain});
    if (!payload.empty())
        return bad("--will-payload needs a Will Message", "give --will-topic", {"--will-payload", "--will-topic"});
    if (typed.retain)
        return bad("--will-retain needs a Will Message", "give --will-topic", {"--will-retain", "--will-topic"});
    return std::optional<session::WillSettings>();
}

Result<session::Settings> resolve_session(const Arguments& arguments) {
    const SessionArguments& typed = arguments.session;
    const auto version = resolve_version(arguments);
    if (!version) return version.error();
    auto client_identifier = resolve_client_identifier(arguments);
    if (!client_identifier) return client_identifier.error();
    auto will = resolve_will(arguments);
    if (!will) return will.error();

    session::Settings session = begin_session(wishes_of(arguments, version->version));
    session.version = version->version;
    session.client_identifier = *std::move(client_identifier);
    session.authentication_method = typed.authentication_method.value_or("");
    if (!auth::scram_hash(session.authentication_method)) {  // which has both in messages of its own
        session.user_name = typed.user_name;
        session.password = typed.password;
    }
    session.will = *std::move(will);
    session.fail_no_subscribers = typed.fail_no_subscribers;
    session.receive_maximum = receive_maximum(messages_ahead(arguments));
    session.publish_early = is_ready_early(arguments);
    take(session.keep_alive, typed.keep_alive);
    take(session.maximum_packet_size, typed.maximum_packet_size);
    if (!has_commands(arguments)) take(session.send_window, typed.send_window);  // with them it is about receiving
    take(session.early, typed.early);
    return with_properties(std::move(session), typed);
}

}  // namespace mqtts::cli
