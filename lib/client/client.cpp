// SPDX-License-Identifier: Apache-2.0
#include "client/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "client/connection.hpp"
#include "client/refusal.hpp"
#include "client/retry.hpp"

namespace mqtts::client {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds goodbye_time{2'000};

Failure output_blocked() {
    return {Errc::output_failed, "standard output does not take the messages received"};
}

}  // namespace

Client::Client(const asio::any_io_executor& executor, const Settings& settings, const tls::Context& tls,
               output::MessageSink* sink, const Log& log)
    : Client(executor, settings, std::make_unique<Connection>(executor, tls, log, settings.observer, system_timer()),
             system_timer(), sink, log) {}

Client::Client(const asio::any_io_executor& executor, Settings settings, std::unique_ptr<Link> link, Timer& timer,
               output::MessageSink* sink, const Log& log)
    : executor_(executor),
      work_(executor, std::move(settings), std::move(link), timer, sink, log),
      reconnector_(executor, work_.settings, *work_.link, work_.session, work_.authentication.get(), timer, log,
                   [this] { send_early(); }) {}

Awaitable<Result<>> Client::run() {
    auto [winner, result] = co_await async::race(stay_connected(), linger_loop(), work_.stopped.wait());
    if (winner == 2) result = work_.stop_result;
    if (conversation_ && work_.handles_later() && work_.session.connected()) {
        if (Result<> acknowledged = conversation_->acknowledge(); result && !acknowledged) result = acknowledged;
    }
    conversation_.reset();
    co_await async::race(goodbye(result.has_value()), work_.timer.until(work_.timer.now() + goodbye_time));
    co_return verdict(std::move(result));
}

void Client::on_progress(KeepProgress keep, std::function<Result<>(session::Kept)> session_lost) {
    work_.on_progress = std::move(keep);
    work_.session_lost = std::move(session_lost);
    work_.session.track_progress();
}

// From one connection to the next

Awaitable<Result<>> Client::stay_connected() {
    Result<session::Connected> connected = co_await reconnector_.connect();
    while (connected) {
        conversation_.emplace(executor_, work_);
        if (Result<> begun = conversation_->begin(*connected); !begun) co_return begun;
        Result<> result = co_await conversation_->run();
        if (result || !retry_can_cure(result.error().code)) co_return result;
        const Result<Lesson> learned = learn_from(result.error());
        if (!learned) co_return learned.error();
        if (work_.goes_on && !work_.goes_on()) co_return result;
        if (work_.done()) co_return Result<>();
        if (learned->too_early)  // g++ 12 does both in a conditional expression
            connected = co_await reconnector_.connect_patiently(result.error(), learned->end);
        else
            connected = co_await reconnector_.reconnect(result.error(), learned->end);
    }
    const session::InFlight::GivenUp& given_up = reconnector_.given_up();
    if (given_up.messages == 0) co_return connected.error();
    const Failure told = cannot_send_again(given_up);  // early messages do not go with a method that proves the server
    work_.note_refusal(told);
    work_.refused += given_up.messages - 1;
    co_return combined(connected.error(), told);
}

/// Adds to CONNECT, which is about to leave, what need not wait for its answer.
void Client::send_early() {
    const session::Session& session = work_.session;
    const bool may_ask = !work_.subscriptions.empty() && !work_.subscriptions.may_be_forbidden(session);
    work_.asked_early =
        may_ask && session.can_send_early() && work_.subscriptions.request(work_.session, session::Kept::no);
    work_.publish_ready.notify();
}

/// Gives a lost connection up and learns from it. A failure ends the work.
Result<Client::Lesson> Client::learn_from(const Failure& loss) {
    const Suspicion::End end = conversation_->describe_end(loss);
    conversation_.reset();
    const auto refused = work_.suspicion.ended(end);
    const Suspicion::Care care = work_.suspicion.care();
    const Lesson lesson{.end = {.closed = end.closed,
                                .acknowledged = work_.session.acknowledged(),
                                .delivered = work_.session.delivered(),
                                .explained = refused || care == Suspicion::Care::alone,
                                .refused = refused.has_value(),
                                .silence = work_.timer.now() - work_.link->last_traffic()},
                        .too_early = work_.session.awaits_early_answer()};
    const auto now = work_.timer.now();
    if (work_.retained_removal) work_.retained_removal->connection_lost(end.closed, work_.session);
    work_.link->drop();
    work_.session.connection_lost();
    work_.attendance.lost(now, work_.subscriptions.kept_when_away());
    work_.watchers.notify();
    if (care != Suspicion::Care::none) work_.session.go_carefully();
    if (!refused) return lesson;
    work_.log.debug(fmt::format("{}, for the fourth time", loss.cause), {.event = "closed_on", .hint = loss.hint});
    if (Result<> stepped_over = refuse_closed_on(*refused); !stepped_over) return stepped_over.error();
    return lesson;
}

Result<> Client::refuse_closed_on(const Suspicion::Packet& packet) {
    Failure failure;
    if (!packet.topic_filter.empty()) {
        failure = subscription_closed_on(packet.topic_filter);
        if (!work_.subscriptions.refuse(packet.topic_filter)) return failure;
    } else {
        const session::PublishRefused refused = work_.session.refuse_oldest();
        failure = publish_closed_on(refused.topic_name);
        if (work_.on_refused && refused.number != 0) {
            ++work_.refused;
            work_.on_refused(refused.number, std::move(failure));
            return work_.keep_progress();
        }
        work_.name_record(failure, refused.number);
        if (Result<> kept = work_.keep_progress(); !kept) return kept;
        if (!work_.settings.step_over_refused) {
            ++work_.refused;  // the failure tells of it, and so must the counts: nobody has acknowledged it
            return failure;
        }
    }
    work_.log.warning(failure.cause,
                      {.event = describe(failure.code).name, .host = work_.link->server(), .hint = failure.hint});
    work_.note_refusal(std::move(failure));
    return {};
}

// Publishing

std::size_t Client::publish_some(const wire::Publish& message, std::span<const std::string_view> payloads,
                                 std::uint64_t number, Errc& error) {
    error = Errc::ok;
    if (!can_publish()) return 0;
    const std::size_t count = work_.session.publish_some(message, payloads, number, error);
    for (const std::string_view payload : payloads.first(count))
        work_.totals.published_one(payload.size());
    return count;
}

bool Client::publish_from(ByteSource& payload, const wire::Publish& message, Errc& error) {
    if (!can_publish()) return false;
    error = work_.session.publish_from(payload, message);
    if (error == Errc::ok) work_.totals.published_one(payload.size());
    return true;
}

Awaitable<> Client::wait_to_publish() {
    while (!can_publish() && !finishing())
        co_await work_.publish_ready.wait();
}

Awaitable<> Client::wait_for_room() {
    while (!can_publish())
        co_await work_.publish_ready.wait();
}

Awaitable<> Client::wait_for_acknowledgement() {
    while (work_.session.unfinished() != 0 && !finishing())
        co_await work_.publish_ready.wait();
}

void Client::refuse(Failure failure) {
    const bool was_finishing = finishing();
    work_.refuse(std::move(failure));
    if (finishing() && !was_finishing) settle();
}

void Client::confirm() {
    const session::KeepAlive& pings = work_.session.keep_alive();
    if (work_.session.connected() && pings.unconfirmed() != 0 && !pings.awaiting_pingresp()) work_.ping();
}

// The end

/// Reacts to a change. Without a conversation, early packets or the goodbye may wait to leave.
void Client::settle() {
    if (conversation_)
        conversation_->settle();
    else
        work_.flush();
}

void Client::finish() {
    work_.finish();
    settle();
}

void Client::finish_soon() {
    work_.finish_soon();
    settle();
}

void Client::finish_when_caught_up() {
    work_.catch_up.emplace(CatchUp::Awaited::all);
    work_.looks_at_messages = true;
    settle();
}

void Client::stop(Result<> result) {
    work_.stop(std::move(result));
}

void Client::interrupt(int signal) {
    work_.ended_from_outside = true;
    const bool at_work = (!finishing() && !work_.expects_no_more) || work_.totals.connections == 0;
    if (at_work && !(work_.settings.open_ended && subscribed())) {
        interruption_ = Failure(interrupted_by(signal), fmt::format("terminated by signal {}", signal));
    }
    if (work_.session.connected()) {
        finish_soon();
    } else {
        stop(Result<>());
    }
}

void Client::run_out_of_time(Failure failure, Clock::duration limit) {
    if (!work_.retained_removal || work_.linger_until) return stop(std::move(failure));
    work_.ended_from_outside = true;
    interruption_ = std::move(failure);
    if (!work_.session.connected()) return stop(Result<>());
    work_.linger_until = work_.timer.now() + limit;
    finish_soon();
}

Awaitable<Result<>> Client::linger_loop() {
    Result<> reached;
    if (!work_.linger_until) reached = co_await work_.lingering.wait();
    if (reached) reached = co_await work_.timer.until(*work_.linger_until);
    if (!reached) co_return reached;
    if (work_.delivering && !work_.handles_later()) co_return output_blocked();
    co_return Result<>();
}

Awaitable<Result<>> Client::prove_alive(Clock::duration limit) {
    const auto deadline = work_.timer.now() + limit;
    if (work_.session.connected()) work_.ping();
    auto [winner, result] =
        co_await async::race(wait_for_pingresp(work_.totals.connections), work_.timer.until(deadline));
    if (winner == 0 || !result) co_return result;
    if (work_.delivering && work_.handles_later()) co_return Result<>();  // the answer lies behind unread messages
    if (work_.delivering) co_return output_blocked();
    work_.link->give_up();  // the server does not answer: a goodbye would only wait
    co_return Failure(Errc::keep_alive_timeout,
                      fmt::format("{} did not answer a ping within {:g} s", work_.link->server(),
                                  std::chrono::duration<double>(limit).count()));
}

/// Waits until all pings of this connection are answered. Connections count from 1.
Awaitable<Result<>> Client::wait_for_pingresp(std::uint64_t connection) {
    const session::Session& session = work_.session;
    for (;;) {
        if (!session.connected() || work_.totals.connections != connection)
            co_return Failure(Errc::connection_lost, fmt::format("no connection to {}", work_.link->server()));
        if (!session.keep_alive().awaiting_pingresp() && !work_.delivering) co_return Result<>();
        if (Result<> changed = co_await work_.watchers.wait(); !changed) co_return changed;
    }
}

Awaitable<Result<>> Client::wait_until_present() {
    while (!attendance().present())
        if (Result<> changed = co_await work_.watchers.wait(); !changed) co_return changed;
    co_return Result<>();
}

Awaitable<Result<>> Client::goodbye(bool in_order) {
    Link& link = *work_.link;
    if (!link.is_open()) co_return Result<>();
    // A run that is ended from outside has not done its work, and the Will Message announces just that.
    const bool with_will = work_.ended_from_outside && work_.settings.session.will;
    work_.session.disconnect(with_will ? wire::ReasonCode::disconnect_with_will_message : wire::ReasonCode::success);
    Status sent = work_.send(Link::Send::records);  // it leaves with the end of TLS
    while (sent == Status::would_block) {
        co_await link.writable();
        sent = work_.send(Link::Send::records);
    }
    if (sent == Status::ok) said_goodbye_ = co_await link.close(in_order && !must_be_heard());
    co_return Result<>();
}

/// Tells whether the server must read our last words although it may be sending: data that arrives at a closed socket
/// resets the connection, and the last words can be lost with it.
bool Client::must_be_heard() const noexcept {
    const session::Settings& settings = work_.settings.session;
    const session::Session& session = work_.session;
    const bool quiet = work_.sink == nullptr && session.all_acknowledged() && !session.keep_alive().awaiting_pingresp();
    const bool session_lasts = !settings.clean_start || settings.outlives_process ||
                               (settings.session_expiry_interval != 0 && !settings.end_session_at_disconnect) ||
                               !settings.disconnect_properties.view().empty();
    return !quiet && (settings.will || session_lasts);
}

}  // namespace mqtts::client
