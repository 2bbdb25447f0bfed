// SPDX-License-Identifier: Apache-2.0
#include "client/whole_publisher.hpp"

#include <algorithm>
#include <utility>

namespace mqtts::client {

WholePublisher::WholePublisher(Outlet& outlet, PublishTemplate message, PublishSource source,
                               const Repetition& repetition, const Log& log, Timer& timer)
    : Publisher(outlet, std::move(message), std::move(source), log, timer), repetition_(repetition) {}

Awaitable<> WholePublisher::publish_input() {
    // The file might be another one the next time.
    if (input_ && repetition_.times == 1) source_ = input_->source();
    make_room_for_file();
    for (Read got = Read::more; got == Read::more && result_ && !source_;) {
        got = co_await read();
        if (got == Read::cancelled) co_return;
        if (got == Read::more) result_ = check_so_far();
    }
    if (!result_ || outlet_.finishing()) co_return;
    co_await publish_repeatedly();
}

/// Reserves one block for an input that is held: growing would move it, and hold it twice.
void WholePublisher::make_room_for_file() {
    const auto extent = input_ && !source_ ? input_->extent() : std::nullopt;
    if (!extent || extent->size <= stream::Input::most_at_once) return;
    const auto size = std::min<std::uint64_t>(extent->size - extent->read, wire::largest_packet);
    static_cast<void>(framer_.input().prepare(static_cast<std::size_t>(size) + stream::Input::most_at_once));
}

/// Fails as soon as the input is too long, without reading it to its end.
Result<> WholePublisher::check_so_far() {
    Errc error = Errc::ok;
    static_cast<void>(framer_.next(error));
    return error == Errc::ok ? Result<>() : longer_than_allowed();
}

Awaitable<> WholePublisher::publish_repeatedly() {
    result_ = take_whole();
    for (std::uint64_t time = 1; result_ && !outlet_.finishing(); ++time) {
        co_await outlet_.wait_to_publish();
        if (outlet_.finishing() || !publish_once()) co_return;
        published_at_ = timer_.now();
        if (time == repetition_.times) co_return;
        outlet_.flush();
        co_await outlet_.wait_for_acknowledgement();
        co_await timer_.until(timer_.now() + repetition_.delay);
    }
}

Result<> WholePublisher::take_whole() {
    Errc error = Errc::ok;
    if (!source_)
        message_.payload = framer_.last(error).value_or("");
    else if (source_->size() > framer_.maximum_message_size())
        error = Errc::message_too_large;
    if (error != Errc::ok) return longer_than_allowed();
    if (!source_ && message_.payload.empty() && !template_.may_be_empty)
        return Failure(Errc::input_failed, "standard input is empty", "give -n to publish an empty message");
    return {};
}

/// Publishes the message once; returns false when the server does not take it. Precondition: there is room.
bool WholePublisher::publish_once() {
    Errc error = Errc::ok;
    const bool taken = source_ ? outlet_.publish_from(*source_, message_, error) : outlet_.publish(message_, 0, error);
    if (error != Errc::ok) result_ = refusal(message_, error);
    return taken && error == Errc::ok;
}

}  // namespace mqtts::client
