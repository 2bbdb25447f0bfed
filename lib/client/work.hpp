// SPDX-License-Identifier: Apache-2.0
// The work and its progress: all that outlives connections. A Conversation works on it over one connection, the Client
// from one connection to the next.
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
#include "client/authentication.hpp"
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

    /// Ends the work: nothing more is published or wanted.
    void finish();
    /// Does the same within Settings::linger.
    void finish_soon();
    [[nodiscard]] bool finishing() const noexcept { return ends; }
    /// Tells whether it is finishing and nothing is left to do.
    [[nodiscard]] bool done() const noexcept;

    /// Tells whether the sink handles messages later, and whether it has handled all of them.
    [[nodiscard]] bool handles_later() const noexcept { return sink != nullptr && sink->handles_later(); }
    [[nodiscard]] bool is_handled() const noexcept { return sink == nullptr || sink->is_idle(); }

    /// Tells whether there is room for a message and all subscriptions that must come first are granted.
    [[nodiscard]] bool can_publish() const noexcept {
        return session.can_publish() && (subscriptions.empty() || subscriptions.granted());
    }
    /// Notes a refused message. Tells the first refusal at once while there is more to publish; the verdict tells it
    /// anyway.
    void refuse(Failure failure);
    /// Notes messages that the limits of this connection forbid although they were sent on the last one, or before the
    /// limits were known.
    void refuse(const session::InFlight::GivenUp& given_up);
    /// Does the same without telling. Work that is not open ended waits for the answer to a message; a refused message
    /// gets no answer, so the work ends.
    void note_refusal(Failure failure);
    /// Adds to the failure which record of the input it is about; 0: no record.
    void name_record(Failure& failure, std::uint64_t number) const;
    /// Hands the progress to on_progress. If that fails, breaks the connection before anything that depends on the
    /// progress leaves.
    [[nodiscard]] Result<> keep_progress();
    /// Ends Client::run() with this result.
    void stop(Result<> result);

    // What leaves

    using Send = Link::Send;
    [[nodiscard]] Status send(Send what);
    /// Sends the session's output as far as the kernel takes it; the rest follows by itself.
    void flush();
    void make_room();
    void ping();

    /// Waits while the client rests and nothing awaits an answer. Fails only when cancelled.
    Awaitable<Result<>> rest();

    const Settings settings;
    const std::unique_ptr<Link> link;
    Timer& timer;
    output::MessageSink* const sink;
    const Log& log;

    session::Session session;
    const std::unique_ptr<Authentication> authentication;  // null: without enhanced authentication
    Subscriptions subscriptions;
    Grants grants;
    std::optional<RetainedRemoval> retained_removal;
    std::optional<CatchUp> catch_up;
    std::optional<Settling> settling;
    Attendance attendance;
    Suspicion suspicion;
    std::function<Result<>()> on_subscribed;
    std::function<Result<>(const std::vector<session::InFlight::Progress>&)> on_progress;
    std::function<Result<>(session::Kept)> session_lost;
    std::function<void(std::uint64_t number, Failure failure)> on_refused;

    std::function<bool()> goes_on;  // see Client::on_lost()

    bool rests = false;            // no timer runs while nothing is on its way, except for Keep Alive
    bool expects_no_more = false;  // see Client
    bool ends = false;             // only acknowledgements are still awaited
    bool enough = false;           // the sink wants no more: the end begins once everything is written
    bool looks_at_messages = false;
    bool delivering = false;   // the sink has messages that it has not flushed
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
