#include "client/publish_stream.hpp"

#include <fmt/format.h>

namespace mqtts::client {

PublishStream::PublishStream(Client& client, PublishTemplate message, stream::Framer framer,
                             std::optional<stream::Input> input)
    : client_(client), template_(std::move(message)), framer_(std::move(framer)), input_(std::move(input)) {}

Awaitable<Result<>> PublishStream::run() {
    co_await client_.wait_to_publish();  // nothing is read before the server has accepted us
    result_ = co_await publish_all();
    if (!leave_open_ || !result_) client_.finish();
    co_return co_await until();
}

Awaitable<Result<>> PublishStream::publish_all() {
    Errc error = Errc::ok;
    while (input_ && !client_.finishing()) {
        const Result<bool> read = co_await input_->read(framer_.input());
        if (!read) co_return read.error();
        if (!*read) break;
        while (const auto message = framer_.next(error)) {  // the hot loop: it waits only when something is full
            if (!client_.can_publish()) {
                client_.flush();
                co_await client_.wait_to_publish();
                if (client_.finishing()) co_return Result<>();
            }
            publish(*message);
        }
        if (error != Errc::ok) break;
        client_.flush();
    }
    if (error == Errc::ok && !client_.finishing()) {
        const auto message = framer_.last(error);
        if (message && message->empty() && !template_.may_be_empty) {
            co_return Failure(Errc::input_failed, "standard input is empty: -n publishes an empty message");
        }
        if (message) co_await publish_last(*message);
    }
    if (error != Errc::ok) {
        co_return Failure(error, fmt::format("message {} is larger than --max-message-size", framer_.number() + 1));
    }
    co_return Result<>();
}

Awaitable<> PublishStream::publish_last(std::string_view payload) {
    for (std::uint64_t time = 1; !client_.finishing(); ++time) {
        co_await client_.wait_to_publish();
        if (client_.finishing()) co_return;
        publish(payload);
        published_at_ = std::chrono::steady_clock::now();
        client_.flush();
        if (time == repetition_.times) co_return;
        co_await client_.wait_for_acknowledgement();
        co_await until(std::chrono::steady_clock::now() + repetition_.delay);
    }
}

void PublishStream::publish(std::string_view payload) {
    client_.publish({.topic_name = template_.topic_name,
                     .payload = payload,
                     .properties = template_.properties.view(),
                     .qos = template_.qos,
                     .retain = template_.retain});
}

}  // namespace mqtts::client
