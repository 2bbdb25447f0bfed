// SPDX-License-Identifier: Apache-2.0
#include "client/connector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "client/observer.hpp"
#include "client/refusal.hpp"
#include "client/retry.hpp"
#include "text/greeting.hpp"

namespace mqtts::client {

using session::Connected;

namespace {

double seconds(std::chrono::nanoseconds time) noexcept {
    return std::chrono::duration<double>(std::chrono::round<std::chrono::milliseconds>(time)).count();
}

}  // namespace

Connector::Connector(const Settings& settings, Link& link, session::Session& session, Authentication* authentication,
                     Timer& timer, const Log& log, std::function<void()> opened)
    : settings_(settings),
      link_(link),
      session_(session),
      authentication_(authentication),
      timer_(timer),
      log_(log),
      opened_(std::move(opened)) {}

Awaitable<Result<Connected>> Connector::attempt() {
    Result<Connected> connected = co_await attempt_in_turn();
    if (connected) connected_before_ = true;
    co_return connected;
}

/// Fails over from each endpoint that cannot be reached, or is out of service, to the next. They share the connect
/// timeout, so a silent endpoint leaves the others their part of it. If the proxy refuses the last endpoint, another
/// attempt may still cure the failure of an earlier one.
Awaitable<Result<Connected>> Connector::attempt_in_turn() {
    const auto started = timer_.now();
    const std::size_t count = settings_.endpoints.size();
    std::optional<Failure> failed;       // of those that were tried
    Errc curable = Errc::proxy_refused;  // one of their errors that another attempt may cure
    for (std::size_t i = 0;; ++i) {
        const auto deadline = started + settings_.patience.connect_timeout * (i + 1) / count;
        Result<Connected> connected = co_await attempt_at(settings_.endpoints[i], deadline - timer_.now());
        if (connected && failed) warn_of_failover(*failed);
        if (connected) co_return connected;
        const Failure& failure = connected.error();
        if (retry_can_cure(failure.code)) curable = failure.code;
        failed = failed ? combined(*std::move(failed), failure) : failure;
        if (i + 1 == count || !another_host_can_cure(failure.code)) {
            failed->code = failure.code == Errc::proxy_refused ? curable : failure.code;
            co_return *std::move(failed);
        }
        log_.debug(failure.cause, {.event = describe(failure.code).name, .host = link_.server(), .hint = failure.hint});
        drop();
    }
}

void Connector::warn_of_failover(const Failure& failed) const {
    log_.warning(failed.cause, {.event = "failed_over",
                                .host = link_.server(),
                                .hint = failed.hint,
                                .next = fmt::format("connected to {}", link_.server())});
}

Awaitable<Result<Connected>> Connector::attempt_at(const net::Endpoint& endpoint, Clock::duration limit) {
    std::optional<Result<Connected>> connected;
    auto connecting = [&]() -> Awaitable<Result<>> {
        connected = co_await attempt_explained(endpoint, limit);
        co_return Result<>();
    };
    const async::RaceOutcome outcome = co_await async::race(connecting(), timer_.until(timer_.now() + limit));
    if (outcome.winner == 0) co_return std::move(*connected);
    const std::string phase(link_.phase());
    silent_ = link_.is_open();
    const std::string_view heard = session_.input().readable();
    const bool foreign = silent_ && tongue(heard) == Tongue::other;  // though it did not come to an end
    Failure failure = foreign ? not_mqtt(link_.server(), heard)
                              : Failure(Errc::connect_timeout, fmt::format("no answer from {} within {:g} s (while {})",
                                                                           link_.server(), seconds(limit), phase));
    if (silent_ && heard_nothing()) failure = silent_on(what_was_sent(), failure);
    if (!silent_) failure = silent_in(phase, failure);
    link_.drop();
    co_return failure;
}

Awaitable<Result<Connected>> Connector::attempt_explained(const net::Endpoint& endpoint, Clock::duration limit) {
    Result<Connected> connected = co_await attempt_with_fallback(endpoint, limit);
    if (connected || !hung_up(connected.error().code)) co_return connected;
    co_return hung_up_on(what_was_sent(), link_.server(), connected.error());
}

Awaitable<Result<Connected>> Connector::attempt_with_fallback(const net::Endpoint& endpoint, Clock::duration limit) {
    const auto started = timer_.now();
    // A server that wants 3.1.1 says nothing about another one, or about itself after a restart.
    if (!connected_before_) session_.set_version(settings_.session.version);
    const auto silent_until = can_fall_back() ? started + limit * 3 / 4 : Clock::time_point::max();
    Result<Connected> connected = co_await attempt_early(endpoint, started + limit / 2, silent_until);
    if (connected || !can_fall_back() || !is_other_version(connected.error().code)) co_return connected;
    log_.debug(connected.error().cause, {.event = "version_fallback",
                                         .host = link_.server(),
                                         .hint = connected.error().hint,
                                         .next = "trying MQTT 3.1.1"});
    drop();
    session_.set_version(wire::ProtocolVersion::v311);
    co_return co_await attempt_once(endpoint, Clock::time_point::max());
}

namespace {

/// Tells whether a server that cannot handle a packet before its CONNACK may end the connection like this.
bool perhaps_too_early(Errc error) noexcept {
    return hung_up(error) || exit_status(error) == exit_status(Errc::protocol_error) || error == Errc::refused ||
           error == Errc::disconnected;
}

}  // namespace

/// Makes one attempt, perhaps with early packets; if the server may have failed because of them, makes a second one
/// without.
Awaitable<Result<Connected>> Connector::attempt_early(const net::Endpoint& endpoint, Clock::time_point early_until,
                                                      Clock::time_point silent_until) {
    const bool before = session_.early().was_sent();
    const bool may_be_early = settings_.session.early && !before;
    Result<Connected> connected = co_await attempt_once(endpoint, may_be_early ? early_until : silent_until);
    const bool too_early =
        !connected && session_.early().was_sent() != before && (silent_ || perhaps_too_early(connected.error().code));
    // A password that may be wrong is tried once for each version: the attempt in 3.1.1 sends nothing early.
    if (too_early && has_credentials() && can_fall_back() && is_other_version(connected.error().code))
        co_return connected;
    if (!too_early) co_return connected;
    log_.debug(connected.error().cause,
               {.event = "early_not_taken", .host = link_.server(), .hint = connected.error().hint});
    warn_of_early();
    drop();
    co_return co_await attempt_once(endpoint, silent_until);
}

void Connector::warn_of_early() const {
    const bool message = session_.unfinished() != 0;
    log_.warning(fmt::format("{} does not accept --early; {}", link_.server(),
                             message ? "sending the message again after CONNACK, so it may arrive twice"
                                     : "subscribing again after CONNACK"),
                 {.event = "early_not_taken", .host = link_.server()});
}

bool Connector::can_fall_back() const noexcept {
    return !settings_.version_pinned && !connected_before_ && session_.settings().version == wire::ProtocolVersion::v5;
}

/// Tells whether the server may be older than MQTT 5: it says so in CONNACK, or hangs up, or does not answer.
bool Connector::is_other_version(Errc error) const noexcept {
    return error == Errc::unsupported_version || (asked_ && hung_up(error)) || silent_;
}

Failure Connector::explain_silence(Failure timeout) const {
    constexpr std::chrono::milliseconds soon{500};  // -W 1 is common
    const bool waits = asked_ && link_.is_open() && !session_.connected();
    const bool is_silent = waits && heard_nothing() && timer_.now() - asked_at_ >= soon;
    return is_silent ? silent_on(what_was_sent(), std::move(timeout)) : timeout;
}

/// Tells whether the server has said nothing yet, not even a part of a challenge.
bool Connector::heard_nothing() const noexcept {
    return session_.input().readable().empty() && session_.packets() == heard_before_;
}

bool Connector::has_credentials() const noexcept {
    return settings_.session.user_name || settings_.session.password || authentication_ != nullptr;
}

Unanswered Connector::what_was_sent() const {
    Unanswered sent{.credentials = has_credentials(),
                    .will = settings_.session.will.has_value(),
                    .accepted_before = connected_before_,
                    .certificate = link_.certificate_advice()};
    for (const net::Endpoint& endpoint : settings_.endpoints)
        sent.websocket = sent.websocket || endpoint.websocket;
    const bool may_be_older = settings_.version_pinned && session_.settings().version == wire::ProtocolVersion::v5;
    if (may_be_older && !settings_.needs_version_5.empty())
        sent.version =
            fmt::format("leave out {}, which needs MQTT 5, if it speaks only MQTT 3.1.1", settings_.needs_version_5);
    else if (may_be_older)
        sent.version = "try -V 311";
    return sent;
}

/// Refuses the server instead of giving up what only MQTT 5 has.
Failure Connector::missing_version(Failure failure) const {
    if (settings_.needs_version_5.empty() || connected_before_) return failure;
    if (failure.code == Errc::unsupported_version)
        return {failure.code,
                fmt::format("{} does not speak MQTT 5, which {} needs", link_.server(), settings_.needs_version_5),
                fmt::format("leave out {}", settings_.needs_version_5)};
    const bool asked = session_.packets() != heard_before_;  // AUTH is of MQTT 5
    const bool answered = asked || (!silent_ && (!hung_up(failure.code) || is_about_certificate(failure.code)));
    if (!answered) failure.code = Errc::unsupported_version;
    return failure;
}

Awaitable<Result<Connected>> Connector::attempt_once(const net::Endpoint& endpoint, Clock::time_point silent_until) {
    asked_ = silent_ = false;
    const auto started = timer_.now();
    const Result<> opened = co_await link_.open(endpoint, settings_.route);
    if (!opened) co_return opened.error();
    asked_ = true;
    // If it took this long to connect, there is no time for a second attempt.
    const auto opened_at = asked_at_ = timer_.now();
    heard_before_ = session_.packets();
    if (silent_until - opened_at < opened_at - started) silent_until = Clock::time_point::max();
    const Secret first_data = authentication_ != nullptr ? authentication_->begin() : Secret();
    session_.connection_opened(timer_.now(), first_data.view());
    opened_();
    if (session_.can_send_early()) co_await async::yield();  // to the coroutines that opened() has woken
    co_return co_await await_connack(silent_until);
}

namespace {

/// Tells whether the answer to CONNECT does not even begin with a packet that may answer it: a broker that gets its
/// answer wrong begins with one of these.
bool is_no_packet(const session::Event& event) noexcept {
    const auto* broken = std::get_if<session::ProtocolBroken>(&event);
    return broken != nullptr && broken->error == Errc::malformed_packet && broken->type != wire::PacketType::connack &&
           broken->type != wire::PacketType::disconnect && broken->type != wire::PacketType::auth;
}

}  // namespace

/// Sends the output, and waits until the answer can be told from other protocols.
Awaitable<Result<Connected>> Connector::await_connack(Clock::time_point silent_until) {
    bool answered = false;  // a challenge, behind which the input may hold more
    for (;;) {
        const Result<Status> sent = link_.send(session_.output(), session_.settings().version, Link::Send::all);
        if (!sent) co_return sent.error();
        if (*sent == Status::would_block) {
            co_await link_.writable();
            continue;
        }
        Result<> received;
        if (!std::exchange(answered, false)) received = co_await await_answer(silent_until);
        const std::string_view answer = session_.input().readable();
        const Tongue spoken = tongue(answer);
        const bool over = !received && (silent_ || hung_up(received.error().code));
        if (spoken == Tongue::other && (is_telling(answer) || over)) co_return refuse_tongue(answer);
        if (!received) co_return received.error();
        if (spoken != Tongue::mqtt) continue;
        const std::string first_bytes(answer.substr(0, longest_greeting));
        const auto event = session_.next_event();
        if (!event) continue;
        if (is_no_packet(*event)) co_return refuse_tongue(first_bytes);
        const auto* challenged = std::get_if<session::Challenged>(event);
        if (challenged == nullptr) co_return answer_to(*event);
        if (const Result<> made = co_await authentication_->answer(challenged->data); !made) co_return made.error();
        answered = true;
    }
}

/// Gives up a server of another protocol: no other version is tried, and no goodbye is sent.
Failure Connector::refuse_tongue(std::string_view first_bytes) {
    silent_ = false;
    link_.give_up();
    return not_mqtt(link_.server(), first_bytes);
}

Awaitable<Result<>> Connector::await_answer(Clock::time_point silent_until) {
    const auto version = session_.settings().version;
    if (silent_until == Clock::time_point::max()) co_return co_await link_.receive(session_.input(), version);
    auto [winner, result] = co_await async::race(link_.receive(session_.input(), version), timer_.until(silent_until));
    if (winner == 0) co_return result;
    silent_ = true;
    co_return Failure(Errc::connect_timeout, fmt::format("{} does not answer CONNECT", link_.server()));
}

/// Makes a result of the event. A session has no other events before it is connected.
Result<Connected> Connector::answer_to(const session::Event& event) {
    if (const auto* connected = std::get_if<Connected>(&event)) return accepted(*connected);
    if (const auto* refused = std::get_if<session::ConnectionRefused>(&event)) {
        Failure failure =
            connection_refused(link_.server(), refused->reason_code, refused->properties, link_.certificate_advice());
        const bool is_stranger = failure.code == Errc::bad_credentials || failure.code == Errc::not_authorized;
        if (is_stranger && !settings_.authentication.data_file.empty())
            failure.hint = or_else("check the file of --auth-data-file", failure.hint);
        return failure;
    }
    if (const auto* ended = std::get_if<session::Disconnected>(&event)) {
        if (session_.settings().version != wire::ProtocolVersion::v5)
            return Failure(Errc::connection_lost, fmt::format("{} ended the connection", link_.server()));
        return disconnected(link_.server(), ended->reason_code, ended->properties);
    }
    const auto& broken = std::get<session::ProtocolBroken>(event);
    return protocol_broken(link_.server(), broken.error, broken.type);
}

/// Believes the server only after it has proved what the authentication method lets it prove.
Result<Connected> Connector::accepted(Connected connected) {
    const std::string_view proof = std::exchange(connected.authentication_data, {});
    if (authentication_ != nullptr) {
        if (const Result<> proved = authentication_->conclude(proof); !proved) {
            given_up_ = connected.given_up;
            return proved.error();
        }
    }
    if (settings_.observer != nullptr) settings_.observer->connected(connected, session_);
    return connected;
}

void Connector::drop() noexcept {
    link_.drop();
    session_.connection_lost();
}

}  // namespace mqtts::client
