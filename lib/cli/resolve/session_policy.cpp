// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/session_policy.hpp"

#include <algorithm>

namespace mqtts::cli {

using wire::ProtocolVersion;
using wire::Qos;

namespace {

/// Returns how long the server keeps a session that only has to outlive a lost connection: twice as long as we try to
/// reconnect, because the server may notice the loss later than we do, or earlier.
std::uint32_t long_enough_to_reconnect(std::chrono::milliseconds reconnect) {
    using std::chrono::seconds;
    constexpr seconds shortest = std::chrono::minutes(5);
    constexpr seconds longest = std::chrono::hours(1);
    const auto twice = std::chrono::duration_cast<seconds>(2 * reconnect);
    return static_cast<std::uint32_t>(std::clamp(twice, shortest, longest).count());
}

/// Do the messages need a session to survive a lost connection? A single message of QoS 1 is just sent again.
bool needs_session(const SessionWishes& wishes) {
    return wishes.highest_qos == Qos::exactly_once || (wishes.highest_qos == Qos::at_least_once && wishes.goes_on);
}

/// A spool may also have to survive a long time without power.
constexpr std::uint32_t thirty_days = 30 * 24 * 60 * 60;

/// Makes the session of a spool: it outlives the program, and DISCONNECT ends it once all messages are acknowledged.
session::Settings session_of_spool(const SessionWishes& wishes) {
    session::Settings session;
    session.clean_start = false;
    session.outlives_process = true;
    if (wishes.version != ProtocolVersion::v5) return session;
    session.session_expiry_interval = wishes.expiry_interval.value_or(thirty_days);
    session.end_session_at_disconnect = !wishes.expiry_interval && !wishes.keep;
    return session;
}

/// Makes the session of --state, which continues in the next run.
session::Settings session_of_state(const SessionWishes& wishes) {
    session::Settings session;
    session.clean_start = false;
    if (wishes.version != ProtocolVersion::v5) return session;
    const std::uint32_t usual = wishes.keep ? session::never_expires : thirty_days;
    session.session_expiry_interval = wishes.expiry_interval.value_or(usual);
    return session;
}

}  // namespace

/// A session for this run alone still has to outlive a lost connection: the server keeps it for a while, and DISCONNECT
/// at the end deletes it. -c and -x decide otherwise.
session::Settings begin_session(const SessionWishes& wishes) {
    if (wishes.spooled) return session_of_spool(wishes);
    if (wishes.remembered) return session_of_state(wishes);
    session::Settings session;
    const bool has_expiry = wishes.version == ProtocolVersion::v5;
    session.clean_start = !wishes.keep;
    if (wishes.expiry_interval) {
        session.session_expiry_interval = *wishes.expiry_interval;
    } else if (wishes.keep && has_expiry) {
        session.session_expiry_interval = session::never_expires;
    } else if (wishes.reconnect.count() != 0 && has_expiry && needs_session(wishes)) {
        session.session_expiry_interval = long_enough_to_reconnect(wishes.reconnect);
        session.end_session_at_disconnect = true;
    }
    // An earlier run may have left QoS 2 messages in the server, which would drop ours with the same Packet
    // Identifiers. A publisher has nothing else to resume.
    if (has_expiry && wishes.only_publishes == Qos::exactly_once) session.clean_start = true;
    return session;
}

std::uint16_t receive_maximum(std::uint64_t wanted) noexcept {
    constexpr std::uint64_t largest = 65535;
    return static_cast<std::uint16_t>(wanted == 0 ? largest : std::min(wanted, largest));
}

}  // namespace mqtts::cli
