// SPDX-License-Identifier: Apache-2.0
// What comes between the subscription and the end: has everything come, is the server still there to say so, and
// goodbye.
#include <fmt/format.h>

#include <utility>

#include "client/client.hpp"

namespace mqtts::client {

Result<> Client::announce() {
    attendance_.subscribed(timer_.now());
    const auto on_subscribed = std::exchange(on_subscribed_, nullptr);
    return on_subscribed ? on_subscribed() : Result<>();
}

void Client::finish_when_caught_up() {
    catch_up_.emplace(CatchUp::Awaited::all);
    looks_at_messages_ = true;
    catch_up();
    flush();
}

/// Not needed for most runs, and so asked for once for all of it.
void Client::look(const wire::Publish& message) {
    if (retained_removal_) {
        if (const auto failure = retained_removal_->take(message, session_)) refuse(*failure);
    }
    if (catch_up_) catch_up_->take(message);
    if (settling_) settling_->take(message);
}

/// Asks the server, or ends the work when its answer is there.
void Client::catch_up() {
    if (!catch_up_ && !settling_) return;
    if (delivering_ || finishing_ || !session_.connected() || !asked_ || !subscribed()) return;
    if (session_.keep_alive().unconfirmed() != 0 && !session_.keep_alive().confirming()) session_.ping(timer_.now());
    const bool caught_up = catch_up_ && catch_up_->is_complete(session_, timer_.now());
    if (caught_up || (settling_ && must_listen_ && settle())) finish_soon();
}

bool Client::settle() {
    const bool removed = !retained_removal_ || retained_removal_->done();
    const bool over = settling_->is_over(session_, removed, timer_.now());
    if (settling_->next() != Clock::time_point::max()) settling_wanted_.notify();
    return over;
}

/// Settles when nothing comes. read_loop does when something does, and may have moved the time meanwhile.
Awaitable<Result<>> Client::settling_loop() {
    for (;;) {
        if (Result<> wanted = co_await settling_wanted_.wait(); !wanted) co_return wanted;
        if (settling_->next() == Clock::time_point::max()) continue;
        if (Result<> reached = co_await timer_.until(settling_->next()); !reached) co_return reached;
        catch_up();
        flush();
    }
}

void Client::remove_retained() {
    while (const auto failure = retained_removal_->publish(session_, timer_.now()))
        refuse(*failure);
}

Awaitable<Result<>> Client::prove_alive(Clock::duration limit) {
    const auto deadline = timer_.now() + limit;
    if (session_.connected()) ping();
    auto [winner, result] = co_await async::race(wait_for_pingresp(totals_.connections), timer_.until(deadline));
    if (winner == 0 || !result) co_return result;
    if (delivering_) co_return Failure(Errc::output_failed, "standard output does not take what was received");
    link_->give_up();  // there is nobody to say goodbye to
    co_return Failure(Errc::keep_alive_timeout, fmt::format("{} did not answer a ping within {:g} s", link_->server(),
                                                            std::chrono::duration<double>(limit).count()));
}

/// Those of this connection, counted from 1.
Awaitable<Result<>> Client::wait_for_pingresp(std::uint64_t connection) {
    for (;;) {
        if (!session_.connected() || totals_.connections != connection)
            co_return Failure(Errc::connection_lost, fmt::format("no connection to {}", link_->server()));
        if (!session_.keep_alive().awaiting_pingresp() && !delivering_) co_return Result<>();
        if (Result<> changed = co_await watchers_.wait(); !changed) co_return changed;
    }
}

Awaitable<Result<>> Client::wait_until_present() {
    while (!attendance_.present())
        if (Result<> changed = co_await watchers_.wait(); !changed) co_return changed;
    co_return Result<>();
}

void Client::run_out_of_time(Failure failure, Clock::duration limit) {
    if (!retained_removal_ || linger_until_) return stop(std::move(failure));
    ended_from_outside_ = true;
    interruption_ = std::move(failure);
    if (!session_.connected()) return stop(Result<>());
    linger_until_ = timer_.now() + limit;
    finish_soon();
}

// Goodbye

Awaitable<Result<>> Client::goodbye(bool in_order) {
    if (!link_->is_open()) co_return Result<>();
    // Ended from outside, the program did not do what its Will announces the failure of.
    const bool with_will = ended_from_outside_ && settings_.session.will;
    session_.disconnect(with_will ? wire::ReasonCode::disconnect_with_will_message : wire::ReasonCode::success);
    Status sent = send(Send::records);  // it leaves with the end of TLS
    while (sent == Status::would_block) {
        co_await link_->writable();
        sent = send(Send::records);
    }
    if (sent == Status::ok) co_await link_->close(in_order && !must_be_heard());
    co_return Result<>();
}

/// What still arrives at a socket that is closed resets the connection, and can take our last words with it. Does
/// anything hang on them, and may the server be sending?
bool Client::must_be_heard() const noexcept {
    const session::Settings& settings = settings_.session;
    const bool quiet = sink_ == nullptr && session_.all_acknowledged() && !session_.keep_alive().awaiting_pingresp();
    const bool session_lasts = !settings.clean_start || settings.outlives_process ||
                               (settings.session_expiry_interval != 0 && !settings.end_session_at_disconnect) ||
                               !settings.disconnect_properties.view().empty();
    return !quiet && (settings.will || session_lasts);
}

}  // namespace mqtts::client
