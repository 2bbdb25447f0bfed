// SPDX-License-Identifier: Apache-2.0
#include "client/authentication.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "async/race.hpp"

namespace mqtts::client {

namespace {

/// How often keep() looks for new data.
constexpr std::chrono::seconds between_looks{2};

}  // namespace

Authentication::Authentication(const boost::asio::any_io_executor& executor, const auth::Settings& settings,
                               session::Session& session, const Link& link, Timer& timer, const Log& log)
    : method_(settings.method),
      mechanism_(auth::make_mechanism(settings)),
      session_(session),
      link_(link),
      timer_(timer),
      log_(log),
      wanted_(executor) {}

Secret Authentication::begin() {
    is_challenged_ = is_asked_ = false;
    return first();
}

Secret Authentication::first() {
    Secret data = mechanism_->first(auth::make_nonce());
    warn(mechanism_->warning());
    return data;
}

Awaitable<Result<>> Authentication::answer(std::string_view challenge) {
    if (Result<> taken = mechanism_->take(challenge); !taken) co_return named(taken.error());
    warn(mechanism_->warning());
    co_await work();
    co_return Result<>();
}

/// Makes the answer in small steps: a password is salted on purpose so slowly that pings would come too late.
Awaitable<> Authentication::work() {
    std::optional<Secret> answer = mechanism_->answer();
    while (!answer) {
        co_await async::yield();
        answer = mechanism_->answer();
    }
    if (session_.authenticate(answer->view()) != Errc::ok) warn(not_taken("the answer to its challenge"));
}

Result<> Authentication::conclude(std::string_view data) {
    if (Result<> concluded = mechanism_->conclude(data); !concluded) {
        session_.output().clear();  // messages of the last connection are in it
        session_.disconnect(wire::reason_code(concluded.error().code));
        return named(concluded.error());
    }
    debug("accepted");
    return {};
}

// On a connection

Result<> Authentication::take(const session::Challenged& challenged) {
    Result<> taken;
    switch (challenged.reason_code) {
        case wire::ReasonCode::continue_authentication:
            taken = mechanism_->take(challenged.data);
            is_challenged_ = taken.has_value();
            break;
        case wire::ReasonCode::re_authenticate:
            is_asked_ = true;
            break;
        default:
            taken = mechanism_->conclude(challenged.data);
            if (taken) debug("accepted again");
    }
    wanted_.notify();
    if (taken) return {};
    session_.disconnect(wire::reason_code(taken.error().code));
    return named(taken.error());
}

Awaitable<Result<>> Authentication::keep(std::function<void()> flush) {
    for (;;) {
        if (Result<> woken = co_await wait(); !woken) co_return woken;
        if (std::exchange(is_challenged_, false)) {
            warn(mechanism_->warning());
            co_await work();
            flush();
        }
        if (!session_.connected() || session_.re_authenticating()) continue;
        const bool is_asked = std::exchange(is_asked_, false);
        if (is_asked || has_new_data()) begin_again(flush);
    }
}

/// Waits until take() has work for keep(), or it is time for a look.
Awaitable<Result<>> Authentication::wait() {
    if (!mechanism_->watches()) co_return co_await wanted_.wait();
    co_return (co_await async::race(wanted_.wait(), timer_.until(timer_.now() + between_looks))).result;
}

void Authentication::begin_again(const std::function<void()>& flush) {
    const Secret data = first();
    if (session_.reauthenticate(data.view()) != Errc::ok) return warn(not_taken("the new authentication data"));
    debug("presented again");
    flush();
}

bool Authentication::has_new_data() {
    const Result<bool> looked = mechanism_->new_data();
    if (!looked) {
        warn(fmt::format("{}; the connection goes on with the data sent before", looked.error().cause));
        return false;
    }
    return *looked;
}

// What people are told

void Authentication::warn(std::string text) {
    if (text.empty() || text == told_) return;
    log_.warning(text, {.event = "authentication", .host = link_.server()});
    told_ = std::move(text);
}

std::string Authentication::not_taken(std::string_view what) const {
    return fmt::format("{} does not take a packet as large as {}", link_.server(), what);
}

void Authentication::debug(std::string_view what) const {
    if (!log_.debugging()) return;
    log_.debug(fmt::format("authentication with {} at {}: {}", method_, link_.server(), what),
               {.event = "authentication", .host = link_.server()});
}

/// Puts the server in front of what it did.
Failure Authentication::named(const Failure& failure) const {
    return with_cause(failure, fmt::format("{} {}", link_.server(), failure.cause));
}

}  // namespace mqtts::client
