// SPDX-License-Identifier: Apache-2.0
#include "net/happy_eyeballs.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "os/system_reason.hpp"

namespace mqtts::net {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds connection_attempt_delay{250};  // as section 5 recommends

struct Attempt {
    tcp::endpoint address;
    tcp::socket socket;
    std::optional<error_code> outcome = std::nullopt;  // nothing: it has not answered

    [[nodiscard]] bool has_failed() const { return outcome && *outcome; }
    [[nodiscard]] std::string name() const { return address.address().to_string(); }
};

// Sets up the socket: a batch must not wait for the acknowledgement of the one before (Nagle), and a child process must
// not hold the connection open.
void prepare(tcp::socket& socket) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.native_non_blocking(true, ignored);
    ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
}

error_code bind_to_one(tcp::socket& socket, const Addresses& local, const tcp& family) {
    const auto mine = std::ranges::find(local, family, &tcp::endpoint::protocol);
    if (mine == local.end()) return asio::error::address_family_not_supported;
    error_code error;
    socket.bind(*mine, error);
    return error;
}

// The state of all attempts. It is shared with their handlers, which may outlive the coroutine that waits for them.
class Race : public std::enable_shared_from_this<Race> {
public:
    Race(asio::any_io_executor executor, Addresses addresses, Addresses local)
        : executor_(std::move(executor)),
          waiting_(addresses.begin(), addresses.end()),
          local_(std::move(local)),
          wake_(executor_) {}

    /// Starts the next attempt if it is due. True: it did.
    bool start_next() {
        const bool all_failed = std::ranges::all_of(attempts_, &Attempt::has_failed);
        if (waiting_.empty() || (!all_failed && Clock::now() < next_start_)) return false;
        next_start_ = Clock::now() + connection_attempt_delay;
        Attempt& attempt = attempts_.emplace_back(Attempt{waiting_.front(), tcp::socket(executor_)});
        waiting_.pop_front();
        start(attempt);
        return true;
    }

    Attempt* winner() {
        const auto won =
            std::ranges::find_if(attempts_, [](const Attempt& one) { return one.outcome && !*one.outcome; });
        return won == attempts_.end() ? nullptr : &*won;
    }

    [[nodiscard]] bool lost() const { return waiting_.empty() && std::ranges::all_of(attempts_, &Attempt::has_failed); }

    /// Waits until an attempt is over, or the next one is due.
    Awaitable<> change() {
        wake_.expires_at(waiting_.empty() ? Clock::time_point::max() : next_start_);
        co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
    }

    void close() {
        error_code ignored;
        for (Attempt& attempt : attempts_)
            attempt.socket.close(ignored);
    }

    [[nodiscard]] std::string pending() const {
        std::string names;
        for (const Attempt& attempt : attempts_)
            if (!attempt.outcome) names += (names.empty() ? "" : ", ") + attempt.name();
        return names;
    }

    /// Returns "192.0.2.1: connection refused; 192.0.2.2: no route to host".
    [[nodiscard]] std::string failed() const {
        std::string errors;
        for (const Attempt& attempt : attempts_)
            if (attempt.has_failed())
                errors += fmt::format("{}{}: {}", errors.empty() ? "" : "; ", attempt.name(),
                                      os::system_reason(*attempt.outcome));
        return errors;
    }

    [[nodiscard]] Failure failure() const {
        const bool refused = std::ranges::all_of(
            attempts_, [](const Attempt& one) { return one.outcome == asio::error::connection_refused; });
        return {refused ? Errc::connection_refused : Errc::unreachable, failed()};
    }

private:
    void start(Attempt& attempt) {
        error_code error;
        attempt.socket.open(attempt.address.protocol(), error);
        if (!error && !local_.empty()) error = bind_to_one(attempt.socket, local_, attempt.address.protocol());
        if (error) {
            attempt.outcome = error;
            return;
        }
        prepare(attempt.socket);
        attempt.socket.async_connect(attempt.address, [self = shared_from_this(), &attempt](const error_code& outcome) {
            attempt.outcome = outcome;
            self->wake_.cancel();
        });
    }

    asio::any_io_executor executor_;
    std::deque<tcp::endpoint> waiting_;
    Addresses local_;
    std::deque<Attempt> attempts_;  // a deque leaves its elements where they are
    asio::steady_timer wake_;
    Clock::time_point next_start_;
};

struct CloseTheOthers {
    Race& race;
    ~CloseTheOthers() { race.close(); }
};

}  // namespace

Addresses interleaved(const Addresses& addresses) {
    Addresses result;
    auto same = addresses.begin();   // the next one of the first's family
    auto other = addresses.begin();  // the next one of another
    const auto next = [&](auto from, bool is_same) {
        return std::find_if(from, addresses.end(), [&](const tcp::endpoint& address) {
            return (address.protocol() == addresses.front().protocol()) == is_same;
        });
    };
    while (result.size() < addresses.size()) {
        if (same = next(same, true); same != addresses.end()) result.push_back(*same++);
        if (other = next(other, false); other != addresses.end()) result.push_back(*other++);
    }
    return result;
}

Awaitable<Result<tcp::socket>> connect_to_any(Addresses addresses, Addresses local, std::string& phase) {
    const auto race =
        std::make_shared<Race>(co_await asio::this_coro::executor, std::move(addresses), std::move(local));
    const CloseTheOthers close_the_others{*race};
    const std::string beginning = phase;
    while (!race->lost()) {
        if (Attempt* const won = race->winner()) co_return std::move(won->socket);
        if (race->start_next()) continue;
        const std::string failed = race->failed();
        phase = fmt::format("{}{}{}{}", beginning, race->pending(), failed.empty() ? "" : "; ", failed);
        co_await race->change();
        if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none)
            co_return Failure(Errc::connect_timeout);
    }
    co_return race->failure();
}

}  // namespace mqtts::net
