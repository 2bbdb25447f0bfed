// SPDX-License-Identifier: Apache-2.0
#include "client/publisher.hpp"

#include <algorithm>
#include <utility>

#include "client/refusal.hpp"

namespace mqtts::client {

Publisher::Publisher(Outlet& outlet, PublishTemplate message, PublishSource source, const Log& log, Timer& timer)
    : outlet_(outlet),
      template_(std::move(message)),
      framer_(std::move(source.framer)),
      input_(std::move(source.input)),
      log_(log),
      timer_(timer) {}

Awaitable<Result<>> Publisher::run() {
    message_ = {.topic_name = template_.topic_name,
                .properties = template_.properties.view(),
                .qos = template_.qos,
                .retain = template_.retain};
    co_await outlet_.wait_to_publish();  // the input is not read before the server has accepted us
    co_await publish_input();
    const bool all = result_ && !outlet_.finishing();
    conclude();
    if (all && leave_open_) outlet_.flush();  // otherwise it leaves together with the goodbye
    if (!leave_open_ || !result_) outlet_.finish();
    co_return co_await async::until();
}

Awaitable<Publisher::Read> Publisher::read() {
    if (!input_ || outlet_.finishing()) co_return Read::ended;
    co_await wait_for_outlet();  // reading moves what it still refers to
    if (outlet_.finishing()) co_return Read::ended;
    const Result<bool> read = co_await input_->read(framer_.input(), [this] {
        outlet_.flush();
        return !outlet_.finishing();
    });
    if (read) co_return *read ? Read::more : Read::ended;
    if (read.error().code == Errc::ok) co_return Read::cancelled;
    result_ = read.error();
    co_return Read::ended;
}

Awaitable<> Publisher::wait_for_outlet() {
    if (outlet_.can_publish()) co_return;
    outlet_.make_room();
    co_await outlet_.wait_to_publish();
}

std::optional<double> Publisher::part_published() noexcept {
    const auto extent = input_ ? input_->extent() : std::nullopt;
    if (!extent) return std::nullopt;
    const std::uint64_t left = framer_.input().size() + waiting();
    return static_cast<double>(extent->read - std::min(left, extent->read)) / static_cast<double>(extent->size);
}

Failure Publisher::refusal(const wire::Publish& message, Errc error) {
    return cannot_publish(message.topic_name, error);
}

Failure Publisher::longer_than_allowed() {
    return {Errc::message_too_large,
            "the message is longer than --max-message-size",
            "raise --max-message-size",
            {"--max-message-size"}};
}

}  // namespace mqtts::client
