// SPDX-License-Identifier: Apache-2.0
#include "program/replies.hpp"

#include <algorithm>
#include <utility>

#include "client/refusal.hpp"

namespace mqtts::program {

void Replies::attach(client::Client& client, command::Runner& runner) {
    client_ = &client;
    runner_ = &runner;
    client.on_progress([this](const auto& progress) { return take(progress); },
                       [](session::Kept) { return Result<>(); });
    client.on_refused(
        [&runner](std::uint64_t ticket, Failure failure) { runner.reply_done(ticket, std::move(failure)); });
}

void Replies::send(command::Reply reply) {
    waiting_.push_back(std::move(reply));
    more_.notify();
}

Awaitable<Result<>> Replies::run() {
    for (;;) {
        if (Result<> more = co_await more_.wait(); !more) co_return more;
        while (!waiting_.empty()) {
            co_await client_->wait_for_room();
            published_ = std::move(waiting_.front());
            waiting_.pop_front();
            publish(published_);
        }
        client_->flush();
    }
}

/// A reply of QoS 0 is done when it is sent: nothing acknowledges it, as nothing acknowledges its request.
void Replies::publish(const command::Reply& reply) {
    const wire::Publish message{.topic_name = reply.topic_name,
                                .payload = reply.payload,
                                .properties = reply.properties.view(),
                                .qos = reply.qos};
    Errc error = Errc::ok;
    const bool is_published = client_->publish(message, reply.ticket, error);
    if (!is_published && error == Errc::ok) error = Errc::internal;  // there was room
    if (error != Errc::ok)
        runner_->reply_done(reply.ticket, client::cannot_publish(reply.topic_name, error));
    else if (reply.qos == wire::Qos::at_most_once)
        runner_->reply_done(reply.ticket, {});
}

Result<> Replies::take(const std::vector<session::InFlight::Progress>& progress) {
    for (const session::InFlight::Progress& step : progress) {
        const bool is_told = step.error == Errc::publish_refused;  // by on_refused()
        if (!step.is_finished || is_told) continue;
        if (step.error == Errc::ok)
            runner_->reply_done(step.number, {});
        else
            runner_->reply_done(step.number, Failure(step.error, "the broker no longer takes such a message: " +
                                                                     std::string(describe(step.error).sentence)));
    }
    return {};
}

}  // namespace mqtts::program
