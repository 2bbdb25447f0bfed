// SPDX-License-Identifier: Apache-2.0
// What the publisher's run publishes, and what it says of its input.
#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "client/whole_publisher.hpp"
#include "simulation/roles.hpp"

namespace mqtts::simulation {

void PublisherRole::make_publisher() {
    const Plan& plan = network_.plan;
    const auto executor = io_.get_executor();
    feed_.emplace(network_, executor,
                  plan.whole.on ? plan.whole.content() : records_of(plan, recorded_, 0, &record_begins_));
    client::Outlet& outlet = *this;
    client::PublishTemplate message{.topic_name = "t/0", .qos = plan.publishing.qos};
    if (plan.whole.on) {
        message.retain = plan.publishing.retain;
        message.may_be_empty = plan.whole.may_be_empty;
        publisher_ =
            std::make_unique<client::WholePublisher>(outlet, std::move(message), feed_->source(plan.whole.framing()),
                                                     plan.whole.repetition(), log_, network_.clock);
        return;
    }
    publisher_ =
        std::make_unique<client::RecordPublisher>(outlet, std::move(message), feed_->source(plan.recording.framing()),
                                                  record_settings_of(plan), log_, network_.clock);
}

/// Compares how much of a file is said to be published with what is. `number`: of the record that comes next, from 1.
void PublisherRole::check_part(std::uint64_t number) {
    constexpr double rounding = 2;  // bytes; what is around a record is a byte, or a few
    const auto part = publisher_->part_published();
    if (!part || network_.plan.whole.on || network_.plan.recording.by_length || number == 0) return;
    const double size = static_cast<double>(feed_->size());
    const auto published = static_cast<double>(record_begins_[number - 1]);
    if (std::abs(*part * size - published) > rounding)
        network_.witness.broken(Invariant::losses_told, fmt::format("{} of {} bytes are published, and {} are told",
                                                                    published, size, *part * size));
}

void PublisherRole::check_publisher(const Result<>& result) {
    Witness& witness = network_.witness;
    const auto part = publisher_->part_published();
    if (part && (*part < 0 || *part > 1 || (result && *part != 1)))
        witness.broken(Invariant::losses_told, fmt::format("the part {} of the input is said to be published", *part));
    if (network_.plan.whole.on) copies_.ended(result, publisher_->published_at());
    recorded_.ended(publisher_->lateness());
}

/// Publishes a copy of the whole input, with its number in it.
std::size_t PublisherRole::publish_copy(const wire::Publish& message, std::string_view payload, Errc& error) {
    const std::string_view copy = copies_.next(payload, network_.clock.now(), client_->finishing());
    const std::size_t count = client_->publish_some(message, {&copy, 1}, 0, error);
    note_published(message, copy, count != 0, error);
    return count;
}

void PublisherRole::note_published(const wire::Publish& message, std::string_view payload, bool taken, Errc error) {
    if (taken && error == Errc::ok) network_.witness.accepted(message, payload);
    if (error != Errc::ok) network_.witness.forbidden();
    if (network_.plan.whole.on && taken && error == Errc::ok) copies_.published(network_.clock.now());
}

}  // namespace mqtts::simulation
