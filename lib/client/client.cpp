// SPDX-License-Identifier: Apache-2.0
#include "client/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/overload.hpp"
#include "client/acknowledgement_watch.hpp"
#include "client/connection.hpp"
#include "client/receipt_keeper.hpp"
#include "client/refusal.hpp"

namespace mqtts::client {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds goodbye_time{2'000};

/// Unsent output beyond this stops reading: a server that asks without end and reads nothing must not fill our memory.
/// Far above Session::high_water, so that a publisher with much to send still reads its acknowledgements.
constexpr std::size_t most_unsent = 64 * session::Session::high_water;

}  // namespace

Client::Client(const asio::any_io_executor& executor, Settings settings, const tls::Context& tls,
               output::MessageSink* sink, const Log& log)
    : Client(executor, std::move(settings),
             std::make_unique<Connection>(executor, tls, log, settings.observer, system_timer()), system_timer(), sink,
             log) {}

Client::Client(const asio::any_io_executor& executor, Settings settings, std::unique_ptr<Link> link, Timer& timer,
               output::MessageSink* sink, const Log& log)
    : settings_(std::move(settings)),
      link_(std::move(link)),
      timer_(timer),
      sink_(sink),
      log_(log),
      session_(settings_.session),
      subscriptions_(settings_.subscriptions, settings_.unsubscriptions),
      grants_(settings_.demands, log),
      output_wanted_(executor),
      output_sent_(executor),
      publish_ready_(executor),
      stopped_(executor),
      lingering_(executor),
      settling_wanted_(executor),
      watchers_(executor),
      reconnector_(executor, settings_, *link_, session_, timer_, log, [this] { send_early(); }) {
    if (sink_ == nullptr) session_.stop_receiving();
    if (settings_.receipts != nullptr) session_.restore_received(settings_.receipts->identifiers());
    if (settings_.remove_retained_except) retained_removal_.emplace(*settings_.remove_retained_except);
    looks_at_messages_ = settings_.remove_retained_except || settings_.end_after_retained;
    if (!settings_.end_after_retained) return;
    if (settings_.retained_settle == std::chrono::milliseconds::zero())
        catch_up_.emplace(CatchUp::Awaited::retained);
    else
        settling_.emplace(settings_.retained_settle);
}

Awaitable<Result<>> Client::run() {
    auto [winner, result] = co_await async::race(stay_connected(), linger_loop(), stopped_.wait());
    if (winner == 2) result = stop_result_;
    co_await async::race(goodbye(result.has_value()), timer_.until(timer_.now() + goodbye_time));
    co_return verdict(std::move(result));
}

void Client::on_progress(KeepProgress keep, std::function<Result<>()> session_lost) {
    keep_progress_ = std::move(keep);
    session_lost_ = std::move(session_lost);
    session_.track_progress();
}

void Client::finish() {
    finishing_ = true;
    session_.stop_receiving();
    publish_ready_.notify();
    conclude();
    flush();
}

void Client::finish_soon() {
    if (!linger_until_) linger_until_ = timer_.now() + settings_.linger;
    lingering_.notify();
    finish();
}

void Client::stop(Result<> result) {
    ended_from_outside_ = true;
    stop_result_ = std::move(result);
    stopped_.notify();
}

void Client::interrupt(int signal) {
    ended_from_outside_ = true;
    const bool at_work = !finishing_ || totals_.connections == 0;
    if (at_work && !(settings_.open_ended && subscribed())) {
        interruption_ = Failure(interrupted_by(signal), fmt::format("ended by signal {}", signal));
    }
    if (session_.connected()) {
        finish_soon();
    } else {
        stop(Result<>());
    }
}

/// Once finishing: asks for the proof of QoS 0, and has write_loop end the conversation when there is nothing more to
/// do.
void Client::conclude() {
    if (!finishing_ || !session_.connected()) return;
    if (session_.keep_alive().unconfirmed() != 0 && !session_.keep_alive().confirming()) ping();
    if (done()) output_wanted_.notify();
}

bool Client::done() const noexcept {
    const bool removed = !retained_removal_ || retained_removal_->done();
    return finishing_ && !delivering_ && removed && session_.all_acknowledged();
}

Awaitable<Result<>> Client::stay_connected() {
    Result<session::Connected> connected = co_await reconnector_.connect();
    while (connected) {
        if (Result<> begun = begin(*connected); !begun) co_return begun;
        Result<> result = co_await converse(connected->session_present);
        if (result || !retry_can_cure(result.error().code)) co_return result;
        if (Result<> learned = learn_from(result.error()); !learned) co_return learned;
        if (done()) co_return Result<>();
        if (too_early_)  // g++ 12 does both in a conditional expression
            connected = co_await reconnector_.connect_patiently(result.error(), end_);
        else
            connected = co_await reconnector_.reconnect(result.error(), end_);
    }
    co_return connected.error();
}

/// CONNACK has accepted us: what has to be done before anything else is sent.
Result<> Client::begin(const session::Connected& connected) {
    asked_ = false;
    ++totals_.connections;
    grants_.connected(session_, link_->server());
    totals_.perhaps_twice += connected.repeated;
    if (session_lost_ && !connected.session_present) {
        if (Result<> noted = session_lost_(); !noted) return noted;
    }
    if (connected.given_up.messages != 0) refuse(connected.given_up);
    if (ReceiptKeeper* receipts = settings_.receipts) {
        if (Result<> known = receipts->connected(connected.session_present); !known) return known;
    }
    if (catch_up_) catch_up_->restart();
    if (settling_) settling_->restart();
    attendance_.back(timer_.now(), connected.session_present);
    return suspicion_.care() == Suspicion::Care::none ? ask_for_subscriptions(connected.session_present) : Result<>();
}

Result<> Client::ask_for_subscriptions(bool session_present) {
    // What is retained comes to a new subscription only, all of it, whatever came before the loss.
    const bool is_kept = session_present && !settings_.end_after_retained;
    asked_ = true;
    subscriptions_.set_careful(suspicion_.care() != Suspicion::Care::none);
    if (!std::exchange(asked_early_, false)) return subscriptions_.request(session_, is_kept);
    return session_.early().was_larger_than(session_.limits().maximum_packet_size) ? Subscriptions::too_large()
                                                                                   : Result<>();
}

/// CONNECT is about to leave, and takes along what need not wait for the answer.
void Client::send_early() {
    const bool may_ask = !subscriptions_.empty() && !subscriptions_.may_be_forbidden(session_);
    asked_early_ = may_ask && session_.can_send_early() && subscriptions_.request(session_, false);
    publish_ready_.notify();
}

// The conversation

Awaitable<Result<>> Client::converse(bool session_present) {
    server_has_the_word_ = false;
    flush();
    publish_ready_.notify();
    conclude();
    std::vector<Awaitable<Result<>>> loops;
    loops.push_back(read_loop());
    loops.push_back(write_loop());
    loops.push_back(keep_alive_loop());
    loops.push_back(watch_acknowledgements(
        session_, settings_.ack_timeout, [this] { ping(); }, link_->server(), timer_));
    if (sink_ == nullptr || !settings_.open_ended)
        loops.push_back(watch_qos_2(session_, link_->server(), log_, timer_));
    if (suspicion_.care() != Suspicion::Care::none) loops.push_back(go_carefully(session_present));
    if (session_.awaits_early_answer()) loops.push_back(watch_early());
    if (settling_) loops.push_back(settling_loop());
    co_return (co_await async::race(std::move(loops))).result;
}

/// The promise of the program in ten lines: deliver, flush, and only then acknowledge. What came before the end of the
/// connection is delivered, too.
Awaitable<Result<>> Client::read_loop() {
    for (;;) {
        delivering_ = sink_ != nullptr;
        if (settling_) settling_->pause(timer_.now());
        Result<> handled = deliver_events();
        note_answers();
        if (Result<> kept = keep_progress(); !kept) co_return kept;
        if (sink_ != nullptr) {
            if (Result<> flushed = co_await sink_->flush(); !flushed) co_return flushed;
        }
        delivering_ = false;
        if (handled) handled = acknowledge();
        if (retained_removal_) remove_retained();
        if (enough_) finish_soon();
        if (!handled) co_return handled;
        catch_up();
        flush();
        publish_ready_.notify();
        watchers_.notify();
        conclude();
        if (!must_listen_)
            co_await async::yield();
        else if (Result<> received = co_await listen(); !received)
            co_return received;
    }
}

Result<> Client::acknowledge() {
    if (settings_.receipts != nullptr) {
        if (Result<> kept = settings_.receipts->keep(session_.owed()); !kept) return kept;
    }
    session_.acknowledge_delivered();
    return {};
}

/// The server's turn: to take what is unsent, if that is too much, and to send.
Awaitable<Result<>> Client::listen() {
    server_has_the_word_ = true;
    if (session_.output().size() > most_unsent) co_await output_sent_.wait();
    Result<> received = co_await receive();
    server_has_the_word_ = false;
    co_return received;
}

Awaitable<Result<>> Client::write_loop() {
    for (;;) {
        if (Result<> wanted = co_await output_wanted_.wait(); !wanted) co_return wanted;
        while (link_->is_open() && send(Send::all) == Status::would_block)
            co_await link_->writable();
        output_sent_.notify();
        if (!session_.output().empty()) continue;  // it broke: read_loop learns why, perhaps from a last DISCONNECT
        publish_ready_.notify();
        if (done()) co_return Result<>();
    }
}

void Client::ping() {
    session_.ping(timer_.now());
    flush();
}

/// Pings go out whatever else happens, so that the server keeps us. Silence counts against the server only while it has
/// the word: our own slow sink is not its fault.
Awaitable<Result<>> Client::keep_alive_loop() {
    for (;;) {
        const auto now = timer_.now();
        if (now >= session_.keep_alive().next_ping()) ping();
        auto next = session_.keep_alive().next_ping();
        if (session_.keep_alive().awaiting_pingresp() && server_has_the_word_) {
            const auto deadline = session_.keep_alive().response_deadline(link_->last_progress());
            if (now >= deadline) {
                link_->give_up();
                co_return no_answer_to_ping();
            }
            next = std::min(next, deadline);
        }
        if (Result<> reached = co_await timer_.until(next); !reached) co_return reached;
    }
}

Failure Client::no_answer_to_ping() const {
    return {Errc::keep_alive_timeout, fmt::format("{} stopped answering pings", link_->server())};
}

Awaitable<Result<>> Client::linger_loop() {
    Result<> reached;
    if (!linger_until_) reached = co_await lingering_.wait();
    if (reached) reached = co_await timer_.until(*linger_until_);
    if (!reached) co_return reached;
    if (delivering_) co_return Failure(Errc::output_failed, "standard output does not take what was received");
    co_return Result<>();
}

Awaitable<Result<>> Client::receive() {
    return link_->receive(session_.input(), session_.settings().version);
}

Status Client::send(Send what) {
    const Result<Status> sent = link_->send(session_.output(), session_.settings().version, what);
    if (sent) return *sent;
    link_->give_up();  // the server must not take what would follow for the rest of a packet
    stop(sent.error());
    return Status::failed;
}

void Client::flush() {
    if (link_->is_open() && send(Send::all) != Status::ok) output_wanted_.notify();
}

/// What is full may be the output, which full records are enough for, or the window, which everything must leave for.
void Client::make_room() {
    if (link_->is_open() && send(Send::blocks) != Status::ok) output_wanted_.notify();
    if (!can_publish()) flush();
}

// Events

/// No further than behind a large message, which the sink may refer to.
Result<> Client::deliver_events() {
    must_listen_ = false;
    while (const session::Event* event = session_.next_event()) {
        if (Result<> handled = handle(*event); !handled) return handled;
        const auto* received = std::get_if<session::MessageReceived>(event);
        if (received != nullptr && received->message.payload.size() >= Gather::large) return {};
    }
    must_listen_ = true;
    return {};
}

Result<> Client::handle(const session::Event& event) {
    return std::visit(
        Overload{[](const session::Connected&) -> Result<> { return {}; },  // these two are for the connector
                 [](const session::ConnectionRefused&) -> Result<> { return {}; },
                 [&](const session::MessageReceived& received) { return take(received.message); },
                 [&](const session::PublishRefused& refused) -> Result<> {
                     Failure failure = publish_refused(refused.topic_name, refused.reason_code, refused.properties);
                     name_record(failure, refused.number);
                     if (retained_removal_) retained_removal_->refused(refused.topic_name);
                     refuse(std::move(failure));
                     return {};
                 },
                 [&](const session::SubscriptionsAnswered& answered) { return take(answered.answer); },
                 [&](const session::Disconnected& ended) -> Result<> {
                     if (session_.settings().version != wire::ProtocolVersion::v5)
                         return Failure(Errc::connection_lost, fmt::format("{} ended the connection", link_->server()));
                     return disconnected(link_->server(), ended.reason_code, ended.properties);
                 },
                 [&](const session::ProtocolBroken& broken) -> Result<> {
                     return protocol_broken(link_->server(), broken.error, broken.type);
                 }},
        event);
}

/// What is not kept must not have consequences: then the connection breaks before they leave.
Result<> Client::keep_progress() {
    std::vector<session::InFlight::Progress>& progress = session_.progress();
    if (progress.empty()) return {};
    Result<> kept = keep_progress_(progress);
    progress.clear();
    if (!kept) link_->give_up();
    return kept;
}

// Publishing

std::size_t Client::publish_some(const wire::Publish& message, std::span<const std::string_view> payloads,
                                 std::uint64_t number, Errc& error) {
    error = Errc::ok;
    if (!can_publish()) return 0;
    const std::size_t count = session_.publish_some(message, payloads, number, error);
    for (const std::string_view payload : payloads.first(count))
        totals_.published_one(payload.size());
    return count;
}

bool Client::publish_from(ByteSource& payload, const wire::Publish& message, Errc& error) {
    if (!can_publish()) return false;
    error = session_.publish_from(payload, message);
    if (error == Errc::ok) totals_.published_one(payload.size());
    return true;
}

Awaitable<> Client::wait_to_publish() {
    while (!can_publish() && !finishing_)
        co_await publish_ready_.wait();
}

Awaitable<> Client::wait_for_acknowledgement() {
    while (session_.unfinished() != 0 && !finishing_)
        co_await publish_ready_.wait();
}

}  // namespace mqtts::client
