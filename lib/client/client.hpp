// SPDX-License-Identifier: Apache-2.0
// A session with a server, kept alive over as many connections as it takes.
//
//            open, CONNACK             finish(), all acknowledged
//   connect ───────────────► converse ────────────────────────────► goodbye ──► the verdict of run()
//      ▲                         │ lost                                ▲
//      └──── wait ◄──────────────┘      retrying cannot cure it ───────┘
//
// While connected several loops share the session. Three always run: read_loop delivers and acknowledges, write_loop
// sends what the kernel did not take at once, keep_alive_loop pings. The others watch for one thing each, see
// converse(). With a connection or without, linger_loop bounds the end. One thread, one executor: nothing is locked.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "async/notification.hpp"
#include "base/error.hpp"
#include "client/attendance.hpp"
#include "client/catch_up.hpp"
#include "client/grants.hpp"
#include "client/link.hpp"
#include "client/outlet.hpp"
#include "client/reconnector.hpp"
#include "client/retained_removal.hpp"
#include "client/settings.hpp"
#include "client/settling.hpp"
#include "client/statistics.hpp"
#include "client/subscriptions.hpp"
#include "client/suspicion.hpp"
#include "client/watchers.hpp"
#include "log/log.hpp"
#include "output/message_sink.hpp"
#include "session/session.hpp"

namespace mqtts::client {

class Client final : public Outlet {
public:
    /// `tls`, `sink` and `log` must outlive the client. Without a sink messages are neither taken nor acknowledged.
    Client(const boost::asio::any_io_executor& executor, Settings settings, const tls::Context& tls,
           output::MessageSink* sink, const Log& log);
    /// The same by another way than the network, and in a time of its own.
    Client(const boost::asio::any_io_executor& executor, Settings settings, std::unique_ptr<Link> link, Timer& timer,
           output::MessageSink* sink, const Log& log);

    /// Until finish() and everything acknowledged, or an error that retrying cannot cure. Success means: every message
    /// of QoS 1 and 2 has its positive last acknowledgement, the server took every message of QoS 0, every message
    /// acknowledged was flushed by the sink. Ends the connection in order where there is one.
    Awaitable<Result<>> run();

    /// To be called once, when all subscriptions were granted for the first time. Its failure ends run().
    void on_subscribed(std::function<Result<>()> announce) { on_subscribed_ = std::move(announce); }

    /// No more will be published, no more is wanted: run() ends when everything is acknowledged.
    void finish() override;
    /// The same, but within Settings::linger; what is not acknowledged then is reported by run().
    void finish_soon();
    /// The same, once everything has come that the server had for us by now.
    void finish_when_caught_up();
    [[nodiscard]] bool finishing() const noexcept override { return finishing_; }
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
    [[nodiscard]] const Attendance& attendance() const noexcept { return attendance_; }
    /// Until attendance().present(). Failure: cancelled.
    Awaitable<Result<>> wait_until_present();

    /// What it came to so far.
    [[nodiscard]] Statistics statistics() const noexcept;

    /// All subscriptions were granted.
    [[nodiscard]] bool subscribed() const noexcept { return subscriptions_.granted(); }

    /// What it waits for at this moment, and from whom: "waiting for CONNACK of localhost:8883".
    [[nodiscard]] std::string waiting_for();

    /// There is room for a message, and what has to be subscribed to first is.
    [[nodiscard]] bool can_publish() const noexcept override {
        return session_.can_publish() && (subscriptions_.empty() || subscribed());
    }
    /// Complete when can_publish(), or finishing(). For one waiter.
    Awaitable<> wait_to_publish() override;
    /// Complete when every message of QoS 1 and 2 has its last acknowledgement, or finishing(). For the same waiter.
    Awaitable<> wait_for_acknowledgement() override;
    /// An error: the server's limits do not allow this message.
    [[nodiscard]] std::size_t publish_some(const wire::Publish& message, std::span<const std::string_view> payloads,
                                           std::uint64_t number, Errc& error) override;
    [[nodiscard]] bool publish_from(ByteSource& payload, const wire::Publish& message, Errc& error) override;
    /// Until CONNACK has come it may still change.
    [[nodiscard]] wire::ProtocolVersion version() const noexcept override { return session_.settings().version; }
    /// Sends what stands in the session's output, as far as the kernel takes it; the rest follows by itself.
    void flush() override;
    void make_room() override;
    /// What comes next may fill a block with it.
    void end_batch() override {}

    /// For messages that outlive the process, see session::InFlight: each acknowledgement is handed to `keep` before
    /// anything that depends on it leaves for the server. Its failure ends run() at once.
    /// `session_lost` is called when a connection begins without the session, before anything is published on it.
    using KeepProgress = std::function<Result<>(const std::vector<session::InFlight::Progress>&)>;
    void on_progress(KeepProgress keep, std::function<Result<>()> session_lost);
    [[nodiscard]] std::uint64_t next_sequence() const noexcept { return session_.next_sequence(); }
    void skip_to(std::uint64_t sequence) { session_.skip_to(sequence); }
    /// Precondition: can_publish().
    void release(const wire::Publish& message) { session_.release(message); }
    void release() { session_.release(); }
    /// So many messages of QoS 2, sent by an earlier process, are published as new.
    void may_come_twice(std::uint64_t count) noexcept { totals_.perhaps_twice += count; }
    /// A message cannot be published here, as publish() says: run() fails.
    void refuse(Failure failure);

    /// While there is no hurry, attempts to connect do not come to an end; Settings::reconnect counts from hurry() on.
    void take_time() noexcept { reconnector_.take_time(); }
    void hurry() { reconnector_.hurry(); }

private:
    using Clock = session::Clock;

    Awaitable<Result<>> stay_connected();
    [[nodiscard]] Result<> begin(const session::Connected& connected);
    [[nodiscard]] Result<> ask_for_subscriptions(bool session_present);
    void send_early();
    Awaitable<Result<>> converse(bool session_present);
    Awaitable<Result<>> go_carefully(bool session_present);
    Awaitable<Result<>> watch_early();
    Awaitable<Result<>> answered_ping();
    [[nodiscard]] Failure no_answer_to_ping() const;
    Awaitable<> wait_for_early_answer(std::chrono::milliseconds limit);
    void note_answers() noexcept;
    [[nodiscard]] Suspicion::End describe_end(const Failure& loss) const;
    [[nodiscard]] Result<> learn_from(const Failure& loss);
    [[nodiscard]] Result<> refuse_closed_on(const Suspicion::Packet& packet);
    [[nodiscard]] std::string first_unanswered() const;
    Awaitable<Result<>> read_loop();
    Awaitable<Result<>> write_loop();
    Awaitable<Result<>> keep_alive_loop();
    void ping();
    Awaitable<Result<>> linger_loop();
    Awaitable<Result<>> goodbye(bool in_order);
    [[nodiscard]] bool must_be_heard() const noexcept;
    Awaitable<Result<>> listen();
    Awaitable<Result<>> receive();
    using Send = transport::Channel::Send;
    [[nodiscard]] Status send(Send what);

    [[nodiscard]] Result<> deliver_events();
    [[nodiscard]] Result<> handle(const session::Event& event);
    [[nodiscard]] Result<> take(const wire::Publish& message);
    [[nodiscard]] Result<> take(const wire::SubscriptionAnswer& answer);
    [[nodiscard]] Result<> announce();
    [[nodiscard]] Result<> acknowledge();
    void catch_up();
    [[nodiscard]] bool settle();
    Awaitable<Result<>> settling_loop();
    Awaitable<Result<>> wait_for_pingresp(std::uint64_t connection);
    void look(const wire::Publish& message);
    void remove_retained();
    void conclude();
    [[nodiscard]] bool done() const noexcept;
    void refuse(const session::InFlight::GivenUp& given_up);
    void note_refusal(Failure failure);
    void name_record(Failure& failure, std::uint64_t number) const;
    [[nodiscard]] Result<> keep_progress();
    [[nodiscard]] std::string losses() const;
    [[nodiscard]] std::size_t may_be_repeated() const noexcept;
    [[nodiscard]] std::string waiting_while_connected(const std::string& server);
    [[nodiscard]] Result<> verdict(Result<> result) const;

    Settings settings_;
    std::unique_ptr<Link> link_;
    Timer& timer_;
    output::MessageSink* sink_;
    const Log& log_;

    session::Session session_;
    Subscriptions subscriptions_;
    Grants grants_;
    std::optional<RetainedRemoval> retained_removal_;
    std::optional<CatchUp> catch_up_;
    std::optional<Settling> settling_;
    Attendance attendance_;
    std::function<Result<>()> on_subscribed_;
    KeepProgress keep_progress_;
    std::function<Result<>()> session_lost_;
    async::Notification output_wanted_;  // wakes write_loop
    async::Notification output_sent_;    // wakes listen()
    async::Notification publish_ready_;
    async::Notification stopped_;
    async::Notification lingering_;
    async::Notification settling_wanted_;  // there is a time for settling_loop to wait for
    Watchers watchers_;                    // of the connection, and of answers to pings
    Reconnector reconnector_;
    bool asked_ = false;  // for the subscriptions, on this connection
    Suspicion suspicion_;
    ReconnectPolicy::End end_;  // of the last connection
    bool too_early_ = false;    // its server did not take what was sent early
    std::uint64_t answers_seen_ = 0;
    Clock::time_point last_answer_;
    Result<> stop_result_;
    std::optional<Failure> interruption_;
    std::optional<Failure> first_refusal_;
    std::uint64_t refused_ = 0;
    std::optional<Clock::time_point> linger_until_;
    bool asked_early_ = false;  // for the subscriptions, on this connection
    bool finishing_ = false;
    bool must_listen_ = true;  // there are no more events in what was received
    bool looks_at_messages_ = false;
    bool delivering_ = false;  // messages were handed to the sink that it has not flushed
    Totals totals_;
    bool enough_ = false;               // the sink wants no more
    bool server_has_the_word_ = false;  // we wait for the server alone
    bool ended_from_outside_ = false;
    bool told_of_unasked_ = false;  // messages: the first one
};

}  // namespace mqtts::client
