// SPDX-License-Identifier: Apache-2.0
// Keeps a session with a server over as many connections as it takes.
//
//            open, CONNACK             finish(), all acknowledged
//   connect ───────────────► converse ────────────────────────────► goodbye ──► the verdict of run()
//      ▲                         │ lost                                ▲
//      └──── wait ◄──────────────┘      retrying cannot cure it ───────┘
//
// Each connection is a Conversation. The Work outlives them all. linger_loop bounds the end, with or without a
// connection. One thread, one executor: nothing is locked.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "client/attendance.hpp"
#include "client/conversation.hpp"
#include "client/link.hpp"
#include "client/outlet.hpp"
#include "client/reconnector.hpp"
#include "client/settings.hpp"
#include "client/statistics.hpp"
#include "client/timer.hpp"
#include "client/work.hpp"
#include "log/log.hpp"
#include "output/message_sink.hpp"
#include "session/session.hpp"

namespace mqtts::client {

class Client final : public Outlet {
public:
    /// `tls`, `sink` and `log` must outlive the client. Without a sink messages are neither taken nor acknowledged.
    Client(const boost::asio::any_io_executor& executor, const Settings& settings, const tls::Context& tls,
           output::MessageSink* sink, const Log& log);
    /// Uses another link than the network and another clock than the system's: for tests.
    Client(const boost::asio::any_io_executor& executor, Settings settings, std::unique_ptr<Link> link, Timer& timer,
           output::MessageSink* sink, const Log& log);

    /// Runs until finish() was called and everything is acknowledged, or until an error that retrying cannot cure.
    /// Success means: every message of QoS 1 and 2 has its positive last acknowledgement, the server took every message
    /// of QoS 0, and the sink flushed every message that was acknowledged. Ends the connection in order if there is
    /// one.
    Awaitable<Result<>> run();

    /// Sets what to call once, when all subscriptions are granted for the first time. Its failure ends run().
    void on_subscribed(std::function<Result<>()> announce) { work_.on_subscribed = std::move(announce); }

    /// Ends the work: nothing more is published or wanted, and run() ends when everything is acknowledged.
    void finish() override;
    /// Does the same within Settings::linger. run() reports the messages that are still unacknowledged then.
    void finish_soon();
    /// Does the same when everything that the server had for us by now has come.
    void finish_when_caught_up();
    [[nodiscard]] bool finishing() const noexcept override { return work_.finishing(); }
    /// Ends run() now with this result, after a brief goodbye.
    void stop(Result<> result);
    /// Ends the work because of a signal: calls finish_soon(), or stop() while there is no connection. The work counts
    /// as unfinished unless finish() was called before, or it is Settings::open_ended.
    void interrupt(int signal);
    /// Stops with this failure. If retained messages are being removed, waits up to `limit` for the acknowledgements.
    void run_out_of_time(Failure failure, std::chrono::steady_clock::duration limit);

    /// Pings the server and waits up to `limit` for the answer; messages are received meanwhile. Fails when the server
    /// does not answer (then run() is to be stopped), or with connection_lost when there is no connection.
    Awaitable<Result<>> prove_alive(std::chrono::steady_clock::duration limit);
    /// Tells when the subscriptions had a connection.
    [[nodiscard]] const Attendance& attendance() const noexcept { return work_.attendance; }
    /// Waits until attendance().present(). Fails only when cancelled.
    Awaitable<Result<>> wait_until_present();

    /// Returns the counts so far.
    [[nodiscard]] Statistics statistics() const noexcept;

    /// Tells whether all subscriptions are granted.
    [[nodiscard]] bool subscribed() const noexcept { return work_.subscriptions.granted(); }

    /// Names what the client waits for at this moment, and from whom: "waiting for CONNACK from localhost:8883".
    [[nodiscard]] std::string waiting_for();
    /// See Connector.
    [[nodiscard]] Failure explain_silence(Failure timeout) const {
        return reconnector_.explain_silence(std::move(timeout));
    }

    /// Tells whether there is room for a message and all subscriptions that must come first are granted.
    [[nodiscard]] bool can_publish() const noexcept override { return work_.can_publish(); }
    /// Waits until can_publish() or finishing(). For one waiter.
    Awaitable<> wait_to_publish() override;
    /// Waits until can_publish(), also while finishing(). For the same waiter.
    Awaitable<> wait_for_room();
    /// Waits until every message of QoS 1 and 2 has its last acknowledgement, or finishing(). For the same waiter.
    Awaitable<> wait_for_acknowledgement() override;
    /// Sets `error` when the server's limits forbid this message.
    [[nodiscard]] std::size_t publish_some(const wire::Publish& message, std::span<const std::string_view> payloads,
                                           std::uint64_t number, Errc& error) override;
    [[nodiscard]] bool publish_from(ByteSource& payload, const wire::Publish& message, Errc& error) override;
    /// Returns the version in use; it may change until CONNACK has come.
    [[nodiscard]] wire::ProtocolVersion version() const noexcept override { return work_.session.settings().version; }
    /// Sends the session's output as far as the kernel takes it; the rest follows by itself.
    void flush() override {
        work_.flush();
        if (work_.rests) work_.watchers.notify();  // something may be on its way now
    }
    void make_room() override { work_.make_room(); }
    /// Sends nothing: the next batch may fill a block together with this one.
    void end_batch() override {}

    /// Sets the callbacks for messages that outlive the process, see session::InFlight. Each acknowledgement is handed
    /// to `keep` before anything that depends on it leaves for the server; a failure of `keep` ends run() at once.
    /// `session_lost` is called when a connection begins without the session, or perhaps without it, before anything is
    /// published on it; its failure ends run(), and nothing is.
    using KeepProgress = std::function<Result<>(const std::vector<session::InFlight::Progress>&)>;
    void on_progress(KeepProgress keep, std::function<Result<>(session::Kept)> session_lost);
    /// Hands a refused message, by the number it was published with, to `take`, which decides what that means. Without
    /// it the run goes on and fails in the end. A message without a number is not handed over.
    void on_refused(std::function<void(std::uint64_t number, Failure failure)> take) {
        work_.on_refused = std::move(take);
    }
    /// Sets what is asked when a connection is lost, unless that ends run() anyway: whether another one is needed. If
    /// not, run() ends with the loss. Then the result of run() is about the connection alone, and not about messages.
    void on_lost(std::function<bool()> goes_on) { work_.goes_on = std::move(goes_on); }
    /// Says that nothing follows the messages published by now, although publishing does not end: a refusal is told by
    /// the verdict alone, and a signal does not interrupt anything.
    void expect_no_more(bool expect) noexcept { work_.expects_no_more = expect; }
    /// Wakes the process only for Keep Alive while nothing is on its way.
    void rest() noexcept { work_.rests = true; }
    /// Asks the server for the proof that it has the messages of QoS 0, unless it is asked already.
    void confirm();
    /// Counts messages of QoS 0 that the server has confirmed, over all connections.
    [[nodiscard]] std::uint64_t confirmed() const noexcept { return work_.session.keep_alive().confirmed(); }
    /// Waits until something has come from the server. For any number of waiters. Fails only when cancelled.
    Awaitable<Result<>> wait_for_change() { co_return co_await work_.watchers.wait(); }
    /// Returns "host:port" of the last connection, or attempt.
    [[nodiscard]] const std::string& server() const noexcept { return work_.link->server(); }
    void skip_to(std::uint64_t sequence) { work_.session.skip_to(sequence); }
    /// Precondition: can_publish().
    void release(const wire::Publish& message) { work_.session.release(message); }
    void release() { work_.session.release(); }
    /// Counts messages of QoS 2 that an earlier process sent and this one publishes again as new.
    void may_come_twice(std::uint64_t count) noexcept { work_.totals.perhaps_twice += count; }
    /// Notes a message that cannot be published: run() fails in the end.
    void refuse(Failure failure);

    /// Lets attempts to connect go on without an end until hurry(); Settings::reconnect counts from then on.
    void take_time() noexcept { reconnector_.take_time(); }
    void hurry() { reconnector_.hurry(); }

private:
    using Clock = Timer::Clock;

    Awaitable<Result<>> stay_connected();
    /// What a lost connection says about the next one.
    struct Lesson {
        ReconnectPolicy::End end;
        bool too_early = false;  // its server did not take what was sent early
    };
    [[nodiscard]] Result<Lesson> learn_from(const Failure& loss);
    [[nodiscard]] Result<> refuse_closed_on(const Suspicion::Packet& packet);
    void send_early();
    void settle();
    Awaitable<Result<>> linger_loop();
    Awaitable<Result<>> goodbye(bool in_order);
    [[nodiscard]] bool must_be_heard() const noexcept;
    Awaitable<Result<>> wait_for_pingresp(std::uint64_t connection);

    [[nodiscard]] std::optional<Failure> losses() const;
    [[nodiscard]] std::uint64_t unsent() const noexcept;
    [[nodiscard]] std::string first_unanswered(std::uint64_t count) const;
    [[nodiscard]] std::size_t may_be_repeated() const noexcept;
    [[nodiscard]] std::string waiting_while_connected(const std::string& server);
    [[nodiscard]] Result<> verdict(Result<> result) const;

    boost::asio::any_io_executor executor_;
    Work work_;
    Reconnector reconnector_;
    std::optional<Conversation> conversation_;  // from CONNACK to its end
    std::optional<Failure> interruption_;
    bool said_goodbye_ = false;  // DISCONNECT has left, behind everything else, and was taken: see Link::close()
};

}  // namespace mqtts::client
