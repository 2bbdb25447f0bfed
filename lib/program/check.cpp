// SPDX-License-Identifier: Apache-2.0
#include "program/check.hpp"

#include <fmt/format.h>

#include <boost/asio/this_coro.hpp>

#include "base/entropy.hpp"
#include "client/observer.hpp"
#include "os/standard_descriptors.hpp"
#include "output/message_sink.hpp"
#include "program/check_report.hpp"
#include "program/supervise.hpp"
#include "text/escape.hpp"

namespace mqtts::program {

using async::until;
using Clock = std::chrono::steady_clock;

namespace {

/// Watches the connection and the message that goes around.
class Watcher final : public client::Observer, public output::MessageSink {
public:
    explicit Watcher(const cli::Settings& settings)
        : topic_name_(settings.diagnosis.check_topic), patience_(settings.client.patience.connect_timeout) {
        report_.server = escape(to_string(settings.client.endpoints.front()));
        report_.websocket = settings.client.endpoints.front().websocket.has_value();
        if (topic_name_.empty()) return;
        std::random_device random = entropy();
        payload_ = fmt::format("check {:08x}{:08x}", random(), random());
    }

    void opened(const client::Connection& connection) override {
        const transport::Channel& channel = connection.channel();
        report_.server = escape(connection.server());
        report_.times = channel.times();
        report_.tls = channel.tls_report();
        report_.address = connection.is_open() ? channel.address() : "";
        if (connection.is_open()) report_.opened = Clock::now();
    }

    void connected(const session::Connected&, const session::Session& session) override {
        report_.connected = Clock::now();
        const session::Settings& settings = session.settings();
        report_.granted = {settings.version, session.limits(), escape(settings.client_identifier)};
    }

    /// Ends the client when the message is back, or at once if there is no message to send. Never ends by itself: it is
    /// cancelled with the client's run.
    Awaitable<Result<>> run(client::Client& client) {
        co_await client.wait_to_publish();
        if (topic_name_.empty()) {
            client.finish();
            co_return co_await until();
        }
        report_.published = Clock::now();
        const wire::Publish message{
            .topic_name = topic_name_, .payload = payload_, .properties = {}, .qos = wire::Qos::at_least_once};
        Errc error = Errc::ok;
        if (client.publish(message, 0, error) && error != Errc::ok) {
            client.stop(Failure(error, fmt::format("cannot publish to '{}': {}", topic(), describe(error).sentence)));
        } else {
            client.flush();
            if (Result<> reached = co_await until(Clock::now() + patience_); !reached) co_return reached;
            client.stop(Failure(Errc::timed_out,
                                fmt::format("the message to '{}' did not come back within {:g} s", topic(),
                                            std::chrono::duration<double>(patience_).count()),
                                "check that this user may publish and subscribe there"));
        }
        co_return co_await until();
    }

    [[nodiscard]] output::Wanted deliver(const wire::Publish& message) override {
        if (message.payload != payload_) return output::Wanted::more;
        report_.returned = Clock::now();
        return output::Wanted::enough;
    }
    [[nodiscard]] bool show_unasked(const wire::Publish& /*message*/) override { return false; }
    Awaitable<Result<>> flush() override { co_return Result<>(); }

    [[nodiscard]] const CheckReport& report() const noexcept { return report_; }

private:
    [[nodiscard]] std::string topic() const { return escape(topic_name_); }

    std::string topic_name_;
    std::string payload_;
    std::chrono::milliseconds patience_;
    CheckReport report_;
};

}  // namespace

Awaitable<Result<>> check(const Program& program) {
    const auto executor = co_await boost::asio::this_coro::executor;
    const cli::DiagnosisSettings& diagnosis = program.settings.diagnosis;
    Watcher watcher(program.settings);
    client::Settings settings = program.settings.client;
    settings.observer = &watcher;
    client::Client client(executor, settings, program.tls, diagnosis.check_topic.empty() ? nullptr : &watcher,
                          program.log);
    const Result<> result = (co_await async::race(supervise(client, program), watcher.run(client))).result;
    const bool is_json = diagnosis.check == cli::ReportForm::json;
    const Result<> printed = os::print(is_json ? to_json(watcher.report(), result) : to_text(watcher.report(), result));
    co_return result ? printed : result;
}

}  // namespace mqtts::program
