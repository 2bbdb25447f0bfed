// SPDX-License-Identifier: Apache-2.0
// What the client does about a server that closes the connection on what it was sent, see Suspicion; and about one that
// does not take what was sent before CONNACK.
#include <fmt/format.h>

#include <algorithm>

#include "client/client.hpp"
#include "client/refusal.hpp"
#include "text/escape.hpp"

namespace mqtts::client {

namespace {

/// How long the answer to what was sent early may take before it is asked for with a ping; and then, as servers work on
/// several packets at once.
constexpr std::chrono::milliseconds early_answer_time{500};
constexpr std::chrono::milliseconds late_answer_time{2'000};

/// How long the answer to a ping may take at most, however long the Keep Alive is.
constexpr std::chrono::seconds ping_answer_time{20};

}  // namespace

/// Complete when all pings of this connection are answered, including the one sent here. The time that our own slow
/// sink takes does not count.
Awaitable<Result<>> Client::answered_ping() {
    const auto limit = std::min<Clock::duration>(settings_.connect_timeout, ping_answer_time);
    auto deadline = timer_.now() + limit;
    ping();
    while (session_.keep_alive().awaiting_pingresp()) {
        if (!server_has_the_word_) deadline = timer_.now() + limit;
        co_await async::race(watchers_.wait(), timer_.until(deadline));
        if (!server_has_the_word_ || timer_.now() < deadline) continue;
        link_->give_up();
        co_return no_answer_to_ping();
    }
    co_return Result<>();
}

/// Sends what is in flight one packet at a time, each after the answer to the one before. Never ends by itself.
Awaitable<Result<>> Client::go_carefully(bool session_present) {
    if (Result<> answered = co_await answered_ping(); !answered) co_return answered;
    const bool alone = suspicion_.care() == Suspicion::Care::alone;
    if (alone) {
        if (Result<> quiet = co_await timer_.until(timer_.now() + suspicion_.quiet()); !quiet) co_return quiet;
        if (Result<> answered = co_await answered_ping(); !answered) co_return answered;
    }
    if (alone) subscriptions_.put_first(suspicion_.suspect().topic_filter);
    last_answer_ = timer_.now();
    if (Result<> asked = ask_for_subscriptions(session_present); !asked) co_return asked;
    while (!subscriptions_.empty() && !subscribed()) {
        flush();
        co_await watchers_.wait();
    }
    last_answer_ = timer_.now();
    session_.send_again();
    flush();
    publish_ready_.notify();
    co_return co_await async::until();
}

void Client::note_answers() noexcept {
    if (session_.answers() == answers_seen_) return;
    answers_seen_ = session_.answers();
    if (suspicion_.care() != Suspicion::Care::none) last_answer_ = timer_.now();
}

Suspicion::End Client::describe_end(const Failure& loss) const {
    const auto oldest = session_.oldest();
    Suspicion::End end{
        .closed = hung_up(loss.code), .first = oldest.sequence, .next = session_.next_sequence(), .topic_filters = {}};
    for (const std::string_view topic_filter : subscriptions_.unanswered())
        end.topic_filters.emplace_back(topic_filter);
    const bool careful = suspicion_.care() != Suspicion::Care::none;
    const bool held = careful && !asked_;  // nothing was sent yet
    const bool asking = asked_ && !subscriptions_.empty() && !subscribed();
    end.careful = careful && (held || asking || session_.careful());
    if (end.careful && asking && !end.topic_filters.empty())  // with care it is one
        end.out = Suspicion::Packet{.topic_filter = end.topic_filters.front()};
    else if (end.careful && !held && !asking && oldest.is_out)
        end.out = Suspicion::Packet{.sequence = oldest.sequence};
    end.waited = timer_.now() - last_answer_;
    return end;
}

/// The connection is lost, and given up. Failure: that is the end of the work.
Result<> Client::learn_from(const Failure& loss) {
    const Suspicion::End end = describe_end(loss);
    const auto refused = suspicion_.ended(end);
    end_ = {.closed = end.closed,
            .acknowledged = session_.acknowledged(),
            .delivered = session_.delivered(),
            .explained = refused || suspicion_.care() == Suspicion::Care::alone,
            .refused = refused.has_value()};
    if (retained_removal_) retained_removal_->connection_lost(timer_.now(), end.closed);
    too_early_ = session_.awaits_early_answer();
    link_->drop();
    session_.connection_lost();
    attendance_.lost(timer_.now(), subscriptions_.kept_when_away());
    watchers_.notify();
    if (suspicion_.care() != Suspicion::Care::none) session_.go_carefully();
    if (!refused) return {};
    log_.debug(fmt::format("{}, for the fourth time", loss.what), {.event = "closed_on"});
    return refuse_closed_on(*refused);
}

Result<> Client::refuse_closed_on(const Suspicion::Packet& packet) {
    if (!packet.topic_filter.empty()) {
        Failure failure = subscription_closed_on(packet.topic_filter);
        if (!subscriptions_.refuse(packet.topic_filter)) return failure;
        log_.warning(failure.what, {.event = describe(failure.code).name, .host = link_->server()});
        note_refusal(std::move(failure));
        return {};
    }
    const session::PublishRefused refused = session_.refuse_oldest();
    Failure failure = publish_closed_on(refused.topic_name);
    name_record(failure, refused.number);
    if (Result<> kept = keep_progress(); !kept) return kept;
    if (!settings_.step_over_refused) return failure;
    log_.warning(failure.what, {.event = describe(failure.code).name, .host = link_->server()});
    note_refusal(std::move(failure));
    return {};
}

/// What was sent early is answered, or the server does not take it (connection_lost).
Awaitable<Result<>> Client::watch_early() {
    co_await wait_for_early_answer(early_answer_time);
    if (session_.awaits_early_answer()) {
        if (Result<> answered = co_await answered_ping(); !answered) co_return answered;
    }
    co_await wait_for_early_answer(late_answer_time);
    if (!session_.awaits_early_answer()) co_return co_await async::until();
    link_->give_up();
    co_return Failure(Errc::connection_lost,
                      fmt::format("{} does not answer what was sent before CONNACK", link_->server()));
}

Awaitable<> Client::wait_for_early_answer(std::chrono::milliseconds limit) {
    const auto deadline = timer_.now() + limit;
    while (session_.awaits_early_answer() && timer_.now() < deadline)
        co_await async::race(watchers_.wait(), timer_.until(deadline));
}

/// Behind how many there are: which is the first message without an answer; empty: there is none of QoS 1 or 2.
std::string Client::first_unanswered() const {
    const auto oldest = session_.oldest();
    if (!oldest.message) return {};
    const std::string record = oldest.number == 0 ? "" : fmt::format(", {} {}", settings_.record_name, oldest.number);
    return fmt::format("; the first without an answer is for '{}'{}", escape_beginning(oldest.topic_name), record);
}

}  // namespace mqtts::client
