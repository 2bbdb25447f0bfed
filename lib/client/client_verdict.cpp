// SPDX-License-Identifier: Apache-2.0
// What a client says of itself: what it waits for, its counts, and the verdict.
#include <fmt/format.h>

#include <algorithm>

#include "base/joined.hpp"
#include "client/client.hpp"
#include "client/retry.hpp"
#include "text/escape.hpp"

namespace mqtts::client {

// What the client waits for

std::string Client::waiting_for() {
    const Link& link = *work_.link;
    const std::string server = escape(link.server());
    if (work_.session.connected()) return waiting_while_connected(server);
    const bool between = !link.is_open() && !link.is_opening();
    if (between) return fmt::format("waiting to reconnect to {}", server);
    const std::string_view phase = link.phase();
    if (phase.ends_with(" name")) return fmt::format("{} of {}", phase, server);
    if (phase.ends_with(" CONNACK")) return fmt::format("{} from {}", phase, server);
    if (phase.ends_with(" WebSocket") || phase.ends_with(" TLS") || phase.ends_with(" handshake"))
        return fmt::format("{} with {}", phase, server);
    return fmt::format("{}, for {}", phase, server);
}

std::string Client::waiting_while_connected(const std::string& server) {
    session::Session& session = work_.session;
    if (!work_.is_handled()) return "waiting for a command to end";
    if (work_.delivering) return "writing to standard output";
    if (const std::string_view answer = work_.subscriptions.awaited_answer(); !answer.empty())
        return fmt::format("waiting for {} from {}", answer, server);
    if (const auto left = session.unfinished())
        return fmt::format("waiting for {} to acknowledge {}", server, count_of(left, "message"));
    if (!session.output().empty()) return fmt::format("sending to {}", server);
    if (session.keep_alive().unconfirmed() != 0 && session.keep_alive().awaiting_pingresp())
        return fmt::format("waiting for PINGRESP from {}", server);
    if (work_.sink != nullptr) return fmt::format("waiting for {} from {}", work_.settings.awaited, server);
    return "waiting for " + work_.settings.awaited_input;
}

// The result

Statistics Client::statistics() const noexcept {
    const session::KeepAlive& pings = work_.session.keep_alive();
    return to_statistics(work_.totals, work_.session.unfinished() + pings.unconfirmed(), pings.perhaps_lost(),
                         work_.refused);
}

namespace {

/// Names the last topics: the server may have closed the connection because of one of them.
std::string last_topics(const std::vector<std::string>& topic_names) {
    std::string text;
    for (const std::string& topic_name : topic_names)
        text += fmt::format("{}'{}'", text.empty() ? ", the last for " : ", ", escape_beginning(topic_name));
    return text;
}

}  // namespace

/// Names the first of `count` unacknowledged messages; empty: none of them is of QoS 1 or 2.
std::string Client::first_unanswered(std::uint64_t count) const {
    const auto oldest = work_.session.oldest();
    if (!oldest.message) return {};
    const std::string record =
        oldest.number == 0 ? "" : fmt::format(", {} {}", work_.settings.record_name, oldest.number);
    return fmt::format(", {}for '{}'{}", count == 1 ? "" : "the first ", escape_beginning(oldest.topic_name), record);
}

/// Counts messages of QoS 2 that were delivered and that the next run delivers again, because nothing remembers them.
std::size_t Client::may_be_repeated() const noexcept {
    const session::Settings& session = work_.session.settings();
    const bool lasts =
        !session.clean_start || (session.session_expiry_interval != 0 && !session.end_session_at_disconnect);
    return lasts && work_.settings.receipts == nullptr ? work_.session.held_back() : 0;
}

/// Counts messages of QoS 0 that the server may not have. It has all those before a DISCONNECT that it took, even if no
/// ping has confirmed them yet.
std::uint64_t Client::unsent() const noexcept {
    const session::KeepAlive& pings = work_.session.keep_alive();
    return said_goodbye_ && !pings.awaiting_pingresp() ? 0 : pings.unconfirmed();
}

/// Says what was not acknowledged; nothing: all was.
std::optional<Failure> Client::losses() const {
    const session::KeepAlive& pings = work_.session.keep_alive();
    const auto& removal = work_.retained_removal;
    const std::uint64_t left_behind = removal ? removal->left() : 0;
    std::vector<std::string> parts;
    if (const auto left = work_.session.unfinished() + unsent())
        parts.push_back(count_of(left, "message") + " not acknowledged" + first_unanswered(left));
    if (const auto lost = pings.perhaps_lost())
        parts.push_back(fmt::format("{} perhaps lost with a connection{}", count_of(lost, "QoS 0 message"),
                                    last_topics(pings.unconfirmed_topics())));
    if (left_behind != 0)
        parts.push_back(count_of(left_behind, "retained message") + " not removed because too many came at once");
    if (const auto left = removal ? removal->waiting() : 0)
        parts.push_back(count_of(left, "retained message") + " not removed");
    if (const auto left = may_be_repeated())
        parts.push_back(count_of(left, "message") +
                        " received but not yet acknowledged; the broker sends them to this session again");
    if (parts.empty()) return std::nullopt;
    return Failure(Errc::unacknowledged, joined(parts, "; "), left_behind != 0 ? "run the same command again" : "");
}

/// Makes the result of run(): a success only when nothing was refused, lost or left unacknowledged.
Result<> Client::verdict(Result<> result) const {
    if (work_.goes_on) return result;  // who set it judges the messages, each for itself
    const std::optional<Failure> lost = losses();
    const std::optional<Failure>& refusal = work_.first_refusal;
    // A timeout or a signal must not hide a retained message that was not removed.
    const bool not_removed = work_.retained_removal && (refusal || lost);
    if (result && interruption_ && !not_removed) result = *interruption_;
    if (!result) {
        if (work_.totals.connections == 0) return result;  // nothing was ever sent, so nothing is lost
        const auto topic_filters = work_.subscriptions.first_unanswered();
        if (!lost && !topic_filters.empty() && retry_can_cure(result.error().code))
            return with_cause(result.error(),
                              fmt::format("{}; the subscription to '{}' was not answered", result.error().cause,
                                          escape_beginning(topic_filters.front())));
        if (!lost) return result;
        return combined(result.error(), *lost);
    }
    if (lost) return *lost;
    if (!refusal) return {};
    if (work_.refused == 1) return *refusal;
    return with_cause(*refusal, fmt::format("{} messages were refused, the first: {}", work_.refused, refusal->cause));
}

}  // namespace mqtts::client
