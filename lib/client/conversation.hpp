// SPDX-License-Identifier: Apache-2.0
// Runs one connection, from CONNACK to its end.
//
//   begin() ──► run(): several loops share the session, until the first of them ends
//
//   read_loop        delivers and acknowledges what comes; the promise of the program in ten lines
//   write_loop       sends what the kernel did not take at once, and ends the conversation when all is done
//   keep_alive_loop  pings, and gives up a server that is silent
//   the others       watch for one thing each, see run()
//
// Code that changes a condition the other loops wait for calls settle(). One thread, one executor: nothing is locked.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "async/notification.hpp"
#include "base/error.hpp"
#include "client/read_pacing.hpp"
#include "client/suspicion.hpp"
#include "client/timer.hpp"
#include "client/work.hpp"
#include "session/session.hpp"

namespace mqtts::client {

class Conversation {
public:
    /// `work` must outlive it.
    Conversation(const boost::asio::any_io_executor& executor, Work& work);

    /// Does what must be done first after CONNACK.
    [[nodiscard]] Result<> begin(const session::Connected& connected);
    /// Runs until the work is done (success), the connection is lost, or something ends the work.
    Awaitable<Result<>> run();

    /// Reacts to a change: asks the server what is still to be asked, sends the output, wakes everything that waits for
    /// a change, and ends run() when nothing is left to do; in this order.
    void settle();

    /// Acknowledges what the sink has handled by now: the last thing to do before the end.
    [[nodiscard]] Result<> acknowledge();

    /// Describes for Suspicion how the connection ended, after run() has failed with `loss`.
    [[nodiscard]] Suspicion::End describe_end(const Failure& loss) const;

private:
    using Clock = Timer::Clock;

    [[nodiscard]] Result<> ask_for_subscriptions();
    Awaitable<Result<>> read_loop();
    Awaitable<Result<>> write_loop();
    Awaitable<Result<>> keep_alive_loop();
    Awaitable<Result<>> settling_loop();
    Awaitable<Result<>> handled_loop();
    void end_when_enough();
    Awaitable<Result<>> listen();
    Awaitable<Result<>> let_gather();

    [[nodiscard]] Result<> deliver_events();
    [[nodiscard]] bool lacks_room() const;
    [[nodiscard]] Result<> handle(const session::Event& event);
    [[nodiscard]] Result<> take(const wire::Publish& message);
    [[nodiscard]] Result<> take(const wire::SubscriptionAnswer& answer);
    [[nodiscard]] Result<> take(const session::PublishRefused& refused);
    void look(const wire::Publish& message);
    [[nodiscard]] Result<> announce();
    void remove_retained();
    void catch_up();
    [[nodiscard]] bool is_settled();
    void proceed();
    void ask_for_proof();

    // See conversation_care.cpp
    Awaitable<Result<>> go_carefully();
    Awaitable<Result<>> watch_early();
    Awaitable<Result<>> answered_ping();
    [[nodiscard]] Failure no_answer_to_ping() const;
    Awaitable<> wait_for_early_answer(std::chrono::milliseconds limit);
    void note_answers() noexcept;

    enum class Turn : std::uint8_t {
        client,  // we handle or write what came
        server,  // we wait for the server alone: its silence counts
    };

    Work& work_;
    const Suspicion::Care care_;
    session::Kept kept_ = session::Kept::no;  // the session
    bool asked_ = false;                      // for the subscriptions
    Turn turn_ = Turn::client;
    Clock::time_point turn_began_;  // of the server
    bool must_listen_ = true;       // the input has no more events
    bool waits_for_room_ = false;   // the next event is a message, for which the sink has no room
    std::uint64_t answers_seen_;
    ReadPacing pacing_;
    ReadPacing::Read last_read_;
    Clock::time_point last_answer_;
    async::Notification output_sent_;      // wakes listen()
    async::Notification settling_wanted_;  // there is a time for settling_loop to wait for
};

}  // namespace mqtts::client
