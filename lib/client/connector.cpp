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

namespace mqtts::client {

using session::Connected;
using transport::Status;

Connector::Connector(const boost::asio::any_io_executor& executor, const Settings& settings, Connection& connection,
                     session::Session& session, const Log& log, std::function<void()> opened)
    : settings_(settings),
      connection_(connection),
      session_(session),
      log_(log),
      opened_(std::move(opened)),
      backoff_(settings.backoff, entropy()()),
      hurried_(executor) {}

Awaitable<Result<Connected>> Connector::connect() {
    const auto started = Clock::now();
    Result<Connected> connected = co_await attempt();
    if (!connected) connected = co_await retry(connected.error(), started + settings_.retry_connect);
    connected_before_ = connected.has_value();
    connected_at_ = Clock::now();
    co_return connected;
}

Awaitable<Result<Connected>> Connector::reconnect(Failure loss) {
    const auto now = Clock::now();
    if (!lost_ || session_.served()) lost_ = now;
    if (session_.served() && (server_tells_takeover() || now - connected_at_ > settings_.backoff.longest)) {
        backoff_.reset();
    }
    if (settings_.reconnect.count() == 0 && !unhurried_) co_return loss;
    Result<Connected> connected = co_await retry(std::move(loss), *lost_ + settings_.reconnect);
    if (connected) {
        connected_at_ = Clock::now();
        log_.warning(fmt::format("connected to {} again{}", connection_.server(), consequence(*connected)),
                     {.event = "reconnected", .host = connection_.server()});
    } else if (retry_can_cure(connected.error().code)) {
        co_return Failure(
            Errc::connection_lost,
            fmt::format("{}; given up after {:g} s without a connection that lasted", connected.error().what,
                        std::chrono::duration<double>(settings_.reconnect).count()));
    }
    co_return connected;
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
        const auto next = now + backoff_.next();
        if (unhurried_) co_await race(until(next), hurried_.wait());
        co_await until(std::min<Clock::time_point>(next, end()));
        Result<Connected> connected = co_await attempt();
        if (connected) co_return connected;
        failure = connected.error();
    }
    co_return failure;
}

/// Before MQTT 5 a server just hangs up when another client takes the session over. Two of the same name must not throw
/// each other out as fast as they can.
bool Connector::server_tells_takeover() const noexcept {
    return session_.settings().version == wire::ProtocolVersion::v5 || settings_.session.client_identifier.empty();
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

Awaitable<Result<Connected>> Connector::attempt_at(const transport::Endpoint& endpoint, Clock::duration limit) {
    std::optional<Result<Connected>> connected;
    auto connecting = [&]() -> Awaitable<Result<>> {
        connected = co_await attempt_with_fallback(endpoint);
        co_return Result<>();
    };
    const RaceOutcome outcome = co_await race(connecting(), until(Clock::now() + limit));
    if (outcome.winner == 0) co_return std::move(*connected);
    const std::string phase(connection_.phase());
    connection_.drop();
    const auto seconds = std::chrono::duration<double>(std::chrono::round<std::chrono::milliseconds>(limit)).count();
    co_return Failure(Errc::connect_timeout,
                      fmt::format("no answer from {} within {:g} s (while {})", connection_.server(), seconds, phase));
}

Awaitable<Result<Connected>> Connector::attempt_with_fallback(const transport::Endpoint& endpoint) {
    // That one server wants 3.1.1 says nothing about another, or about the same one once it has started.
    if (!connected_before_) session_.set_version(settings_.session.version);
    Result<Connected> connected = co_await attempt_patiently(endpoint);
    if (connected || !should_fall_back(connected.error().code)) co_return connected;
    log_.debug(fmt::format("{}; trying MQTT 3.1.1", connected.error().what),
               {.event = "version_fallback", .host = connection_.server()});
    drop();
    session_.set_version(wire::ProtocolVersion::v311);
    co_return co_await attempt_once(endpoint);
}

namespace {

bool hung_up(Errc error) noexcept {
    return error == Errc::connection_lost || error == Errc::connection_truncated;
}

}  // namespace

/// A server that cannot bear a packet before its CONNACK gets another chance, without.
Awaitable<Result<Connected>> Connector::attempt_patiently(const transport::Endpoint& endpoint) {
    const bool before = session_.sent_early();
    Result<Connected> connected = co_await attempt_once(endpoint);
    if (connected || !hung_up(connected.error().code) || session_.sent_early() == before) co_return connected;
    log_.debug(fmt::format("{}; trying again, and waiting for CONNACK", connected.error().what),
               {.event = "retrying", .host = connection_.server()});
    drop();
    co_return co_await attempt_once(endpoint);
}

/// A server older than MQTT 5 says so in CONNACK, or just hangs up.
bool Connector::should_fall_back(Errc error) const noexcept {
    if (settings_.version_pinned || connected_before_) return false;
    if (session_.settings().version != wire::ProtocolVersion::v5) return false;
    return error == Errc::unsupported_version || hung_up(error);
}

Awaitable<Result<Connected>> Connector::attempt_once(const transport::Endpoint& endpoint) {
    const Result<> opened = co_await connection_.open(endpoint, settings_.route);
    if (settings_.observer != nullptr) settings_.observer->opened(connection_);
    if (!opened) co_return opened.error();
    session_.connection_opened(Clock::now());
    opened_();
    if (session_.can_send_early()) co_await yield();  // to whom opened() has woken
    const wire::ProtocolVersion version = session_.settings().version;
    for (;;) {
        const Result<Status> sent = connection_.send(session_.output(), version);
        if (!sent) co_return sent.error();
        if (*sent == Status::would_block) {
            co_await connection_.writable();
            continue;
        }
        Result<> received = co_await connection_.receive(session_.input(), version);
        if (!received) co_return received.error();
        if (const auto event = session_.next_event()) co_return answer(*event);
    }
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
    const auto& broken = std::get<session::ProtocolBroken>(event);
    return protocol_broken(connection_.server(), broken.error, broken.type);
}

void Connector::drop() noexcept {
    connection_.drop();
    session_.connection_lost();
}

}  // namespace mqtts::client
