// SPDX-License-Identifier: Apache-2.0
// A session with a server, kept alive over as many connections as it takes.
//
//            open, CONNACK             finish(), all acknowledged
//   connect ───────────────► converse ────────────────────────────► goodbye ──► the verdict of run()
//      ▲                         │ lost                                ▲
//      └──── wait ◄──────────────┘      retrying cannot cure it ───────┘
//
// Each connection is a Conversation; what outlives them is the Work. With a connection or without, linger_loop bounds
// the end. One thread, one executor: nothing is locked.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

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
    /// The same by another way than the network, and in a time of its own.
    Client(const boost::asio::any_io_executor& executor, Settings settings, std::unique_ptr<Link> link, Timer& timer,
           output::MessageSink* sink, const Log& log);

    /// Until finish() and everything acknowledged, or an error that retrying cannot cure. Success means: every message
    /// of QoS 1 and 2 has its positive last acknowledgement, the server took every message of QoS 0, every message
    /// acknowledged was flushed by the sink. Ends the connection in order where there is one.
    Awaitable<Result<>> run();

    /// To be called once, when all subscriptions were granted for the first time. Its failure ends run().
    void on_subscribed(std::function<Result<>()> announce) { work_.on_subscribed = std::move(announce); }

    /// No more will be published, no more is wanted: run() ends when everything is acknowledged.
    void finish() override;
    /// The same, but within Settings::linger; what is not acknowledged then is reported by run().
    void finish_soon();
    /// The same, once everything has come that the server had for us by now.
    void finish_when_caught_up();
    [[nodiscard]] bool finishing() const noexcept override { return work_.finishing(); }
    /// Ends run() now, with this result, after a brief goodbye.
    void stop(Result<> result);
    /// A signal asks for the end: finish_soon(), or stop() while there is no connection. It leaves work undone unless
    /// finish() was called before, or the work is Settings::open_ended.
    void interrupt(int signal);
    /// stop(), but where retained messages are removed their acknowledgements have so long to come.
    void run_out_of_time(Failure failure, std::chrono::steady_clock::duration limit);

    /// Asks the server with a ping, whose answer may take so long. Failure: it does not answer, and run() is to be
    /// stopped; or connection_lost: there is no connection. Messages are received meanwhile.
    Awaitable<Result<>> prove_alive(std::chrono::steady_clock::duration limit);
    /// The subscriptions, and when somebody was there to hear of them.
    [[nodiscard]] const Attendance& attendance() const noexcept { return work_.attendance; }
    /// Until attendance().present(). Failure: cancelled.
    Awaitable<Result<>> wait_until_present();

    /// What it came to so far.
    [[nodiscard]] Statistics statistics() const noexcept;

    /// All subscriptions were granted.
    [[nodiscard]] bool subscribed() const noexcept { return work_.subscriptions.granted(); }

    /// What it waits for at this moment, and from whom: "waiting for CONNACK of localhost:8883".
    [[nodiscard]] std::string waiting_for();

    /// There is room for a message, and what has to be subscribed to first is.
    [[nodiscard]] bool can_publish() const noexcept override { return work_.can_publish(); }
    /// Complete when can_publish(), or finishing(). For one waiter.
    Awaitable<> wait_to_publish() override;
    /// Complete when every message of QoS 1 and 2 has its last acknowledgement, or finishing(). For the same waiter.
    Awaitable<> wait_for_acknowledgement() override;
    /// An error: the server's limits do not allow this message.
    [[nodiscard]] std::size_t publish_some(const wire::Publish& message, std::span<const std::string_view> payloads,
                                           std::uint64_t number, Errc& error) override;
    [[nodiscard]] bool publish_from(ByteSource& payload, const wire::Publish& message, Errc& error) override;
    /// Until CONNACK has come it may still change.
    [[nodiscard]] wire::ProtocolVersion version() const noexcept override { return work_.session.settings().version; }
    /// Sends what is in the session's output, as far as the kernel takes it; the rest follows by itself.
    void flush() override { work_.flush(); }
    void make_room() override { work_.make_room(); }
    /// What comes next may fill a block with it.
    void end_batch() override {}

    /// For messages that outlive the process, see session::InFlight: each acknowledgement is handed to `keep` before
    /// anything that depends on it leaves for the server. Its failure ends run() at once.
    /// `session_lost` is called when a connection begins without the session, before anything is published on it.
    using KeepProgress = std::function<Result<>(const std::vector<session::InFlight::Progress>&)>;
    void on_progress(KeepProgress keep, std::function<Result<>()> session_lost);
    void skip_to(std::uint64_t sequence) { work_.session.skip_to(sequence); }
    /// Precondition: can_publish().
    void release(const wire::Publish& message) { work_.session.release(message); }
    void release() { work_.session.release(); }
    /// So many messages of QoS 2, sent by an earlier process, are published as new.
    void may_come_twice(std::uint64_t count) noexcept { work_.totals.perhaps_twice += count; }
    /// A message cannot be published here, as publish() says: run() fails.
    void refuse(Failure failure);

    /// While there is no hurry, attempts to connect do not come to an end; Settings::reconnect counts from hurry() on.
    void take_time() noexcept { reconnector_.take_time(); }
    void hurry() { reconnector_.hurry(); }

private:
    using Clock = Timer::Clock;

    Awaitable<Result<>> stay_connected();
    /// What a connection that is lost says about the next one.
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

    [[nodiscard]] std::string losses() const;
    [[nodiscard]] std::uint64_t unsent() const noexcept;
    [[nodiscard]] std::string first_unanswered() const;
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
