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

std::string duration(std::uint32_t seconds) {
    return seconds == session::never_expires ? "for ever" : fmt::format("for {} s", seconds);
}

std::string describe_grant(const LesserGrant& grant) {
    return fmt::format("the broker grants QoS {} for '{}', not {}: messages may {}", static_cast<int>(grant.granted),
                       escape(grant.topic_filter), static_cast<int>(grant.asked),
                       grant.granted == Qos::at_most_once ? "be lost" : "come twice");
}

}  // namespace

void Grants::connected(const session::Session& session, std::string_view server) {
    if (session.settings().version != ProtocolVersion::v5) {
        if (!demands_.only_in_v5.empty())
            tell(true, fmt::format("{} without effect: {} is spoken to in MQTT {}, and only MQTT 5 has that",
                                   demands_.only_in_v5, server, to_text(session.settings().version)));
        return;  // nothing else is told before MQTT 5
    }
    check_session(session);
    check_window(session);
    if (const auto keep_alive = session.limits().server_keep_alive)
        tell(false, fmt::format("the broker sets the keep alive to {} s", *keep_alive));
}

void Grants::check_session(const session::Session& session) {
    const std::uint32_t asked = session.settings().session_expiry_interval;
    const std::uint32_t granted = session.limits().session_expiry_interval.value_or(asked);
    if (granted >= asked) return;
    const std::string kept = granted == 0 ? "does not keep the session" : "keeps the session " + duration(granted);
    const std::string& option = demands_.session;
    tell(!option.empty(), fmt::format("the broker {} after the end of the connection, not {}{}", kept, duration(asked),
                                      option.empty() ? "" : fmt::format(" as {} asks", option)));
}

void Grants::check_window(const session::Session& session) {
    const std::uint16_t asked = session.settings().send_window;
    const std::uint16_t granted = session.limits().receive_maximum;
    if (granted < asked)
        tell(demands_.window, fmt::format("the broker takes {} before their acknowledgement, not the {} of -M",
                                          count_of(granted, "message"), asked));
}

Result<> Grants::subscribed(const std::vector<LesserGrant>& lesser) {
    if (lesser.empty()) return {};
    const auto broken = std::ranges::find(lesser, Qos::exactly_once, &LesserGrant::asked);
    if (demands_.exactly_once && broken != lesser.end())
        return Failure(Errc::qos_not_supported, describe_grant(*broken));
    std::string text = describe_grant(lesser.front());
    if (lesser.size() > 1)
        text += fmt::format("; it grants less than was asked for {} more", count_of(lesser.size() - 1, "topic filter"));
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
