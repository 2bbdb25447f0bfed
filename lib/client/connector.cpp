#include "client/connector.hpp"

#include <fmt/format.h>

#include <optional>
#include <random>
#include <utility>
#include <variant>

#include "client/refusal.hpp"

namespace mqtts::client {

using session::Connected;
using transport::Status;

Connector::Connector(const Settings& settings, Connection& connection, session::Session& session, const Log& log)
    : settings_(settings), connection_(connection), session_(session), log_(log), backoff_(std::random_device{}()) {}

Awaitable<Result<Connected>> Connector::connect() {
    Result<Connected> connected = co_await attempt();
    connected_before_ = connected.has_value();
    co_return connected;
}

Awaitable<Result<Connected>> Connector::reconnect(Failure loss) {
    const auto lost = Clock::now();
    for (;;) {
        const auto again = Clock::now() + backoff_.next();
        if (again - lost > settings_.reconnect) co_return loss;
        log_.warning(fmt::format("{}; trying again", loss.what));
        co_await until(again);
        Result<Connected> connected = co_await attempt();
        if (connected) {
            log_.warning(fmt::format("connected to {} again", connection_.server()));
            backoff_.reset();
            co_return connected;
        }
        if (!retry_can_cure(connected.error().code)) co_return connected;
        drop();
        loss = connected.error();
    }
}

Awaitable<Result<Connected>> Connector::attempt() {
    std::optional<Result<Connected>> connected;
    auto connecting = [&]() -> Awaitable<Result<>> {
        connected = co_await attempt_with_fallback();
        co_return Result<>();
    };
    const RaceOutcome outcome = co_await race(connecting(), until(Clock::now() + settings_.connect_timeout));
    if (outcome.winner == 0) co_return std::move(*connected);
    const std::string phase(connection_.phase());
    connection_.drop();
    co_return Failure(Errc::connect_timeout,
                      fmt::format("no answer from {} within {:g} s (while {})", connection_.server(),
                                  std::chrono::duration<double>(settings_.connect_timeout).count(), phase));
}

Awaitable<Result<Connected>> Connector::attempt_with_fallback() {
    Result<Connected> connected = co_await attempt_once();
    if (connected || !should_fall_back(connected.error().code)) co_return connected;
    log_.debug(fmt::format("{}; trying MQTT 3.1.1", connected.error().what));
    drop();
    session_.set_version(wire::ProtocolVersion::v311);
    co_return co_await attempt_once();
}

/// A server older than MQTT 5 says so in CONNACK, or just hangs up.
bool Connector::should_fall_back(Errc error) const noexcept {
    if (settings_.version_pinned || connected_before_) return false;
    if (session_.settings().version != wire::ProtocolVersion::v5) return false;
    return error == Errc::unsupported_version || error == Errc::connection_lost || error == Errc::connection_truncated;
}

Awaitable<Result<Connected>> Connector::attempt_once() {
    if (Result<> opened = co_await connection_.open(); !opened) co_return opened.error();
    session_.connection_opened(Clock::now());
    const wire::ProtocolVersion version = session_.settings().version;
    for (;;) {
        if (connection_.send(session_.output(), version) == Status::would_block) {
            co_await connection_.writable();
            continue;
        }
        Result<> received = co_await connection_.receive(session_.input(), version);
        if (!received) co_return received.error();
        if (const auto event = session_.next_event()) co_return answer(*event);
        co_await yield();  // a server that sends without end must not keep the connect timeout from running
    }
}

/// Before it is connected, a session has no other events.
Result<Connected> Connector::answer(const session::Event& event) const {
    if (const auto* connected = std::get_if<Connected>(&event)) return *connected;
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
