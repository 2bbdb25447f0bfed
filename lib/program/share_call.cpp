// SPDX-License-Identifier: Apache-2.0
#include "program/share_call.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "net/endpoint.hpp"
#include "os/signal_pipe.hpp"
#include "program/exposure.hpp"
#include "program/tell_statistics.hpp"
#include "share/call.hpp"
#include "share/connect.hpp"
#include "text/escape.hpp"

namespace mqtts::program {

namespace {

using Event = share::Call::Event;
using Clock = std::chrono::steady_clock;

/// One message on its way through a keeper.
class Handover {
public:
    Handover(const cli::Settings& settings, Deadline deadline, const Log& log, os::OpenFile socket)
        : settings_(settings),
          message_(settings.publish.message),
          deadline_(deadline),
          log_(log),
          call_(std::move(socket), share_version(), signals_.descriptor()) {}

    std::optional<Result<>> run(const SharePlan& plan) {
        call_.add_identity(*plan.identity);
        if (!call_.add(publish())) return alone("the message is too large");
        for (;;) {
            const Event event = call_.next(next_deadline());
            if (event == Event::reply) {
                if (auto over = take(call_.reply())) return *std::move(over);
            } else if (event == Event::woken) {
                interrupted();
            } else if (event == Event::timed_out) {
                if (stops_at_) return conclude(stopped());
                if (deadline_ && Clock::now() >= *deadline_) return conclude(timed_out());
                has_left_ = true;
                call_.leave();
            } else {
                return lost(event);
            }
        }
    }

private:
    /// Outer nothing: it goes on. Inner nothing: the call has a connection of its own.
    using Outcome = std::optional<std::optional<Result<>>>;

    [[nodiscard]] share::Publish publish() const {
        return {.topic = message_.topic_name,
                .payload = payload(),
                .properties = message_.properties.view().bytes(),
                .qos = static_cast<std::uint8_t>(message_.qos),
                .retain = message_.retain,
                .wants_log = log_.debugging()};
    }
    [[nodiscard]] std::string_view payload() const {
        return settings_.publish.source == cli::Source::null ? std::string_view() : settings_.publish.text;
    }

    /// A keeper that does not take the message in the time that a new connection may take is left.
    [[nodiscard]] Deadline next_deadline() const {
        if (stops_at_) return stops_at_;
        if (call_.is_taken() || has_left_) return deadline_;
        return deadline_ ? std::min(*deadline_, patient_until_) : patient_until_;
    }

    Outcome take(const share::Reply& reply) {
        if (const auto* line = std::get_if<share::LogLine>(&reply)) tell(*line);
        if (std::holds_alternative<share::Taken>(reply)) warn_of_exposed_key(settings_.tls, log_);
        if (const auto* refused = std::get_if<share::Refused>(&reply)) return alone(reason_of(refused->reason));
        const auto* done = std::get_if<share::Done>(&reply);
        if (done == nullptr) return std::nullopt;
        const bool is_done = done->code == Errc::ok;
        statistics_ = {.published = 1,
                       .bytes = payload().size(),
                       .acknowledged = is_done ? 1U : 0U,
                       .refused = done->is_refused ? 1U : 0U,
                       .in_flight = is_done || done->is_refused ? 0U : 1U,
                       .reconnects = done->reconnects};
        return conclude(is_done ? Result<>() : Result<>(share::failure_of(*done)));
    }

    void tell(const share::LogLine& line) const {
        const LogNote note{
            .event = line.event, .host = line.host, .members = line.members, .hint = line.hint, .next = line.next};
        if (line.kind == share::LogKind::warning)
            log_.warning(line.text, note);
        else
            log_.debug(line.text, note);
    }

    /// The first signal lets a message that is on its way arrive; the second ends the process.
    void interrupted() {
        const int number = signals_.take();
        if (number == 0) return;
        if (signal_ != 0) std::_Exit(exit_status(interrupted_by(number)));
        signal_ = number;
        stops_at_ = call_.is_taken() ? Clock::now() + settings_.client.patience.linger : Clock::now();
    }

    [[nodiscard]] Result<> stopped() const {
        if (call_.is_taken()) return unacknowledged();
        return Failure(interrupted_by(signal_), fmt::format("terminated by signal {}", signal_));
    }

    [[nodiscard]] Result<> timed_out() const {
        const double seconds = std::chrono::duration<double>(*settings_.timeout).count();
        const std::string server = escape(net::to_string(settings_.client.endpoints.front()));
        const bool is_taken = call_.is_taken();
        const std::string what = !is_taken ? "waiting for the process that keeps the connection to " + server
                                 : message_.qos == wire::Qos::at_most_once
                                     ? "waiting for PINGRESP from " + server
                                     : fmt::format("waiting for {} to acknowledge 1 message", server);
        Failure failure(Errc::timed_out, fmt::format("timed out after {:g} s while {}", seconds, what));
        return is_taken ? combined(std::move(failure), unacknowledged()) : std::move(failure);
    }

    [[nodiscard]] Failure unacknowledged() const {
        const bool is_named = message_.qos != wire::Qos::at_most_once;
        const std::string topic = is_named ? fmt::format(", for '{}'", escape_beginning(message_.topic_name)) : "";
        return {Errc::unacknowledged, "1 message not acknowledged" + topic};
    }

    /// Another publish is right if the message has not left, or may arrive twice.
    std::optional<Result<>> lost(Event event) {
        const std::string what = event == Event::other_version
                                     ? fmt::format("has version {}", escape(call_.other_version()))
                                 : has_left_ ? "does not answer"
                                             : "has ended";
        const std::string reason = "the process that keeps the connection " + what;
        if (!call_.is_taken()) return alone(reason);
        if (message_.qos == wire::Qos::at_least_once) return alone("the message is published again: " + reason);
        statistics_ = {.published = 1, .bytes = payload().size(), .in_flight = 1};
        return conclude(Failure(
            Errc::unacknowledged,
            fmt::format("{}: perhaps the message for '{}' has arrived", reason, escape_beginning(message_.topic_name)),
            "run the same command again if the message may arrive twice"));
    }

    /// A signal that has come by now ends this call, also if something else has woken us.
    [[nodiscard]] std::optional<Result<>> alone(std::string_view reason) {
        interrupted();
        if (signal_ != 0) return conclude(stopped());
        log_.debug(fmt::format("--share: this run has a connection of its own: {}", reason), {.event = "not_shared"});
        return std::nullopt;
    }

    Result<> conclude(Result<> result) {
        tell_statistics(settings_.diagnosis, log_, statistics_, Clock::now() - started_);
        return result;
    }

    static std::string_view reason_of(share::Refusal refusal) {
        switch (refusal) {
            case share::Refusal::other_identity:
                return "the connection that is kept has other settings";
            case share::Refusal::busy:
                return "the connection that is kept has too many callers";
            case share::Refusal::ending:
                break;
        }
        return "the connection that is kept is about to end";
    }

    const cli::Settings& settings_;
    const client::PublishTemplate& message_;
    Deadline deadline_;
    const Clock::time_point patient_until_ = Clock::now() + settings_.client.patience.connect_timeout;
    const Log& log_;
    const Clock::time_point started_ = Clock::now();
    os::SignalPipe signals_;
    share::Call call_;
    client::Statistics statistics_;
    std::optional<Clock::time_point> stops_at_;  // after a signal
    int signal_ = 0;
    bool has_left_ = false;  // it has taken too long to take the message
};

}  // namespace

std::optional<Result<>> publish_through_keeper(const SharePlan& plan, const cli::Settings& settings, Deadline deadline,
                                               const Log& log) {
    auto socket = share::connect(plan.directory, plan.name);
    if (!socket)
        log.debug(fmt::format("--share: this run has a connection of its own: {}", socket.error().cause),
                  {.event = "not_shared", .hint = socket.error().hint});
    if (!socket || !*socket) return std::nullopt;
    return Handover(settings, deadline, log, std::move(**socket)).run(plan);
}

Result<> end_keeper(const SharePlan& plan, Deadline deadline) {
    auto socket = share::connect(plan.directory, plan.name);
    if (!socket) return socket.error();
    if (!*socket) return {};
    share::Call call(std::move(**socket), share_version());
    call.add(share::EndRequest());
    for (;;) {
        const Event event = call.next(deadline);
        if (event == Event::timed_out)
            return Failure(Errc::timed_out, "timed out while waiting for the process that keeps the connection to end");
        if (event != Event::reply) return {};  // it has ended, or has another version
    }
}

}  // namespace mqtts::program
