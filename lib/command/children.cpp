// SPDX-License-Identifier: Apache-2.0
#include "command/children.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <csignal>
#include <utility>

#include "async/race.hpp"

namespace mqtts::command {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

namespace {

Awaitable<Result<>> wait_for_a_signal(asio::signal_set& signals) {
    const auto [error, number] = co_await signals.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return error ? Result<>(async::cancelled()) : Result<>();
}

/// Tells whether a process group has a process. A leader that has ended and was not waited for counts.
bool exists(pid_t group) {
    return ::kill(-group, 0) == 0 || errno != ESRCH;
}

}  // namespace

Children::Child::Child(Children& children, pid_t id) : children_(children), id_(id), ended_(children.executor_) {
    children_.running_.push_back({id, this});
}

Children::Child::~Child() {
    if (status_) return;
    const auto mine = [&](const Running& one) { return one.child == this; };
    const auto found = std::ranges::find_if(children_.running_, mine);
    if (found != children_.running_.end()) found->child = nullptr;
}

Awaitable<Result<>> Children::Child::wait() {
    while (!status_) {
        if (Result<> ended = co_await ended_.wait(); !ended) co_return ended;
    }
    co_return Result<>();
}

Children::Children(const asio::any_io_executor& executor) : executor_(executor), ended_(executor, SIGCHLD) {}

Awaitable<Result<>> Children::watch() {
    for (;;) {
        if (Result<> came = co_await wait_for_a_signal(ended_); !came) co_return came;
        reap();
    }
}

void Children::reap() {
    for (auto one = running_.begin(); one != running_.end();) {
        int status = 0;
        if (::waitpid(one->id, &status, WNOHANG) != one->id) {
            ++one;
            continue;
        }
        if (one->child != nullptr) {
            one->child->status_ = status;
            one->child->ended_.notify();
        }
        one = running_.erase(one);
    }
}

bool Children::runs(pid_t id) const noexcept {
    return std::ranges::any_of(running_, [&](const Running& one) { return one.id == id; });
}

void Children::signal(int number) const noexcept {
    for (const Running& one : running_)
        ::kill(-one.id, number);
}

Awaitable<> Children::end_all() {
    std::vector<pid_t> groups;
    for (const Running& one : running_)
        groups.push_back(one.id);
    co_await end_groups(std::move(groups));
}

Awaitable<> Children::end(pid_t id) {
    std::vector<pid_t> groups;
    if (runs(id)) groups.push_back(id);
    co_await end_groups(std::move(groups));
}

/// Waits for the leaders, which are our children, and for what they have started. The end of the latter tells nobody:
/// we look for it, a few times.
Awaitable<> Children::end_groups(std::vector<pid_t> groups) {
    asio::signal_set ended(executor_, SIGCHLD);
    for (const pid_t group : groups)
        ::kill(-group, SIGTERM);
    const auto end = Clock::now() + grace;
    auto look_again = std::chrono::milliseconds(5);
    for (reap(); std::ranges::any_of(groups, exists) && Clock::now() < end; reap()) {
        const auto [winner, waited] =
            co_await async::race(wait_for_a_signal(ended), async::until(std::min(end, Clock::now() + look_again)));
        if (async::was_cancelled(waited)) co_return;
        if (winner != 0) look_again *= 2;
    }
    for (const pid_t group : groups)
        if (exists(group)) ::kill(-group, SIGKILL);
    for (reap(); std::ranges::any_of(groups, [&](pid_t id) { return runs(id); }); reap()) {
        if (Result<> came = co_await wait_for_a_signal(ended); !came) co_return;
    }
}

}  // namespace mqtts::command
