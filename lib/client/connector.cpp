// SPDX-License-Identifier: Apache-2.0
#include "client/connector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "base/entropy.hpp"
#include "client/observer.hpp"
#include "client/refusal.hpp"
#include "client/statistics.hpp"
#include "text/escape.hpp"

namespace mqtts::client {

using session::Connected;

namespace {

double seconds(std::chrono::nanoseconds time) noexcept {
    return std::chrono::duration<double>(std::chrono::round<std::chrono::milliseconds>(time)).count();
}

}  // namespace

Connector::Connector(const boost::asio::any_io_executor& executor, const Settings& settings, Connection& connection,
                     session::Session& session, const Log& log, std::function<void()> opened)
    : settings_(settings),
      connection_(connection),
      session_(session),
      log_(log),
      opened_(std::move(opened)),
      policy_(settings.backoff, entropy()()),
      hurried_(executor) {}

Awaitable<Result<Connected>> Connector::connect() {
    const auto started = Clock::now();
    Result<Connected> connected = co_await attempt();
    if (!connected) connected = co_await retry(connected.error(), started + settings_.retry_connect);
    if (!connected) co_return missing_version(connected.error());
    connected_before_ = true;
    policy_.connected(Clock::now());
    co_return connected;
}

Awaitable<Result<Connected>> Connector::reconnect(Failure loss, const ReconnectPolicy::End& end) {
    policy_.ended(Clock::now(), end);
    if (settings_.reconnect.count() == 0 && !unhurried_) co_return loss;
    warn_of_takeover();
    Result<Connected> connected = co_await retry(std::move(loss), policy_.without_since() + settings_.reconnect);
    if (connected) {
        policy_.connected(Clock::now());
        log_.warning(fmt::format("connected to {} again{}", connection_.server(), consequence(*connected)),
                     {.event = "reconnected", .host = connection_.server()});
    } else if (retry_can_cure(connected.error().code)) {
        co_return Failure(Errc::connection_lost,
                          fmt::format("{}; given up after {:g} s without a connection that lasted",
                                      connected.error().what, seconds(settings_.reconnect)));
    }
    co_return connected;
}

Awaitable<Result<Connected>> Connector::connect_patiently(const Failure& loss, const ReconnectPolicy::End& end) {
    log_.debug(loss.what, {.event = "early_not_taken", .host = connection_.server()});
    warn_of_early();
    Result<Connected> connected = co_await attempt();
    if (!connected && retry_can_cure(connected.error().code)) co_return co_await reconnect(connected.error(), end);
    if (connected) policy_.connected(Clock::now());
    co_return connected;
}

/// Before MQTT 5, and with some servers after it, a server just hangs up when another client takes the session over.
void Connector::warn_of_takeover() {
    const std::string& identifier = settings_.session.client_identifier;
    if (identifier.empty() || !policy_.looks_taken_over()) return;
    log_.warning(fmt::format("{} closed three connections soon after it had accepted them: perhaps another program "
                             "uses the client identifier '{}': give each program its own with -i",
                             connection_.server(), escape(identifier)),
                 {.event = "short_connections", .host = connection_.server()});
}

void Connector::hurry() {
    unhurried_ = false;
    earliest_end_ = Clock::now() + settings_.reconnect;
    hurried_.notify();
}

/// Attempts after one that failed, while another can cure it; the last one begins at the deadline. Each reason is told
/// when it is new, not for each attempt.
Awaitable<Result<Connected>> Connector::retry(Failure failure, Clock::time_point deadline) {
    std::string told;
    const auto end = [&] {
        return unhurried_ ? Clock::time_point::max() : std::max<Clock::time_point>(deadline, earliest_end_);
    };
    for (auto now = Clock::now(); retry_can_cure(failure.code) && now < end(); now = Clock::now()) {
        drop();
        if (failure.what != told)
            log_.warning(fmt::format("{}; trying again", failure.what),
                         {.event = "retrying", .host = connection_.server()});
        told = failure.what;
        const auto next = now + policy_.next_wait();
        if (unhurried_) co_await async::race(async::until(next), hurried_.wait());
        co_await async::until(std::min<Clock::time_point>(next, end()));
        Result<Connected> connected = co_await attempt();
        if (connected) co_return connected;
        failure = connected.error();
    }
    co_return failure;
}

/// What the loss of the session means to the messages, if anything.
std::string Connector::consequence(const Connected& connected) const {
    if (connected.session_present) return {};
    if (connected.repeated != 0) {
        return fmt::format(", without its session: up to {} of QoS 2 may arrive twice",
                           count_of(connected.repeated, "message"));
    }
    const bool promised = std::ranges::any_of(
        settings_.subscriptions, [](const auto& subscription) { return subscription.qos != wire::Qos::at_most_once; });
    return promised ? ", without its session: what was published meanwhile is missed" : "";
}

/// Fails over from each endpoint that cannot be reached, or is out of service, to the next. They share the connect
/// timeout, so that a silent one leaves the others their part of it.
Awaitable<Result<Connected>> Connector::attempt() {
    const auto started = Clock::now();
    const std::size_t count = settings_.endpoints.size();
    std::string before;  // why the earlier ones failed
    for (std::size_t i = 0;; ++i) {
        const auto deadline = started + settings_.connect_timeout * (i + 1) / count;
        Result<Connected> connected = co_await attempt_at(settings_.endpoints[i], deadline - Clock::now());
        if (connected && i != 0)
            log_.warning(fmt::format("{}connected to {}", before, connection_.server()),
                         {.event = "failed_over", .host = connection_.server()});
        if (connected) co_return connected;
        const Failure& failure = connected.error();
        if (i + 1 == count || !retry_can_cure(failure.code)) co_return Failure(failure.code, before + failure.what);
        log_.debug(failure.what, {.event = describe(failure.code).name, .host = connection_.server()});
        before += failure.what + "; ";
        drop();
    }
}

Awaitable<Result<Connected>> Connector::attempt_at(const net::Endpoint& endpoint, Clock::duration limit) {
    std::optional<Result<Connected>> connected;
    auto connecting = [&]() -> Awaitable<Result<>> {
        connected = co_await attempt_with_fallback(endpoint, limit);
        co_return Result<>();
    };
    const async::RaceOutcome outcome = co_await async::race(connecting(), async::until(Clock::now() + limit));
    if (outcome.winner == 0) co_return std::move(*connected);
    const std::string phase(connection_.phase());
    silent_ = connection_.is_open();
    const std::string causes = silent_ ? possible_causes() : "";
    connection_.drop();
    co_return Failure(Errc::connect_timeout, fmt::format("no answer from {} within {:g} s (while {}){}",
                                                         connection_.server(), seconds(limit), phase, causes));
}

Awaitable<Result<Connected>> Connector::attempt_with_fallback(const net::Endpoint& endpoint, Clock::duration limit) {
    const auto started = Clock::now();
    // That one server wants 3.1.1 says nothing about another, or about the same one once it has started.
    if (!connected_before_) session_.set_version(settings_.session.version);
    const auto silent_until = can_fall_back() ? started + limit * 3 / 4 : Clock::time_point::max();
    Result<Connected> connected = co_await attempt_early(endpoint, started + limit / 2, silent_until);
    if (connected || !can_fall_back() || !is_other_version(connected.error().code)) co_return connected;
    log_.debug(fmt::format("{}; trying MQTT 3.1.1", connected.error().what),
               {.event = "version_fallback", .host = connection_.server()});
    drop();
    session_.set_version(wire::ProtocolVersion::v311);
    co_return co_await attempt_once(endpoint, Clock::time_point::max());
}

namespace {

/// May a server that cannot bear a packet before its CONNACK end like this?
bool perhaps_too_early(Errc error) noexcept {
    return hung_up(error) || exit_status(error) == exit_status(Errc::protocol_error) || error == Errc::refused ||
           error == Errc::disconnected;
}

}  // namespace

/// With something sent early, perhaps: then the server has another chance, without.
Awaitable<Result<Connected>> Connector::attempt_early(const net::Endpoint& endpoint, Clock::time_point early_until,
                                                      Clock::time_point silent_until) {
    const bool before = session_.sent_early();
    const bool may_be_early = settings_.session.early && !before;
    Result<Connected> connected = co_await attempt_once(endpoint, may_be_early ? early_until : silent_until);
    const bool too_early =
        !connected && session_.sent_early() != before && (silent_ || perhaps_too_early(connected.error().code));
    // A password that may be wrong is tried once for each version: 3.1.1 is the patient attempt.
    if (too_early && has_credentials() && can_fall_back() && is_other_version(connected.error().code))
        co_return connected;
    if (!too_early) co_return connected;
    log_.debug(connected.error().what, {.event = "early_not_taken", .host = connection_.server()});
    warn_of_early();
    drop();
    co_return co_await attempt_once(endpoint, silent_until);
}

void Connector::warn_of_early() const {
    const bool message = session_.unfinished() != 0;
    log_.warning(fmt::format("{} does not take --early: {}", connection_.server(),
                             message ? "the message is sent again after CONNACK, and may arrive twice"
                                     : "subscribing again after CONNACK"),
                 {.event = "early_not_taken", .host = connection_.server()});
}

bool Connector::can_fall_back() const noexcept {
    return !settings_.version_pinned && !connected_before_ && session_.settings().version == wire::ProtocolVersion::v5;
}

/// A server older than MQTT 5 says so in CONNACK, or hangs up, or says nothing at all.
bool Connector::is_other_version(Errc error) const noexcept {
    return error == Errc::unsupported_version || hung_up(error) || silent_;
}

bool Connector::has_credentials() const noexcept {
    return settings_.session.user_name || settings_.session.password;
}

/// Of a server that does not answer CONNECT, or hangs up: a colon and cures, or nothing.
std::string Connector::possible_causes() const {
    const bool may_be_older = settings_.version_pinned && session_.settings().version == wire::ProtocolVersion::v5;
    std::string causes;
    if (has_credentials()) causes = "check --username and --pw";
    if (may_be_older && !settings_.needs_version_5.empty())
        causes += fmt::format("{}perhaps it speaks only MQTT 3.1.1, and {} needs MQTT 5", causes.empty() ? "" : ", or ",
                              settings_.needs_version_5);
    else if (may_be_older)
        causes += fmt::format("{}try -V 311", causes.empty() ? "" : ", or ");
    return connected_before_ || causes.empty() ? "" : ": " + causes;
}

/// What cannot be had without MQTT 5 is not given up: the server is refused instead.
Failure Connector::missing_version(Failure failure) const {
    if (settings_.needs_version_5.empty() || connected_before_) return failure;
    if (failure.code == Errc::unsupported_version)
        return {failure.code, fmt::format("{} does not speak MQTT 5, and {} needs it", connection_.server(),
                                          settings_.needs_version_5)};
    const bool answered = !silent_ && !hung_up(failure.code);
    return answered ? failure : Failure(Errc::unsupported_version, failure.what);
}

Awaitable<Result<Connected>> Connector::attempt_once(const net::Endpoint& endpoint, Clock::time_point silent_until) {
    silent_ = false;
    const auto started = Clock::now();
    const Result<> opened = co_await connection_.open(endpoint, settings_.route);
    if (settings_.observer != nullptr) settings_.observer->opened(connection_);
    if (!opened) co_return opened.error();
    // Where it took this long to get here, there is no time for another attempt.
    const auto opened_at = Clock::now();
    if (silent_until - opened_at < opened_at - started) silent_until = Clock::time_point::max();
    session_.connection_opened(Clock::now());
    opened_();
    if (session_.can_send_early()) co_await async::yield();  // to whom opened() has woken
    const wire::ProtocolVersion version = session_.settings().version;
    for (;;) {
        const Result<Status> sent = connection_.send(session_.output(), version);
        if (!sent) co_return sent.error();
        if (*sent == Status::would_block) {
            co_await connection_.writable();
            continue;
        }
        Result<> received = co_await await_answer(silent_until);
        if (!received && hung_up(received.error().code))
            co_return Failure(received.error().code,
                              fmt::format("{} before CONNACK{}", received.error().what, possible_causes()));
        if (!received) co_return received.error();
        if (const auto event = session_.next_event()) co_return answer(*event);
    }
}

Awaitable<Result<>> Connector::await_answer(Clock::time_point silent_until) {
    const auto version = session_.settings().version;
    if (silent_until == Clock::time_point::max()) co_return co_await connection_.receive(session_.input(), version);
    auto [winner, result] =
        co_await async::race(connection_.receive(session_.input(), version), async::until(silent_until));
    if (winner == 0) co_return result;
    silent_ = true;
    co_return Failure(Errc::connect_timeout, fmt::format("{} does not answer CONNECT", connection_.server()));
}

/// Before it is connected, a session has no other events.
Result<Connected> Connector::answer(const session::Event& event) const {
    if (const auto* connected = std::get_if<Connected>(&event)) {
        if (settings_.observer != nullptr) settings_.observer->connected(*connected, session_);
        return *connected;
    }
    if (const auto* refused = std::get_if<session::ConnectionRefused>(&event)) {
        return connection_refused(connection_.server(), refused->reason_code, refused->properties);
    }
    if (const auto* ended = std::get_if<session::Disconnected>(&event)) {
        if (session_.settings().version != wire::ProtocolVersion::v5)
            return Failure(Errc::connection_lost, fmt::format("{} ended the connection before CONNACK{}",
                                                              connection_.server(), possible_causes()));
        return disconnected(connection_.server(), ended->reason_code, ended->properties);
    }
    const auto& broken = std::get<session::ProtocolBroken>(event);
    return protocol_broken(connection_.server(), broken.error, broken.type);
}

void Connector::drop() noexcept {
    connection_.drop();
    session_.connection_lost();
}

}  // namespace mqtts::client
