// SPDX-License-Identifier: Apache-2.0
// What becomes of the messages of a keeper's callers.
#include <fmt/format.h>

#include <utility>

#include "client/refusal.hpp"
#include "program/keeper.hpp"
#include "text/escape.hpp"

namespace mqtts::program {

Awaitable<Result<>> Keeper::publish_loop() {
    for (;;) {
        if (Result<> wanted = co_await waiting_wanted_.wait(); !wanted) co_return wanted;
        while (!waiting_.empty()) {
            co_await client_.wait_for_room();
            if (waiting_.empty()) break;  // the end has begun
            const Caller caller = std::move(waiting_.front());
            waiting_.pop_front();
            if (caller->is_gone())
                drop(caller);
            else
                publish(caller);
        }
        use_changed_.notify();
    }
}

/// Publishes the message of a caller who is there. Precondition: there is room.
void Keeper::publish(const Caller& caller) {
    const HandedOver& message = caller->message();
    const bool has_properties = client_.version() == wire::ProtocolVersion::v5;
    if (usable_.is_over(clocks())) {
        end();
        return refuse(caller, share::Refusal::ending);
    }
    // Without MQTT 5 such a message is an error, which the caller finds by itself.
    if (!has_properties && !message.properties.empty()) return refuse(caller, share::Refusal::other_identity);
    for (const KeeperSettings::Warning& warning : settings_.warnings)
        tell(caller, share::LogKind::warning, warning.text, {.event = warning.event});
    caller->tell(share::Taken());
    if (!caller->is_open()) return drop(caller);
    const bool is_acknowledged = message.qos != wire::Qos::at_most_once;
    const std::uint64_t number = ++last_number_;
    OnItsWay on_its_way{.caller = caller, .reconnects_before = client_.statistics().reconnects};
    if (!is_acknowledged) on_its_way.ordinal = published_unacknowledged_ + 1;
    const Ticket ticket = on_their_way_.emplace(number, std::move(on_its_way)).first;
    publishing_ = caller;
    Errc error = Errc::ok;
    const bool has_room = client_.publish(message.packet(), number, error);
    if (!has_room) error = Errc::internal;  // wait_for_room() has lied
    if (error != Errc::ok) {
        failed(ticket, client::cannot_publish(message.topic_name, error), true);
    } else {
        if (!is_acknowledged) ++published_unacknowledged_;
        client_.flush();
        if (!is_acknowledged) client_.confirm();
    }
    publishing_.reset();
}

/// Looks, whenever something has come from the broker, which messages of QoS 0 it must have.
Awaitable<Result<>> Keeper::confirm_loop() {
    for (;;) {
        if (Result<> changed = co_await client_.wait_for_change(); !changed) co_return changed;
        confirmed();
        client_.confirm();
    }
}

void Keeper::confirmed() {
    const std::uint64_t last = client_.confirmed() - confirmed_before_;
    for (auto next = on_their_way_.begin(); next != on_their_way_.end();) {
        const Ticket ticket = next++;
        if (ticket->second.ordinal != 0 && ticket->second.ordinal <= last) done(ticket);
    }
}

Result<> Keeper::progressed(const std::vector<session::InFlight::Progress>& progress) {
    for (const session::InFlight::Progress& step : progress) {
        const Ticket ticket = on_their_way_.find(step.number);
        if (!step.is_finished || ticket == on_their_way_.end()) continue;  // that one was refused
        if (step.error == Errc::ok)
            done(ticket);
        else
            failed(ticket, client::cannot_publish(ticket->second.caller->message().topic_name, step.error), true);
    }
    return {};
}

void Keeper::refused(std::uint64_t number, const Failure& failure) {
    const Ticket ticket = on_their_way_.find(number);
    if (ticket != on_their_way_.end()) failed(ticket, failure, true);
}

/// The broker has forgotten the session, perhaps, and with it which messages of QoS 2 it has.
Result<> Keeper::session_lost(session::Kept kept) {
    for (const auto& [number, on_its_way] : on_their_way_) {
        if (on_its_way.caller->message().qos != wire::Qos::exactly_once) continue;
        unknown_ = Failure(Errc::unacknowledged,
                           fmt::format("{} {}did not keep the session when the connection was lost", client_.server(),
                                       kept == session::Kept::perhaps ? "perhaps " : ""));
        return *unknown_;
    }
    return {};
}

/// Decides whether another connection is needed. What was sent with QoS 0 over the last one is lost, perhaps.
bool Keeper::connection_lost() {
    for (auto next = on_their_way_.begin(); next != on_their_way_.end();) {
        const Ticket ticket = next++;
        if (ticket->second.ordinal == 0) continue;
        failed(ticket,
               Failure(Errc::unacknowledged,
                       fmt::format("1 QoS 0 message perhaps lost with a connection, the last for '{}'",
                                   escape_beginning(ticket->second.caller->message().topic_name))),
               false);
    }
    end();
    return !on_their_way_.empty();
}

void Keeper::done(Ticket ticket) {
    ++acknowledged_;
    settle(ticket, {});
}

void Keeper::failed(Ticket ticket, const Failure& failure, bool was_refused) {
    share::Done done = share::done_with(failure);
    done.is_refused = was_refused;
    settle(ticket, std::move(done));
}

/// Tells a caller the result, and waits for its next message.
void Keeper::settle(Ticket ticket, share::Done result) {
    const Caller caller = std::move(ticket->second.caller);
    result.reconnects = client_.statistics().reconnects - ticket->second.reconnects_before;
    caller->tell(result);
    on_their_way_.erase(ticket);
    caller->forget_message();
    last_use_ = timer_.now();
    use_changed_.notify();
    if (caller->is_open())
        await(caller);
    else
        drop(caller);
}

/// A message of QoS 1 is safe to publish again: if we end and its caller need not, it sees that and does it.
void Keeper::conclude(const Result<>& ended) {
    close_door();
    confirmed();
    while (!on_their_way_.empty()) {
        const Ticket ticket = on_their_way_.begin();
        const HandedOver& message = ticket->second.caller->message();
        const bool is_repeatable = message.qos == wire::Qos::at_least_once;
        if (is_repeatable && (unknown_ || is_terminated_)) {
            ticket->second.caller->close();
            on_their_way_.erase(ticket);
            continue;
        }
        const bool is_named = message.qos != wire::Qos::at_most_once;
        const std::string topic = is_named ? fmt::format(", for '{}'", escape_beginning(message.topic_name)) : "";
        Failure failure(Errc::unacknowledged, unknown_
                                                  ? fmt::format("{}: perhaps the message{} has arrived",
                                                                unknown_->cause, topic.substr(topic.empty() ? 0 : 1))
                                                  : "1 message not acknowledged" + topic);
        if (!ended && !unknown_) failure = combined(ended.error(), failure);
        failed(ticket, failure, false);
    }
}

// The log

bool Keeper::wants_debug() const noexcept {
    if (publishing_) return publishing_->wants_log();
    for (const auto& [number, on_its_way] : on_their_way_)
        if (on_its_way.caller->wants_log()) return true;
    return false;
}

void Keeper::warning(std::string_view text, const LogNote& note) {
    for (const auto& [number, on_its_way] : on_their_way_)
        tell(on_its_way.caller, share::LogKind::warning, text, note);
}

void Keeper::debug(std::string_view text, const LogNote& note) {
    if (publishing_) return tell(publishing_, share::LogKind::debug, text, note);
    for (const auto& [number, on_its_way] : on_their_way_)
        if (on_its_way.caller->wants_log()) tell(on_its_way.caller, share::LogKind::debug, text, note);
}

void Keeper::tell(const Caller& caller, share::LogKind kind, std::string_view text, const LogNote& note) {
    caller->tell(share::LogLine{.kind = kind,
                                .text = text,
                                .event = note.event,
                                .host = note.host,
                                .members = note.members,
                                .hint = note.hint,
                                .next = note.next});
}

}  // namespace mqtts::program
