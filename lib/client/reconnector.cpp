// SPDX-License-Identifier: Apache-2.0
#include "client/reconnector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "async/race.hpp"
#include "client/statistics.hpp"
#include "text/escape.hpp"

namespace mqtts::client {

using session::Connected;
using Step = ReconnectPolicy::Step;

namespace {

constexpr double shortest_keep_alive = 5;  // that -k takes, in seconds

}  // namespace

Reconnector::Reconnector(const boost::asio::any_io_executor& executor, const Settings& settings, Link& link,
                         session::Session& session, Authentication* authentication, Timer& timer, const Log& log,
                         std::function<void()> opened)
    : settings_(settings),
      link_(link),
      timer_(timer),
      log_(log),
      connector_(settings, link, session, authentication, timer, log, std::move(opened)),
      policy_({.backoff = settings.patience.backoff,
               .first = settings.patience.retry_connect,
               .again = settings.patience.reconnect}),
      hurried_(executor) {}

Awaitable<Result<Connected>> Reconnector::connect() {
    policy_.begin(timer_.now());
    Result<Connected> connected = co_await connector_.attempt();
    if (!connected) connected = co_await retry(connected.error());
    if (!connected) co_return connector_.missing_version(connected.error());
    policy_.connected(timer_.now());
    co_return connected;
}

Awaitable<Result<Connected>> Reconnector::reconnect(Failure loss, const ReconnectPolicy::End& end) {
    policy_.ended(timer_.now(), end);
    Result<Connected> connected = co_await retry(std::move(loss));
    if (connected) {
        policy_.connected(timer_.now());
        log_.warning(fmt::format("reconnected to {}{}", link_.server(), consequence(*connected)),
                     {.event = "reconnected", .host = link_.server()});
    } else if (gave_up_ == Step::out_of_time) {
        const double seconds = std::chrono::duration<double>(settings_.patience.reconnect).count();
        Failure given_up = with_cause(
            connected.error(),
            fmt::format("{}; gave up after {:g} s without a lasting connection", connected.error().cause, seconds));
        given_up.code = Errc::connection_lost;
        co_return given_up;
    }
    co_return connected;
}

Awaitable<Result<Connected>> Reconnector::connect_patiently(const Failure& loss, const ReconnectPolicy::End& end) {
    log_.debug(loss.cause, {.event = "early_not_taken", .host = link_.server(), .hint = loss.hint});
    connector_.warn_of_early();
    Result<Connected> connected = co_await connector_.attempt();
    if (!connected && retry_can_cure(connected.error().code)) co_return co_await reconnect(connected.error(), end);
    if (connected) policy_.connected(timer_.now());
    co_return connected;
}

/// Warns of a takeover: before MQTT 5, and with some servers after it, a server just hangs up when another client takes
/// the session over.
void Reconnector::warn_of_takeover() {
    const std::string& identifier = settings_.session.client_identifier;
    if (identifier.empty() || !policy_.looks_taken_over()) return;
    log_.warning(fmt::format("{} closed three connections soon after accepting them; perhaps another program uses the "
                             "client identifier '{}'",
                             link_.server(), escape(identifier)),
                 {.event = "short_connections",
                  .host = link_.server(),
                  .hint = "give each program its own client identifier with -i"});
}

/// Warns of something that closes idle connections, as proxies, load balancers and firewalls do without a word.
void Reconnector::warn_of_idle_cut() {
    const auto silence = policy_.idle_cut();
    if (!silence) return;
    const double seconds = std::chrono::duration<double>(*silence).count();
    const double shorter = std::max(shortest_keep_alive, std::floor(seconds * 3 / 4));
    log_.warning(
        fmt::format("{} closed two connections, each after {:.0f} s without traffic; perhaps a proxy on the way "
                    "closes idle connections",
                    link_.server(), seconds),
        {.event = "idle_cut",
         .host = link_.server(),
         .hint = fmt::format("shorten the Keep Alive with -k {:.0f}", shorter)});
}

void Reconnector::hurry() {
    policy_.hurry(timer_.now());
    hurried_.notify();
}

/// Tries again after a failed attempt, as long as the policy says. Tells each reason when it is new, not for each
/// attempt.
Awaitable<Result<Connected>> Reconnector::retry(Failure failure) {
    std::string told;
    for (;;) {
        const auto [step, at] = policy_.failed(timer_.now(), failure.code);
        gave_up_ = step;
        if (step == Step::not_wanted) co_return failure;
        warn_of_takeover();
        warn_of_idle_cut();
        if (step != Step::attempt) co_return failure;
        connector_.drop();
        if (failure.cause != told)
            log_.warning(failure.cause,
                         {.event = "retrying", .host = link_.server(), .hint = failure.hint, .next = "trying again"});
        told = failure.cause;
        if (const Result<> waited = co_await wait(at); !waited) co_return waited.error();
        Result<Connected> connected = co_await connector_.attempt();
        if (connected) co_return connected;
        failure = connected.error();
    }
}

/// Waits for the next attempt. The last one begins at the deadline, which hurry() may bring nearer.
Awaitable<Result<>> Reconnector::wait(Timer::Clock::time_point next) {
    if (policy_.unhurried()) {
        auto [winner, waited] = co_await async::race(timer_.until(next), hurried_.wait());
        if (!waited) co_return waited;
    }
    co_return co_await timer_.until(std::min(next, policy_.last_attempt()));
}

/// Says what the loss of the session means to the messages, if anything.
std::string Reconnector::consequence(const Connected& connected) const {
    const bool in_doubt = connected.session_in_doubt;
    if (connected.session_present && !in_doubt) return {};
    const std::string lost = fmt::format("; {}the broker did not keep the session, so", in_doubt ? "perhaps " : "");
    if (connected.repeated != 0)
        return fmt::format("{} up to {} may arrive twice", lost, count_of(connected.repeated, "QoS 2 message"));
    const bool promised = std::ranges::any_of(
        settings_.subscriptions, [](const auto& subscription) { return subscription.qos != wire::Qos::at_most_once; });
    if (!promised) return {};
    return fmt::format("{} messages published meanwhile {} lost", lost, in_doubt ? "may be" : "are");
}

}  // namespace mqtts::client
