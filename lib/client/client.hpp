// A session with a server, kept alive over as many connections as it takes.
//
//            open, CONNACK             finish(), all acknowledged
//   connect ───────────────► converse ────────────────────────────► goodbye ──► the verdict of run()
//      ▲                         │ lost                                ▲
//      └──── wait ◄──────────────┘      retrying cannot cure it ───────┘
//
// While connected four loops share the session: read_loop delivers and acknowledges, write_loop sends what the kernel
// did not take at once, keep_alive_loop pings, linger_loop bounds the end. One thread, one executor: nothing here is
// locked.
#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/log.hpp"
#include "client/connection.hpp"
#include "client/connector.hpp"
#include "client/notification.hpp"
#include "client/retained_removal.hpp"
#include "client/settings.hpp"
#include "client/subscriptions.hpp"
#include "session/session.hpp"
#include "stream/message_sink.hpp"

namespace mqtts::client {

class Client {
public:
    /// `tls`, `sink` and `log` must outlive the client. Without a sink messages are neither taken nor acknowledged.
    Client(const boost::asio::any_io_executor& executor, Settings settings, const transport::TlsContext& tls,
           stream::MessageSink* sink, const Log& log);

    /// Until finish() and everything acknowledged, or an error that retrying cannot cure. Success means: every message
    /// of QoS 1 and 2 has its positive last acknowledgement, the server took every message of QoS 0, every message
    /// acknowledged was flushed by the sink. Ends the connection in order where there is one.
    Awaitable<Result<>> run();

    /// No more will be published, no more is wanted: run() ends when everything is acknowledged.
    void finish();
    /// The same, but within Settings::linger; what is not acknowledged then is reported by run().
    void finish_soon();
    [[nodiscard]] bool finishing() const noexcept { return finishing_; }
    /// Ends run() now, with this result, after a brief goodbye.
    void stop(Result<> result);
    /// A signal asks for the end: finish_soon(), or stop() while there is no connection. It leaves work undone unless
    /// finish() was called before, or the work is Settings::open_ended.
    void interrupt(int signal);

    /// All subscriptions were granted.
    [[nodiscard]] bool subscribed() const noexcept { return subscriptions_.granted(); }

    /// There is room for a message, and what has to be subscribed to first is.
    [[nodiscard]] bool can_publish() const noexcept {
        return session_.can_publish() && (subscriptions_.empty() || subscribed());
    }
    /// Complete when can_publish(), or finishing(). For one waiter.
    Awaitable<> wait_to_publish();
    /// Complete when every message of QoS 1 and 2 has its last acknowledgement, or finishing(). For the same waiter.
    Awaitable<> wait_for_acknowledgement();
    /// Precondition: can_publish(). A message that the server's limits do not allow is counted as refused.
    void publish(const wire::Publish& message);
    /// Sends what stands in the session's output, as far as the kernel takes it; the rest follows by itself.
    void flush();

private:
    using Clock = session::Clock;

    Awaitable<Result<>> stay_connected();
    Awaitable<Result<>> converse();
    Awaitable<Result<>> read_loop();
    Awaitable<Result<>> write_loop();
    Awaitable<Result<>> keep_alive_loop();
    Awaitable<Result<>> linger_loop();
    Awaitable<Result<>> goodbye();
    Awaitable<Result<>> listen();
    Awaitable<Result<>> receive();
    [[nodiscard]] transport::Status send();

    [[nodiscard]] Result<> deliver_events();
    [[nodiscard]] Result<> handle(const session::Event& event);
    void conclude();
    [[nodiscard]] bool done() const noexcept;
    void refuse(Failure failure);
    [[nodiscard]] Result<> verdict(Result<> result) const;

    Settings settings_;
    stream::MessageSink* sink_;
    const Log& log_;

    session::Session session_;
    Subscriptions subscriptions_;
    std::optional<RetainedRemoval> retained_removal_;
    Connection connection_;
    Notification output_wanted_;  // wakes write_loop
    Notification output_sent_;    // wakes listen()
    Notification publish_ready_;
    Notification stopped_;
    Notification lingering_;
    Connector connector_;
    Result<> stop_result_;
    std::optional<Failure> interruption_;
    std::optional<Failure> first_refusal_;
    std::uint64_t refused_ = 0;
    std::optional<Clock::time_point> linger_until_;
    bool finishing_ = false;
    bool delivering_ = false;           // messages were handed to the sink that it has not flushed
    bool enough_ = false;               // the sink wants no more
    bool server_has_the_word_ = false;  // we wait for the server alone
    bool ended_from_outside_ = false;
};

}  // namespace mqtts::client
