// SPDX-License-Identifier: Apache-2.0
#include "simulation/roles.hpp"

#include <fmt/format.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include "async/race.hpp"
#include "cli/resolve/session_policy.hpp"

namespace mqtts::simulation {

namespace asio = boost::asio;

Role::Role(asio::io_context& io, Network& network, const Log& log, unsigned client)
    : io_(io), network_(network), log_(log), number_(client) {}

void Role::begin() {
    network_.witness.begins(number_);
    network_.promises.begins(number_);
    network_.sentences.begins(number_);
    network_.failover.begins(number_, network_.clock.now());
    asio::co_spawn(
        io_, run(),
        asio::bind_cancellation_slot(cancel_.slot(), [this](const std::exception_ptr& thrown, Result<> ended) {
            result_.emplace(thrown ? Result<>(Failure(Errc::internal, "an exception")) : std::move(ended));
            link_->drop();  // what the program has not closed ends with its process
        }));
}

std::unique_ptr<client::Link> Role::make_link() {
    auto link = std::make_unique<SimulatedLink>(io_.get_executor(), network_, number_);
    link_ = link.get();
    return link;
}

void Role::cancel() {
    if (!result_) cancel_.emit(asio::cancellation_type::all);
}

void Role::run_out_of_time(std::chrono::seconds limit) {
    network_.witness.allow(number_, exit_status(Errc::timed_out));
    client_->run_out_of_time(client_->explain_silence(Failure(Errc::timed_out, "the time is up")), limit);
}

client::Settings Role::settings(const char* name, wire::Qos highest_qos, bool publishes) {
    const Plan& plan = network_.plan;
    const std::chrono::milliseconds reconnect(plan.reconnect);
    const bool has_next = plan.subscribing.again || !plan.restarting.deaths.empty();
    client::Settings settings;
    settings.session = cli::begin_session(
        {.version = plan.version,
         .keep = !plan.clean_start || (number_ == 1 && has_next),
         .expiry_interval = plan.session_expiry == 0 ? std::nullopt : std::optional(plan.session_expiry),
         .spooled = publishes && plan.restarting.spools(),
         .remembered = number_ == 1 && plan.restarting.remembers,
         .highest_qos = highest_qos,
         .goes_on = true,
         .only_publishes = publishes ? std::optional(highest_qos) : std::nullopt,
         .reconnect = reconnect});
    settings.session.version = plan.version;
    settings.session.client_identifier = plan.details.anonymous ? "" : name;
    settings.session.keep_alive = plan.keep_alive;
    settings.version_pinned = plan.version_pinned;
    settings.observer = this;
    if (plan.details.has_will) settings.session.will = {.topic_name = "will", .payload = name, .qos = highest_qos};
    apply(plan.authenticating, settings);
    apply(plan.habits, false, settings);
    apply(plan.endpoints, settings);
    settings.patience.reconnect = reconnect;
    settings.patience.retry_connect = std::chrono::milliseconds(plan.retry_connect);
    settings.patience.backoff.seed = static_cast<std::uint_fast32_t>(plan.seed % 1'000'000 + number_);
    return settings;
}

// mqtts-pub

PublisherRole::PublisherRole(asio::io_context& io, Network& network, const Log& log)
    : Role(io, network, log, 0), recorded_(network.plan, network.witness), copies_(network.plan, network.witness) {
    const Publishing& publishing = network.plan.publishing;
    client::Settings with =
        settings("publisher", publishing.mixed_qos ? wire::Qos::exactly_once : publishing.qos, true);
    with.session.send_window = publishing.send_window;
    with.session.early = publishing.early;
    with.session.publish_early = publishing.early && publishing.messages == 1 && !publishing.fetched &&
                                 !publishing.mixed_qos && !publishing.retain &&
                                 publishing.qos == wire::Qos::at_least_once;
    with.step_over_refused = publishing.skip_refused;
    with.record_name = "line";
    client_.emplace(io.get_executor(), std::move(with), make_link(), network.clock, nullptr, log);
    client_->skip_to(network.plan.details.first_sequence);
    if (network.plan.details.keeps_on)
        client_->on_refused([this](std::uint64_t number, Failure failure) {
            const auto record = static_cast<std::uint32_t>(number - 1);
            const bool is_unknown = failure.code == Errc::unacknowledged && network_.witness.has_forgotten();
            if (!is_unknown && !network_.witness.was_refused(record) && !network_.witness.may_suspect(0))
                network_.witness.broken(Invariant::verdict_cause, fmt::format("record {} was not refused", number));
            refusal_ = std::move(failure);
        });
}

Awaitable<Result<>> PublisherRole::run() {
    const bool is_fetched = network_.plan.publishing.fetched;
    if (!is_fetched) make_publisher();
    std::vector<Awaitable<Result<>>> both;
    both.push_back(client_->run());
    if (is_fetched)  // g++ 12 destroys an awaitable out of a conditional expression twice
        both.push_back(publish_fetched());
    else
        both.push_back(publisher_->run());
    auto [winner, result] = co_await async::race(std::move(both));
    Result<> ended = result;
    if (ended && refusal_) ended = *refusal_;
    if (ended) ended = is_fetched ? fetch_failure_ : publisher_->result();
    if (!is_fetched) check_publisher(ended);
    co_return ended;
}

std::size_t PublisherRole::publish_some(const wire::Publish& message, std::span<const std::string_view> payloads,
                                        std::uint64_t number, Errc& error) {
    if (payloads.size() == 1 && network_.plan.whole.on) return publish_copy(message, payloads.front(), error);
    if (!payloads.empty()) recorded_.leaves(number_of(message, payloads.front()).value_or(0), network_.clock.now());
    check_part(number);
    const std::size_t count = client_->publish_some(message, payloads, number, error);
    for (const std::string_view payload : payloads.first(count))
        network_.witness.accepted(message, payload);
    if (count != 0 || error != Errc::ok) recorded_.left(network_.clock.now());
    if (error != Errc::ok) network_.witness.forbidden();
    if (error != Errc::ok && count < payloads.size())
        network_.promises.forbidden(number_of(message, payloads[count]).value_or(0));
    return count;
}

Awaitable<Result<>> PublisherRole::publish_fetched() {
    const Publishing& publishing = network_.plan.publishing;
    Random random = sizes_of_fetched(network_.plan);
    Result<> result;
    for (std::uint32_t number = 0; number != publishing.messages; ++number) {
        co_await client_->wait_to_publish();
        if (client_->finishing()) break;
        Fetched& payload = fetched_.emplace_back(payload_of(number, random.below(publishing.largest_payload + 1)));
        Errc error = Errc::ok;
        static_cast<void>(publish_from(payload, {.topic_name = "t/0", .qos = publishing.qos}, error));
        if (error != Errc::ok && result) result = Failure(error);
        client_->flush();
        co_await client_->wait_for_acknowledgement();
    }
    client_->finish();
    if (!result) fetch_failure_ = result;
    co_return co_await async::until();
}

bool PublisherRole::publish_from(ByteSource& payload, const wire::Publish& message, Errc& error) {
    const bool is_whole = network_.plan.whole.on;
    if (is_whole) copies_.next(payload.size(), network_.clock.now(), client_->finishing());
    const bool taken = client_->publish_from(payload, message, error);
    if (is_whole)
        note_published(message, payload_of(0, network_.plan.whole.size), taken, error);
    else
        note_published(message, fetched_.back().bytes(), taken, error);
    return taken;
}

// mqtts-sub

SubscriberRole::SubscriberRole(asio::io_context& io, Network& network, const Log& log, Remembered& remembered,
                               std::size_t run)
    : Role(io, network, log, 1),
      remembered_(remembered),
      sink_(io.get_executor(), network),
      mortality_(network, 1,
                 run < network.plan.restarting.deaths.size() ? network.plan.restarting.deaths[run] : Death(),
                 [this] { die(); }) {
    const Subscribing& subscribing = network.plan.subscribing;
    client::Settings with = settings("subscriber", subscribing.qos, false);
    with.session.receive_maximum = subscribing.receive_maximum;
    with.session.early = subscribing.early;
    const Details& details = network.plan.details;
    for (std::uint32_t number = 1; number <= details.more_filters; ++number)
        with.subscriptions.push_back(
            {.topic_filter = other_filter(number), .qos = number % 2 == 0 ? subscribing.qos : wire::Qos::at_most_once});
    for (std::uint32_t number = 1; number <= details.unsubscribes; ++number)
        with.unsubscriptions.push_back(fmt::format("not/{}", number));
    apply(network.plan.habits, true, with);
    with.subscriptions.push_back({.topic_filter = details.exact_filter ? "t/0" : "t/#",
                                  .qos = subscribing.qos,
                                  .subscription_identifier = network.plan.habits.identified ? 1U : 0U});
    if (details.topic_aliases != 0)
        with.session.connect_properties.add(wire::PropertyIdentifier::topic_alias_maximum, details.topic_aliases);
    with.open_ended = subscribing.wanted == 0;
    if (subscribing.slowest_flush > 5'000) network.witness.allow(1, exit_status(Errc::output_failed));
    if (subscribing.end == Subscribing::End::after_retained) {
        with.end_after_retained = true;
        if (subscribing.pings_decide) with.retained_settle = std::chrono::milliseconds(0);
        if (subscribing.removes) with.remove_retained_except.emplace();
    }
    with.receipts = remembered.open(log);
    client_.emplace(io.get_executor(), std::move(with), make_link(), network.clock, &sink_, log);
    connect_sink();
}

void SubscriberRole::connect_sink() {
    sink_.is_granted = [this] { return client_->subscribed(); };
    sink_.failed = [this] { client_->stop(Failure(command_failed_with(1), "a command failed")); };
    sink_.takes = [this](const wire::Publish& message, std::uint32_t number) {
        if (!was_killed()) remembered_.delivered(message, number);
        return !was_killed();
    };
    sink_.writes = [this](bool done) {
        if (!done && !was_killed()) mortality_.writes(false);
        if (!was_killed()) remembered_.write(done);
        if (done && !was_killed()) mortality_.writes(true);
        return !was_killed();
    };
}

Awaitable<Result<>> SubscriberRole::run() {
    std::vector<Awaitable<Result<>>> all;
    all.push_back(client_->run());
    all.push_back(mortality_.wait());
    if (network_.plan.details.proves) all.push_back(prove_alive());
    mortality_.begin();
    const auto ended = co_await async::race(std::move(all));
    mortality_.end();
    if (was_killed()) co_return Result<>();
    co_return ended.result;
}

void SubscriberRole::die() {
    link_->die();
    remembered_.die();
}

Awaitable<Result<>> SubscriberRole::prove_alive() {
    constexpr std::chrono::seconds patience{30};
    if (Result<> present = co_await client_->wait_until_present(); !present) co_return present;
    const Result<> alive = co_await client_->prove_alive(patience);
    if (!alive) client_->stop(alive.error());
    co_return co_await async::until();
}

}  // namespace mqtts::simulation
