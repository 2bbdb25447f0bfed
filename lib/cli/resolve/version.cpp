// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace mqtts::cli {

using wire::ProtocolVersion;

namespace {

std::string_view name_of(ProtocolVersion version) {
    return version == ProtocolVersion::v31 ? "31" : "311";
}

/// An option that needs MQTT 5, what its sentence calls it, why, and what the reason speaks of.
struct Need {
    std::string_view option;
    std::string_view called;
    std::string_view reason;
    std::string_view instead = {};
};

std::optional<Need> need_for_version_5(const Arguments& typed) {
    const SessionArguments& session = typed.session;
    if (session.properties_given) return Need{"-D", "-D", "only MQTT 5 has properties"};
    if (session.session_expiry_interval) return Need{"-x", "-x", "only MQTT 5 has a session expiry interval"};
    if ((session.password || session.prompt_password) && !session.user_name)
        return Need{"-P", "-P without -u", "only MQTT 5 takes a password without a user name"};
    if (typed.publish.response_topic == "")
        return Need{"--request", "--request",
                    "only MQTT 5 tells the other side where to answer; agree on a topic, and give it with -e", "-e"};
    if (session.fail_no_subscribers)
        return Need{"--fail-no-subscribers", "--fail-no-subscribers", "only MQTT 5 tells if anybody is subscribed"};
    if (typed.all_subscriptions.no_local)
        return Need{"--no-local", "--no-local", "only MQTT 5 leaves out one's own messages"};
    if (std::ranges::any_of(typed.subscribe.subscriptions, [](const auto& one) { return one.options.no_local; }))
        return Need{"--subscribe", "no-local of --subscribe", "only MQTT 5 leaves out one's own messages"};
    return std::nullopt;
}

}  // namespace

Outcome<Version> resolve_version(const Arguments& arguments) {
    const auto need = need_for_version_5(arguments);
    const ProtocolVersion version = arguments.session.version.value_or(ProtocolVersion::v5);
    if (need && version != ProtocolVersion::v5)
        return bad(fmt::format("{} contradicts -V {}: {}", need->called, name_of(version), need->reason),
                   {need->option, "-V", need->instead});
    return Version{.version = version,
                   .pinned = arguments.session.version.has_value() || need.has_value(),
                   .needed_for = need ? std::string(need->called) : ""};
}

}  // namespace mqtts::cli
