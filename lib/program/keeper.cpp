// SPDX-License-Identifier: Apache-2.0
// The callers of a keeper, and its end. What becomes of their messages is in keeper_messages.cpp.
#include "program/keeper.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "async/race.hpp"
#include "base/overload.hpp"
#include "program/share_plan.hpp"

namespace mqtts::program {

namespace {

constexpr std::size_t most_callers = 128;

}  // namespace

Keeper::Keeper(const boost::asio::any_io_executor& executor, client::Client& client, client::Timer& timer,
               share::Identity identity, KeeperSettings settings, std::function<void()> close_door)
    : client_(client),
      timer_(timer),
      identity_(std::move(identity)),
      settings_(std::move(settings)),
      close_door_(std::move(close_door)),
      usable_(settings_.usable_until, clocks()),
      began_(timer.now()),
      last_use_(began_),
      confirmed_before_(client.confirmed()),
      readable_wanted_(executor),
      waiting_wanted_(executor),
      use_changed_(executor) {
    client_.expect_no_more(false);
    client_.rest();
    client_.on_progress([this](const auto& progress) { return progressed(progress); },
                        [this](session::Kept kept) { return session_lost(kept); });
    client_.on_refused([this](std::uint64_t number, const Failure& failure) { refused(number, failure); });
    client_.on_lost([this] { return connection_lost(); });
}

Awaitable<Result<>> Keeper::run() {
    co_return (co_await async::race(serve_loop(), publish_loop(), confirm_loop(), watch_time())).result;
}

// Callers

void Keeper::greet(std::unique_ptr<CallerLink> link) {
    auto caller = std::make_shared<KeeperCaller>(std::move(link), share_version(), identity_.bytes());
    if (callers_.size() >= most_callers) return caller->refuse(share::Refusal::busy);
    callers_.push_back(caller);
    serve(caller);  // most have sent everything by now
}

void Keeper::await(const Caller& caller) {
    caller->wait([this](const Caller& ready) {
        readable_.push_back(ready);
        readable_wanted_.notify();
    });
}

Awaitable<Result<>> Keeper::serve_loop() {
    for (;;) {
        if (Result<> wanted = co_await readable_wanted_.wait(); !wanted) co_return wanted;
        for (const Caller& caller : std::exchange(readable_, {}))
            serve(caller);
    }
}

void Keeper::serve(const Caller& caller) {
    const KeeperCaller::Read read = caller->read(scratch_);
    if (read == KeeperCaller::Read::nothing)
        await(caller);
    else if (read == KeeperCaller::Read::other_identity)
        refuse(caller, share::Refusal::other_identity);
    else if (read == KeeperCaller::Read::request)
        answer(caller);
    else
        drop(caller);
    scratch_.clear();
}

void Keeper::answer(const Caller& caller) {
    std::visit(Overload{[&](const share::Publish& publish) { take(caller, publish); },
                        [&](const share::StatusRequest&) {
                            caller->tell(status());
                            await(caller);
                        },
                        [&](const share::EndRequest&) {
                            await(caller);  // it sees our end
                            end();
                        }},
               caller->request());
}

void Keeper::take(const Caller& caller, const share::Publish& publish) {
    if (!caller->has_our_identity()) return refuse(caller, share::Refusal::other_identity);
    if (usable_.is_over(clocks())) end();
    if (!close_door_) return refuse(caller, share::Refusal::ending);
    if (!caller->take(publish)) return drop(caller);
    waiting_.push_back(caller);
    waiting_wanted_.notify();
    use_changed_.notify();
}

void Keeper::refuse(const Caller& caller, share::Refusal reason) {
    caller->refuse(reason);
    drop(caller);
}

void Keeper::drop(const Caller& caller) {
    caller->close();
    std::erase(callers_, caller);
}

share::Status Keeper::status() const {
    using std::chrono::ceil;
    using std::chrono::floor;
    using std::chrono::milliseconds;
    const auto now = timer_.now();
    share::Status status{.broker = client_.server(),
                         .process = static_cast<std::uint64_t>(::getpid()),
                         .connected_since = floor<milliseconds>(now - began_),
                         .idle = is_in_use() ? milliseconds(0) : floor<milliseconds>(now - last_use_),
                         .ends_in = {},
                         .messages = acknowledged_};
    if (!is_in_use()) status.ends_in = std::max(ceil<milliseconds>(time_to_end() - now), milliseconds(0));
    return status;
}

// The end

/// Ends what does not depend on others at once, and the rest when it is done.
void Keeper::end() {
    if (!close_door_) return;
    close_door();
    for (const Caller& caller : std::exchange(waiting_, {}))
        refuse(caller, share::Refusal::ending);
    use_changed_.notify();
    client_.finish();
}

Keeper::Clock::time_point Keeper::time_to_end() const noexcept {
    return std::min(last_use_ + settings_.idle, usable_.end(clocks()));
}

Awaitable<Result<>> Keeper::watch_time() {
    while (close_door_) {
        if (is_in_use()) {
            if (Result<> changed = co_await use_changed_.wait(); !changed) co_return changed;
            continue;
        }
        if (timer_.now() >= time_to_end()) {
            end();
            break;
        }
        auto [winner, waited] = co_await async::race(timer_.until(time_to_end()), use_changed_.wait());
        if (!waited) co_return waited;
    }
    co_return co_await async::until();
}

void Keeper::terminate() {
    is_terminated_ = true;
    end();
    client_.finish_soon();
}

void Keeper::close_door() {
    if (const auto close = std::exchange(close_door_, nullptr)) close();
}

}  // namespace mqtts::program
