// SPDX-License-Identifier: Apache-2.0
// Handles a server that closes the connection on a packet, see Suspicion, and one that does not accept packets before
// CONNACK.
#include <fmt/format.h>

#include <algorithm>

#include "client/conversation.hpp"
#include "client/retry.hpp"

namespace mqtts::client {

namespace {

/// How long to wait for the answer to early packets before asking with a ping; and then again, as servers work on
/// several packets at once.
constexpr std::chrono::milliseconds early_answer_time{500};
constexpr std::chrono::milliseconds late_answer_time{2'000};

/// How long to wait for the answer to a ping at most, however long the Keep Alive is.
constexpr std::chrono::seconds ping_answer_time{20};

}  // namespace

/// Waits until all pings of this connection are answered, including one that is sent here. The time that our own slow
/// sink takes does not count.
Awaitable<Result<>> Conversation::answered_ping() {
    Timer& timer = work_.timer;
    const auto limit = std::min<Clock::duration>(work_.settings.patience.connect_timeout, ping_answer_time);
    auto deadline = timer.now() + limit;
    work_.ping();
    while (work_.session.keep_alive().awaiting_pingresp()) {
        if (turn_ != Turn::server) deadline = timer.now() + limit;
        co_await async::race(work_.watchers.wait(), timer.until(deadline));
        if (turn_ != Turn::server || timer.now() < deadline) continue;
        work_.link->give_up();
        co_return no_answer_to_ping();
    }
    co_return Result<>();
}

/// Sends the packets in flight one at a time, each after the answer to the one before. Never ends by itself.
Awaitable<Result<>> Conversation::go_carefully() {
    Work& work = work_;
    if (Result<> answered = co_await answered_ping(); !answered) co_return answered;
    const bool alone = care_ == Suspicion::Care::alone;
    if (alone) {
        const auto until_then = work.timer.now() + work.suspicion.quiet();
        if (Result<> quiet = co_await work.timer.until(until_then); !quiet) co_return quiet;
        if (Result<> answered = co_await answered_ping(); !answered) co_return answered;
    }
    if (alone) work.subscriptions.put_first(work.suspicion.suspect().topic_filter);
    last_answer_ = work.timer.now();
    if (Result<> asked = ask_for_subscriptions(); !asked) co_return asked;
    while (!work.subscriptions.empty() && !work.subscriptions.granted()) {
        work.flush();
        co_await work.watchers.wait();
    }
    last_answer_ = work.timer.now();
    work.session.send_again();
    settle();
    co_return co_await async::until();
}

void Conversation::note_answers() noexcept {
    if (work_.session.answers() == answers_seen_) return;
    answers_seen_ = work_.session.answers();
    if (care_ != Suspicion::Care::none) last_answer_ = work_.timer.now();
}

Suspicion::End Conversation::describe_end(const Failure& loss) const {
    const session::Session& session = work_.session;
    const auto oldest = session.oldest();
    Suspicion::End end{
        .closed = hung_up(loss.code), .first = oldest.sequence, .next = session.next_sequence(), .topic_filters = {}};
    for (const std::string_view topic_filter : work_.subscriptions.unanswered())
        end.topic_filters.emplace_back(topic_filter);
    const bool careful = care_ != Suspicion::Care::none;
    const bool held = careful && !asked_;  // nothing was sent yet
    const bool asking = asked_ && !work_.subscriptions.empty() && !work_.subscriptions.granted();
    end.careful = careful && (held || asking || session.careful());
    if (end.careful && asking && !end.topic_filters.empty())  // with care it is one
        end.out = Suspicion::Packet{.topic_filter = end.topic_filters.front()};
    else if (end.careful && !held && !asking && oldest.is_out)
        end.out = Suspicion::Packet{.sequence = oldest.sequence};
    end.waited = work_.timer.now() - last_answer_;
    return end;
}

/// Waits for the answers to early packets; fails (keep_alive_timeout) if the server does not accept them.
Awaitable<Result<>> Conversation::watch_early() {
    const session::Session& session = work_.session;
    co_await wait_for_early_answer(early_answer_time);
    if (session.awaits_early_answer()) {
        if (Result<> answered = co_await answered_ping(); !answered) co_return answered;
    }
    co_await wait_for_early_answer(late_answer_time);
    if (!session.awaits_early_answer()) co_return co_await async::until();
    work_.link->give_up();
    co_return Failure(Errc::keep_alive_timeout,  // the server has not closed anything, see Suspicion
                      fmt::format("{} did not answer what was sent before CONNACK", work_.link->server()));
}

Awaitable<> Conversation::wait_for_early_answer(std::chrono::milliseconds limit) {
    const auto deadline = work_.timer.now() + limit;
    while (work_.session.awaits_early_answer() && work_.timer.now() < deadline)
        co_await async::race(work_.watchers.wait(), work_.timer.until(deadline));
}

}  // namespace mqtts::client
