// SPDX-License-Identifier: Apache-2.0
#include "client/conversation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/overload.hpp"
#include "base/sizes.hpp"
#include "client/acknowledgement_watch.hpp"
#include "client/receipt_keeper.hpp"
#include "client/refusal.hpp"
#include "text/escape.hpp"

namespace mqtts::client {

namespace {

/// Reading stops when more unsent output than this waits.
constexpr std::size_t most_unsent = sizes::unsent_while_receiving;

}  // namespace

Conversation::Conversation(const boost::asio::any_io_executor& executor, Work& work)
    : work_(work),
      care_(work.suspicion.care()),
      answers_seen_(work.session.answers()),
      pacing_(work.link->round_trip(), work.settings.read_pacing),
      last_read_{.at = work.timer.now(), .packets = work.session.packets()},
      output_sent_(executor),
      settling_wanted_(executor) {}

Result<> Conversation::begin(const session::Connected& connected) {
    Work& work = work_;
    kept_ = connected.kept();
    ++work.totals.connections;
    work.grants.connected(work.session, work.link->server());
    work.totals.perhaps_twice += connected.repeated;
    if (work.session_lost && kept_ != session::Kept::yes) {
        if (Result<> noted = work.session_lost(kept_); !noted) {
            work.link->give_up();  // what would be published again is in the output already
            return noted;
        }
    }
    if (connected.given_up.messages != 0) work.refuse(connected.given_up);
    if (ReceiptKeeper* receipts = work.settings.receipts) {
        if (Result<> known = receipts->connected(connected.session_present); !known) return known;
    }
    if (work.catch_up) work.catch_up->restart();
    if (work.settling) work.settling->restart();
    work.attendance.back(work.timer.now(), kept_);
    work.subscriptions.connected(kept_);
    return care_ == Suspicion::Care::none ? ask_for_subscriptions() : Result<>();
}

Result<> Conversation::ask_for_subscriptions() {
    // Retained messages come only to a new subscription, all of them, whatever came before the loss.
    const session::Kept kept = work_.settings.end_after_retained ? session::Kept::no : kept_;
    asked_ = true;
    work_.subscriptions.set_careful(care_ != Suspicion::Care::none);
    if (!std::exchange(work_.asked_early, false)) return work_.subscriptions.request(work_.session, kept);
    const bool too_large = work_.session.early().was_larger_than(work_.session.limits().maximum_packet_size);
    return too_large ? Subscriptions::too_large() : Result<>();
}

Awaitable<Result<>> Conversation::run() {
    proceed();  // not settle(): what came with CONNACK is delivered before the server is asked whether there is more
    Work& work = work_;
    const std::string& server = work.link->server();
    std::vector<Awaitable<Result<>>> loops;
    loops.push_back(read_loop());
    loops.push_back(write_loop());
    loops.push_back(keep_alive_loop());
    const auto rest = [&work] { return work.rest(); };
    loops.push_back(watch_acknowledgements(
        work.session, work.settings.patience.ack_timeout, [this] { work_.ping(); }, server, work.timer, rest));
    if (work.sink == nullptr || !work.settings.open_ended)
        loops.push_back(watch_qos_2(work.session, server, work.log, work.timer, rest));
    if (care_ != Suspicion::Care::none) loops.push_back(go_carefully());
    if (work.session.awaits_early_answer()) loops.push_back(watch_early());
    if (work.settling) loops.push_back(settling_loop());
    if (work.handles_later()) loops.push_back(handled_loop());
    if (work.authentication) loops.push_back(work.authentication->keep([this] { work_.flush(); }));
    co_return (co_await async::race(std::move(loops))).result;
}

void Conversation::settle() {
    catch_up();
    proceed();
}

/// Asks the server whether it has more for us, or ends the work when the answer is there.
void Conversation::catch_up() {
    Work& work = work_;
    if (!work.catch_up && !work.settling) return;
    if (work.delivering || !work.is_handled() || work.finishing() || !work.session.connected()) return;
    if (!asked_ || !work.subscriptions.granted()) return;
    ask_for_proof();
    const bool caught_up = work.catch_up && work.catch_up->is_complete(work.session, work.timer.now());
    if (caught_up || (work.settling && must_listen_ && is_settled())) work.finish_soon();
}

bool Conversation::is_settled() {
    Work& work = work_;
    const bool removed = !work.retained_removal || work.retained_removal->done();
    const bool over = work.settling->is_over(work.session, removed, work.timer.now());
    if (work.settling->next() != Clock::time_point::max()) settling_wanted_.notify();
    return over;
}

/// Sends the output, at the end together with the ping that proves QoS 0. Wakes everything that waits for a change,
/// and, when nothing is left to do, write_loop, which ends the conversation.
void Conversation::proceed() {
    const bool ending = work_.finishing() && work_.session.connected();
    if (ending) ask_for_proof();
    work_.flush();
    work_.publish_ready.notify();
    work_.watchers.notify();
    if (ending && work_.done()) work_.output_wanted.notify();
}

/// Sends a ping behind the last message of QoS 0, unless one is already on its way.
void Conversation::ask_for_proof() {
    const session::KeepAlive& pings = work_.session.keep_alive();
    if (pings.unconfirmed() != 0 && !pings.confirming()) work_.session.ping(work_.timer.now());
}

// The loops

/// Keeps the promise of the program in ten lines: deliver, flush, and only then acknowledge. Delivers also what came
/// before the end of the connection.
Awaitable<Result<>> Conversation::read_loop() {
    Work& work = work_;
    for (;;) {
        work.delivering = work.sink != nullptr;
        if (work.settling) work.settling->pause(work.timer.now());
        Result<> handled = deliver_events();
        note_answers();
        if (Result<> kept = work.keep_progress(); !kept) co_return kept;
        if (waits_for_room_) {  // perhaps for long: what is owed by now, such as PUBCOMP, does not
            if (Result<> acknowledged = acknowledge(); !acknowledged) co_return acknowledged;
            work.flush();
        }
        if (work.sink != nullptr && (!work.handles_later() || waits_for_room_)) {
            if (Result<> flushed = co_await work.sink->flush(); !flushed) co_return flushed;
        }
        work.delivering = false;
        if (handled) handled = acknowledge();
        if (work.retained_removal) remove_retained();
        end_when_enough();
        if (!handled) co_return handled;
        settle();
        if (!must_listen_)
            co_await async::yield();
        else if (Result<> received = co_await listen(); !received)
            co_return received;
    }
}

/// Begins the end when the sink wants no more, and has handled everything.
void Conversation::end_when_enough() {
    if (work_.enough && work_.is_handled()) work_.finish_soon();
}

/// Acknowledges what the sink handles while read_loop waits for the server, or for room.
Awaitable<Result<>> Conversation::handled_loop() {
    for (;;) {
        if (Result<> changed = co_await work_.sink->wait_for_handled(); !changed) co_return changed;
        if (Result<> acknowledged = acknowledge(); !acknowledged) co_return acknowledged;
        end_when_enough();
        settle();
    }
}

Result<> Conversation::acknowledge() {
    if (work_.handles_later()) {
        work_.session.handled(work_.sink->handled());
        if (work_.sink->gives_up() && work_.sink->is_idle()) work_.session.give_back();
    }
    if (work_.settings.receipts != nullptr) {
        if (Result<> kept = work_.settings.receipts->keep(work_.session.owed()); !kept) return kept;
    }
    work_.session.acknowledge_delivered();
    return {};
}

/// Gives the server its turn: it takes unsent output, if there is too much of it, and sends.
Awaitable<Result<>> Conversation::listen() {
    turn_ = Turn::server;
    turn_began_ = work_.timer.now();
    if (work_.session.output().size() > most_unsent) co_await output_sent_.wait();
    Result<> received = co_await let_gather();
    if (received) {
        const Buffer& input = work_.session.input();
        const std::size_t before = input.size();
        const auto began = work_.timer.now();
        received = co_await work_.link->receive(work_.session.input(), work_.session.settings().version);
        const auto now = work_.timer.now();
        last_read_.at = now;
        last_read_.waited = now - began;
        last_read_.packets = work_.session.packets();
        last_read_.bytes = input.size() - before;
    }
    turn_ = Turn::client;
    if (work_.retained_removal) work_.retained_removal->listened(work_.timer.now() - turn_began_);
    co_return received;
}

/// Waits a little under a stream, so that one read brings many packets, see ReadPacing. Does not wait at the end.
Awaitable<Result<>> Conversation::let_gather() {
    last_read_.packets = work_.session.packets() - last_read_.packets;
    last_read_.window = work_.session.awaits_answers() ? work_.session.window() : 0;
    pacing_.took(last_read_);
    last_read_.paused = false;
    if (pacing_.pause() == ReadPacing::Duration{} || work_.finishing()) co_return Result<>();
    if (work_.sink != nullptr && work_.sink->is_awaited()) co_return Result<>();
    last_read_.paused = true;
    if (work_.link->is_open()) work_.link->let_gather();
    co_return co_await work_.timer.until(work_.timer.now() + pacing_.pause());
}

Awaitable<Result<>> Conversation::write_loop() {
    for (;;) {
        if (Result<> wanted = co_await work_.output_wanted.wait(); !wanted) co_return wanted;
        while (work_.link->is_open() && work_.send(Link::Send::all) == Status::would_block)
            co_await work_.link->writable();
        output_sent_.notify();
        if (!work_.session.output().empty()) {  // it broke; read_loop finds out why, perhaps from a last DISCONNECT
            if (!waits_for_room_) continue;
            co_return Failure(Errc::connection_lost,
                              fmt::format("{} closed the connection while a command ran", work_.link->server()));
        }
        work_.publish_ready.notify();
        if (work_.done()) co_return Result<>();
    }
}

/// Sends pings whatever else happens, so that the server keeps us. Silence counts against the server only during its
/// turn, and from its beginning: our own slow sink is not its fault, and the answer may lie behind what we have not
/// read.
Awaitable<Result<>> Conversation::keep_alive_loop() {
    Work& work = work_;
    const session::KeepAlive& pings = work.session.keep_alive();
    for (;;) {
        const auto now = work.timer.now();
        if (now >= pings.next_ping()) work.ping();
        auto next = pings.next_ping();
        if (pings.awaiting_pingresp() && turn_ == Turn::server) {
            const auto deadline = pings.response_deadline(std::max(work.link->last_progress(), turn_began_));
            if (now >= deadline) {
                work.link->give_up();
                co_return no_answer_to_ping();
            }
            next = std::min(next, deadline);
        }
        if (Result<> reached = co_await work.timer.until(next); !reached) co_return reached;
    }
}

Failure Conversation::no_answer_to_ping() const {
    return {Errc::keep_alive_timeout, fmt::format("{} stopped answering pings", work_.link->server())};
}

/// Calls settle() when nothing comes. read_loop calls it when something comes, which may have moved the time.
Awaitable<Result<>> Conversation::settling_loop() {
    Work& work = work_;
    for (;;) {
        if (Result<> wanted = co_await settling_wanted_.wait(); !wanted) co_return wanted;
        if (work.settling->next() == Clock::time_point::max()) continue;
        if (Result<> reached = co_await work.timer.until(work.settling->next()); !reached) co_return reached;
        settle();
    }
}

// Events

/// Delivers events, but stops after a large message, because the sink may refer to it, and before a message for which
/// the sink has no room. What is no message is handled meanwhile: acknowledgements, answers to pings.
Result<> Conversation::deliver_events() {
    must_listen_ = false;
    const bool has_limited_room = work_.handles_later();
    waits_for_room_ = false;
    for (;;) {
        if (has_limited_room) work_.session.hold_messages(lacks_room());
        const session::Event* const event = work_.session.next_event();
        if (event == nullptr) break;
        if (Result<> handled = handle(*event); !handled) return handled;
        const auto* received = std::get_if<session::MessageReceived>(event);
        if (received != nullptr && received->message.payload.size() >= Gather::large) return {};
    }
    waits_for_room_ = has_limited_room && lacks_room() && work_.session.message_is_next();
    must_listen_ = !waits_for_room_;
    return {};
}

/// Tells whether the sink has no room for a message. Until the subscriptions are granted it takes some more: those of
/// an earlier run lie before SUBACK, and what waits until we are ready must not wait for commands.
bool Conversation::lacks_room() const {
    constexpr std::uint64_t most_before_granted = 256;
    const Work& work = work_;
    if (work.sink->has_room()) return false;
    return work.subscriptions.granted() || work.totals.received > most_before_granted;
}

Result<> Conversation::handle(const session::Event& event) {
    const std::string& server = work_.link->server();
    return std::visit(
        Overload{[](const session::Connected&) -> Result<> { return {}; },  // these two are for the connector
                 [](const session::ConnectionRefused&) -> Result<> { return {}; },
                 [&](const session::Challenged& challenged) { return work_.authentication->take(challenged); },
                 [&](const session::MessageReceived& received) { return take(received.message); },
                 [&](const session::PublishRefused& refused) { return take(refused); },
                 [&](const session::SubscriptionsAnswered& answered) { return take(answered.answer); },
                 [&](const session::Disconnected& ended) -> Result<> {
                     if (work_.session.settings().version != wire::ProtocolVersion::v5)
                         return Failure(Errc::connection_lost, fmt::format("{} ended the connection", server));
                     return disconnected(server, ended.reason_code, ended.properties);
                 },
                 [&](const session::ProtocolBroken& broken) -> Result<> {
                     return protocol_broken(server, broken.error, broken.type);
                 }},
        event);
}

Result<> Conversation::take(const wire::Publish& message) {
    Work& work = work_;
    work.totals.received_one(message.payload.size());
    if (Subscriptions::may_be_unasked(message) && work.subscriptions.is_unasked(message)) {
        const bool shown = work.sink->show_unasked(message);
        if (shown && !std::exchange(work.told_of_unasked, true))
            work.log.warning(
                fmt::format("received a message for '{}', which matches no topic filter; such messages are printed but "
                            "not counted",
                            escape(message.topic_name)),
                {.event = "unasked_message", .host = work.link->server()});
        return {};
    }
    if (work.looks_at_messages) look(message);
    if (work.sink->deliver(message) == output::Wanted::more) return {};
    work.enough = true;
    work.session.stop_receiving();
    return {};
}

/// Looks at the message for the features that few runs use; one flag tells whether any of them is in use.
void Conversation::look(const wire::Publish& message) {
    Work& work = work_;
    if (work.retained_removal) {
        if (const auto failure = work.retained_removal->take(message, work.session)) work.refuse(*failure);
    }
    if (work.catch_up) work.catch_up->take(message);
    if (work.settling) work.settling->take(message);
}

Result<> Conversation::take(const wire::SubscriptionAnswer& answer) {
    Work& work = work_;
    if (Result<> taken = work.subscriptions.take(work.session, answer, work.link->server()); !taken) return taken;
    if (!work.subscriptions.granted()) return {};
    if (Result<> enough = work.grants.subscribed(work.subscriptions.lesser_grants()); !enough) return enough;
    if (work.settings.end_when_subscribed) work.enough = true;
    return announce();
}

Result<> Conversation::announce() {
    work_.attendance.subscribed(work_.timer.now());
    const auto on_subscribed = std::exchange(work_.on_subscribed, nullptr);
    return on_subscribed ? on_subscribed() : Result<>();
}

Result<> Conversation::take(const session::PublishRefused& refused) {
    Failure failure = publish_refused(refused.topic_name, refused.reason_code, refused.properties);
    if (work_.on_refused && refused.number != 0) {
        ++work_.refused;
        work_.on_refused(refused.number, std::move(failure));
        return {};
    }
    work_.name_record(failure, refused.number);
    if (work_.retained_removal) work_.retained_removal->refused(refused.topic_name);
    work_.refuse(std::move(failure));
    return {};
}

void Conversation::remove_retained() {
    while (const auto failure = work_.retained_removal->publish(work_.session))
        work_.refuse(*failure);
}

}  // namespace mqtts::client
