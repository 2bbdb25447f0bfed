// SPDX-License-Identifier: Apache-2.0
// The callers of a keeper, and its end. What becomes of their messages is in keeper_messages.cpp.
#include "program/keeper.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <csignal>
#include <utility>

#include "async/race.hpp"
#include "base/overload.hpp"
#include "program/share_plan.hpp"

namespace mqtts::program {

namespace asio = boost::asio;

namespace {

constexpr std::size_t most_callers = 128;

/// How long it waits before it accepts again when the system has no more descriptors.
constexpr std::chrono::milliseconds until_descriptors_are_free{100};

}  // namespace

Keeper::Keeper(const asio::any_io_executor& executor, client::Client& client, share::Listener listener,
               share::Identity identity, KeeperSettings settings)
    : executor_(executor),
      client_(client),
      listener_(std::move(listener)),
      identity_(std::move(identity)),
      settings_(std::move(settings)),
      usable_(settings_.usable_until),
      accepting_(executor, ::fcntl(listener_->descriptor(), F_DUPFD_CLOEXEC, 0)),
      confirmed_before_(client.confirmed()),
      readable_wanted_(executor),
      waiting_wanted_(executor),
      use_changed_(executor) {
    client_.expect_no_more(false);
    client_.rest();
    client_.on_progress([this](const auto& progress) { return progressed(progress); },
                        [this] { return session_lost(); });
    client_.on_refused([this](std::uint64_t number, const Failure& failure) { refused(number, failure); });
    client_.on_lost([this] { return connection_lost(); });
}

Awaitable<Result<>> Keeper::run() {
    co_return (co_await async::race(accept_loop(), serve_loop(), publish_loop(), confirm_loop(), watch_time(),
                                    watch_signals()))
        .result;
}

// Callers

Awaitable<Result<>> Keeper::accept_loop() {
    while (listener_) {
        const auto [error] = co_await accepting_.async_wait(asio::posix::stream_descriptor::wait_read,
                                                            asio::as_tuple(asio::use_awaitable));
        if (error && listener_) co_return async::cancelled();
        bool is_short_of_descriptors = false;
        while (listener_) {
            os::OpenFile socket = listener_->accept();
            if (!socket.is_open()) {
                is_short_of_descriptors = errno != EAGAIN;
                break;
            }
            greet(std::move(socket));
        }
        if (!is_short_of_descriptors) continue;
        if (Result<> waited = co_await async::until(Clock::now() + until_descriptors_are_free); !waited)
            co_return waited;
    }
    co_return co_await async::until();
}

void Keeper::greet(os::OpenFile socket) {
    auto caller = std::make_shared<KeeperCaller>(executor_, std::move(socket), share_version(), identity_.bytes());
    if (callers_.size() >= most_callers) return caller->tell(share::Refused{share::Refusal::busy});
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
    if (usable_.is_over()) end();
    if (!listener_) return refuse(caller, share::Refusal::ending);
    if (!caller->take(publish)) return drop(caller);
    waiting_.push_back(caller);
    waiting_wanted_.notify();
    use_changed_.notify();
}

void Keeper::refuse(const Caller& caller, share::Refusal reason) {
    caller->tell(share::Refused{reason});
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
    const auto now = Clock::now();
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
    if (!listener_) return;
    listener_.reset();
    boost::system::error_code ignored;
    accepting_.close(ignored);  // those who wait to be accepted see it
    for (const Caller& caller : std::exchange(waiting_, {}))
        refuse(caller, share::Refusal::ending);
    use_changed_.notify();
    client_.finish();
}

Keeper::Clock::time_point Keeper::time_to_end() const noexcept {
    return std::min(last_use_ + settings_.idle, usable_.end());
}

Awaitable<Result<>> Keeper::watch_time() {
    while (listener_) {
        if (is_in_use()) {
            if (Result<> changed = co_await use_changed_.wait(); !changed) co_return changed;
            continue;
        }
        if (Clock::now() >= time_to_end()) {
            end();
            break;
        }
        auto [winner, waited] = co_await async::race(async::until(time_to_end()), use_changed_.wait());
        if (!waited) co_return waited;
    }
    co_return co_await async::until();
}

Awaitable<Result<>> Keeper::watch_signals() {
    asio::signal_set signals(executor_, SIGINT, SIGTERM, SIGHUP);
    for (bool is_first = true;; is_first = false) {
        const auto [error, number] = co_await signals.async_wait(asio::as_tuple(asio::use_awaitable));
        if (error) co_return async::cancelled();
        if (!is_first) ::_exit(0);
        is_terminated_ = true;
        end();
        client_.finish_soon();
    }
}

}  // namespace mqtts::program
