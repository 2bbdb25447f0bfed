// SPDX-License-Identifier: Apache-2.0
// What is to be done, and how far it is: all that outlives connections. A Conversation works on it over one connection,
// the Client from one connection to the next.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/notification.hpp"
#include "base/error.hpp"
#include "client/attendance.hpp"
#include "client/catch_up.hpp"
#include "client/grants.hpp"
#include "client/link.hpp"
#include "client/retained_removal.hpp"
#include "client/settings.hpp"
#include "client/settling.hpp"
#include "client/statistics.hpp"
#include "client/subscriptions.hpp"
#include "client/suspicion.hpp"
#include "client/timer.hpp"
#include "client/watchers.hpp"
#include "log/log.hpp"
#include "output/message_sink.hpp"
#include "session/session.hpp"

namespace mqtts::client {

struct Work {
    Work(const boost::asio::any_io_executor& executor, Settings of_client, std::unique_ptr<Link> over, Timer& time,
         output::MessageSink* to, const Log& told);

    /// No more will be published, no more is wanted.
    void finish();
    /// The same, but within Settings::linger.
    void finish_soon();
    [[nodiscard]] bool finishing() const noexcept { return ends; }
    /// Finishing, and nothing is left to do.
    [[nodiscard]] bool done() const noexcept;

    /// There is room for a message, and what has to be subscribed to first is.
    [[nodiscard]] bool can_publish() const noexcept {
        return session.can_publish() && (subscriptions.empty() || subscriptions.granted());
    }
    /// A message is refused. While there is more to publish the first refusal is told at once; the verdict tells it
    /// anyway.
    void refuse(Failure failure);
    /// The connection's limits forbid what was sent on the last one, or before they were known.
    void refuse(const session::InFlight::GivenUp& given_up);
    /// The same without telling. What is not open ended waits for the answer to a message, which never comes to a
    /// refused one: that is its end.
    void note_refusal(Failure failure);
    /// Says which record of the input the failure is about; 0: none.
    void name_record(Failure& failure, std::uint64_t number) const;
    /// What is not kept must not have consequences: then the connection breaks before they leave.
    [[nodiscard]] Result<> keep_progress();
    /// Client::run() ends with this.
    void stop(Result<> result);

    // What leaves

    using Send = Link::Send;
    [[nodiscard]] Status send(Send what);
    /// Sends what is in the session's output, as far as the kernel takes it; the rest follows by itself.
    void flush();
    void make_room();
    void ping();

    const Settings settings;
    const std::unique_ptr<Link> link;
    Timer& timer;
    output::MessageSink* const sink;
    const Log& log;

    session::Session session;
    Subscriptions subscriptions;
    Grants grants;
    std::optional<RetainedRemoval> retained_removal;
    std::optional<CatchUp> catch_up;
    std::optional<Settling> settling;
    Attendance attendance;
    Suspicion suspicion;
    std::function<Result<>()> on_subscribed;
    std::function<Result<>(const std::vector<session::InFlight::Progress>&)> on_progress;
    std::function<Result<>()> session_lost;

    bool ends = false;    // what is left is to be acknowledged, that is all
    bool enough = false;  // the sink wants no more: the end begins once that is written
    bool looks_at_messages = false;
    bool delivering = false;   // messages were handed to the sink that it has not flushed
    bool asked_early = false;  // for the subscriptions, on this connection
    bool told_of_unasked = false;
    bool ended_from_outside = false;  // before it was done
    Totals totals;
    std::optional<Failure> first_refusal;
    std::uint64_t refused = 0;
    Result<> stop_result;
    std::optional<Timer::Clock::time_point> linger_until;

    async::Notification output_wanted;  // wakes the loop that writes
    async::Notification publish_ready;
    async::Notification stopped;
    async::Notification lingering;
    Watchers watchers;  // of the connection, and of answers to pings
};

}  // namespace mqtts::client
