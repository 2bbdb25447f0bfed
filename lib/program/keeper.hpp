// SPDX-License-Identifier: Apache-2.0
// Keeps the connection of a first call for later calls: --share.
//
//   caller ──► identity, publish ──► waits in a queue ──► taken ──► published ──► acknowledged, or refused ──► done
//
// It publishes with the client of the first call, driven by what comes through a socket instead of standard input. Each
// caller has one message here at a time, and all take turns. `taken` leaves before a byte of the message can: a caller
// that loses its keeper before that may publish by itself.
//
// It knows no socket: a KeeperDoor lets callers in, each at the other end of a CallerLink, and time passes as a Timer
// says.
//
// The end: nobody has called for some time, somebody asks for it, a signal, a date on which a new connection would be
// refused, or the connection is lost. Then no more callers are taken, and the messages that are on their way are
// finished, over another connection if there must be one. A session that is lost with a message of QoS 2 ends
// everything at once: nobody can know then whether the message has arrived.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/notification.hpp"
#include "client/client.hpp"
#include "client/timer.hpp"
#include "log/log.hpp"
#include "os/secret_bytes.hpp"
#include "program/keeper_caller.hpp"
#include "program/usable_time.hpp"
#include "share/identity.hpp"

namespace mqtts::program {

struct KeeperSettings {
    std::chrono::milliseconds idle;  // how long it waits for the next call
    /// When a new connection would be refused, see tls/lifetime.hpp.
    std::optional<std::chrono::system_clock::time_point> usable_until;
    /// What each caller would be told about the certificates, ours and the server's.
    struct Warning {
        std::string text;
        std::string event;
    };
    std::vector<Warning> warnings;
};

class Keeper final : public LogSink {
public:
    /// Takes over the client, which must have nothing in flight. It and the timer must outlive the keeper.
    /// `close_door`: called once, when no more callers are taken.
    Keeper(const boost::asio::any_io_executor& executor, client::Client& client, client::Timer& timer,
           share::Identity identity, KeeperSettings settings, std::function<void()> close_door);

    /// Serves callers. It never ends by itself: it ends the work of the client, and is cancelled when the client's
    /// run() ends.
    Awaitable<Result<>> run();
    /// Takes a caller. Precondition: the door is open.
    void greet(std::unique_ptr<CallerLink> link);
    /// Ends as a signal wants it: what is on its way has the time of Client::finish_soon().
    void terminate();
    /// Tells those who still wait for a result how the client's run() has ended.
    void conclude(const Result<>& ended);

    // For the client's log.
    [[nodiscard]] bool wants_debug() const noexcept override;
    void warning(std::string_view text, const LogNote& note) override;
    void debug(std::string_view text, const LogNote& note) override;

private:
    using Caller = std::shared_ptr<KeeperCaller>;
    using Clock = client::Timer::Clock;

    /// A message between `taken` and `done`.
    struct OnItsWay {
        Caller caller;
        std::uint64_t ordinal = 0;  // of QoS 0: which one it is
        std::uint64_t reconnects_before = 0;
    };
    using Ticket = std::map<std::uint64_t, OnItsWay>::iterator;

    // Callers
    Awaitable<Result<>> serve_loop();
    void serve(const Caller& caller);
    void answer(const Caller& caller);
    void take(const Caller& caller, const share::Publish& publish);
    void refuse(const Caller& caller, share::Refusal reason);
    void await(const Caller& caller);
    void drop(const Caller& caller);
    [[nodiscard]] share::Status status() const;

    // Messages
    Awaitable<Result<>> publish_loop();
    Awaitable<Result<>> confirm_loop();
    void publish(const Caller& caller);
    [[nodiscard]] Result<> progressed(const std::vector<session::InFlight::Progress>& progress);
    [[nodiscard]] Result<> session_lost(session::Kept kept);
    void refused(std::uint64_t number, const Failure& failure);
    [[nodiscard]] bool connection_lost();
    void confirmed();
    void done(Ticket ticket);
    void failed(Ticket ticket, const Failure& failure, bool was_refused);
    void settle(Ticket ticket, share::Done result);
    void tell(const Caller& caller, share::LogKind kind, std::string_view text, const LogNote& note);

    // The end
    Awaitable<Result<>> watch_time();
    void end();
    void close_door();
    [[nodiscard]] bool is_in_use() const noexcept { return !waiting_.empty() || !on_their_way_.empty(); }
    [[nodiscard]] Clock::time_point time_to_end() const noexcept;
    [[nodiscard]] BothClocks clocks() const noexcept { return {timer_.time_of_day(), timer_.now()}; }

    client::Client& client_;
    client::Timer& timer_;
    const share::Identity identity_;
    const KeeperSettings settings_;
    std::function<void()> close_door_;  // empty: the end has begun
    const UsableTime usable_;
    const Clock::time_point began_;
    Clock::time_point last_use_;
    os::SecretBytes scratch_;  // what is read passes through it

    std::vector<Caller> callers_;
    std::vector<Caller> readable_;
    std::deque<Caller> waiting_;
    std::map<std::uint64_t, OnItsWay> on_their_way_;  // by the number that the client knows them by
    std::uint64_t last_number_ = 0;
    std::uint64_t published_unacknowledged_ = 0;  // of QoS 0, all together
    const std::uint64_t confirmed_before_;        // of QoS 0, by the first call
    std::uint64_t acknowledged_ = 0;
    std::optional<Failure> unknown_;  // the session was lost with a message of QoS 2
    bool is_terminated_ = false;
    Caller publishing_;  // whose packet is being logged

    async::Notification readable_wanted_;
    async::Notification waiting_wanted_;
    async::Notification use_changed_;
};

}  // namespace mqtts::program
