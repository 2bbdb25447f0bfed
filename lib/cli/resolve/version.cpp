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

/// An option that needs MQTT 5, how the cause spells it, and why.
struct Need {
    std::string_view option;
    std::string_view spelling;
    std::string_view reason;
    std::string_view hint = "leave out -V";
    std::string_view instead = {};  // the option in the hint
};

constexpr std::string_view own_messages = "only MQTT 5 can leave out one's own messages";

std::optional<Need> need_for_version_5(const Arguments& typed) {
    const SessionArguments& session = typed.session;
    if (session.properties_given) return Need{"-D", "-D", "only MQTT 5 has properties"};
    if (session.authentication_method)
        return Need{"--auth-method", "--auth-method", "only MQTT 5 has enhanced authentication"};
    if (session.session_expiry_interval) return Need{"-x", "-x", "only MQTT 5 has a Session Expiry Interval"};
    if ((session.password || session.prompt_password) && !session.user_name)
        return Need{"-P", "-P without -u", "only MQTT 5 allows a password without a user name", "give -u", "-u"};
    if (typed.publish.response_topic == "")
        return Need{"--request", "--request", "only MQTT 5 tells the other side where to respond",
                    "agree on a topic, and give it with -e", "-e"};
    if (typed.commands.reply) return Need{"--reply", "--reply", "only MQTT 5 tells where to reply"};
    if (session.fail_no_subscribers)
        return Need{"--fail-no-subscribers", "--fail-no-subscribers",
                    "only MQTT 5 reports whether anybody is subscribed"};
    if (typed.all_subscriptions.no_local) return Need{"--no-local", "--no-local", own_messages};
    if (std::ranges::any_of(typed.subscribe.subscriptions, [](const auto& one) { return one.options.no_local; }))
        return Need{"--subscribe", "no-local of --subscribe", own_messages};
    return std::nullopt;
}

}  // namespace

Result<Version> resolve_version(const Arguments& arguments) {
    const auto need = need_for_version_5(arguments);
    const ProtocolVersion version = arguments.session.version.value_or(ProtocolVersion::v5);
    if (need && version != ProtocolVersion::v5)
        return bad(fmt::format("{} contradicts -V {}: {}", need->spelling, name_of(version), need->reason),
                   std::string(need->hint), {need->option, "-V", need->instead});
    return Version{.version = version,
                   .pinned = arguments.session.version.has_value() || need.has_value(),
                   .needed_for = need ? std::string(need->spelling) : ""};
}

}  // namespace mqtts::cli
