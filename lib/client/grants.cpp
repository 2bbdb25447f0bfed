// SPDX-License-Identifier: Apache-2.0
#include "client/grants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "client/statistics.hpp"
#include "text/escape.hpp"

namespace mqtts::client {

using wire::ProtocolVersion;
using wire::Qos;

namespace {

std::string to_keep_it(std::uint32_t seconds) {
    return seconds == session::never_expires ? "to keep it forever" : fmt::format("for {} s", seconds);
}

std::string describe_grant(const LesserGrant& grant) {
    return fmt::format("the broker granted QoS {} for '{}', not {}: messages may {}", static_cast<int>(grant.granted),
                       escape(grant.topic_filter), static_cast<int>(grant.asked),
                       grant.granted == Qos::at_most_once ? "be lost" : "arrive twice");
}

}  // namespace

void Grants::connected(const session::Session& session, std::string_view server) {
    if (session.settings().version != ProtocolVersion::v5) {
        if (!demands_.only_in_v5.empty())
            tell(true,
                 fmt::format("{} without effect: the connection to {} uses MQTT {}, and only MQTT 5 supports this",
                             demands_.only_in_v5, server, to_text(session.settings().version)));
        return;  // before MQTT 5 the server tells nothing else
    }
    check_session(session);
    check_window(session);
    if (const auto keep_alive = session.limits().server_keep_alive)
        tell(false, fmt::format("the broker sets the Keep Alive to {} s", *keep_alive));
}

void Grants::check_session(const session::Session& session) {
    const std::uint32_t asked = session.settings().session_expiry_interval;
    const std::uint32_t granted = session.limits().session_expiry_interval.value_or(asked);
    if (granted >= asked) return;
    const std::string& option = demands_.session;
    const std::string kept = granted == 0
                                 ? "does not keep the session when the connection ends"
                                 : fmt::format("keeps the session for {} s after the connection ends", granted);
    tell(!option.empty(), fmt::format("the broker {}; {} {}", kept, option.empty() ? "it was asked" : option + " asks",
                                      to_keep_it(asked)));
}

void Grants::check_window(const session::Session& session) {
    const std::uint16_t asked = session.settings().send_window;
    const std::uint16_t granted = session.limits().receive_maximum;
    if (granted < asked)
        tell(demands_.window, fmt::format("the broker accepts {} at a time, not the {} of -M",
                                          count_of(granted, "unacknowledged message"), asked));
}

Result<> Grants::subscribed(const std::vector<LesserGrant>& lesser) {
    if (lesser.empty()) return {};
    const auto broken = std::ranges::find(lesser, Qos::exactly_once, &LesserGrant::asked);
    if (demands_.exactly_once && broken != lesser.end())
        return Failure(Errc::qos_not_supported, describe_grant(*broken));
    std::string text = describe_grant(lesser.front());
    if (lesser.size() > 1)
        text += fmt::format("; it granted a lower QoS for {}, too", count_of(lesser.size() - 1, "other topic filter"));
    tell(demands_.qos, std::move(text));
    return {};
}

void Grants::tell(bool typed, std::string text) {
    if (std::ranges::find(told_, text) != told_.end()) return;
    const LogNote note{.event = "granted_less"};
    if (typed)
        log_.warning(text, note);
    else
        log_.debug(text, note);
    told_.push_back(std::move(text));
}

}  // namespace mqtts::client
