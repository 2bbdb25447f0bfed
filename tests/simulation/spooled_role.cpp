// SPDX-License-Identifier: Apache-2.0
#include "simulation/spooled_role.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "async/race.hpp"
#include "program/verdict.hpp"
#include "simulation/directory.hpp"
#include "store/database.hpp"

namespace mqtts::simulation {

namespace {

/// Where the spool is that a run uses: those that were killed leave theirs behind.
std::string place_of(const Network& network, std::size_t run) {
    return fmt::format("{}/spool-{}", network.directory, run);
}

}  // namespace

SpooledRole::SpooledRole(boost::asio::io_context& io, Network& network, const Log& log, SpoolWitness& witness,
                         std::size_t run)
    : Role(io, network, log, 0),
      run_(network.plan.restarting.spooling[run]),
      number_of_run_(run),
      witness_(witness),
      recorded_(network.plan, network.witness),
      mortality_(network, 0, run_.death, [this] { die(); }) {
    const Publishing& publishing = network.plan.publishing;
    network.witness.leaves_telling_to_others();
    client::Settings with =
        settings("publisher", publishing.mixed_qos ? wire::Qos::exactly_once : publishing.qos, true);
    with.session.send_window = publishing.send_window;
    with.step_over_refused = true;
    with.patience.retry_connect = with.patience.reconnect;
    client_.emplace(io.get_executor(), std::move(with), make_link(), network.clock, nullptr, log);
    open();
}

/// Opens the spool. The first run finds one that has been in use: its sequence numbers begin in the middle.
void SpooledRole::open() {
    const std::string place = place_of(network_, number_of_run_);
    const bool is_copied = ::access(place.c_str(), F_OK) == 0;
    if (number_of_run_ != 0 && !is_copied) std::filesystem::rename(place_of(network_, number_of_run_ - 1), place);
    constexpr auto durability = store::Durability::process;
    const std::uint32_t first = network_.plan.details.first_sequence;
    if (number_of_run_ == 0 && first != 0 && store::Spool::open(place, durability)) {
        auto database = store::Database::open(place + "/spool.db", durability);
        static_cast<void>(database->execute(
            fmt::format("UPDATE session SET next = {0}; UPDATE sent SET until = {0}", first).c_str()));
    }
    Result<store::Spool> spool = store::Spool::open(place, durability);
    Result<> opened = spool ? Result<>() : spool.error();
    if (spool && number_of_run_ == 0) opened = spool->set_client_identifier("publisher");
    if (opened && spool->client_identifier() != "publisher") opened = Failure(Errc::internal, "it has another owner");
    if (!opened) {
        network_.witness.broken(Invariant::verdict_cause, "the spool cannot be opened: " + one_line(opened.error()));
        return;
    }
    spool_.emplace(*std::move(spool));
    witness_.opened(*spool_);
    stream_.emplace(io_.get_executor(), *client_, *spool_, "spool", log_);
}

Awaitable<Result<>> SpooledRole::run() {
    if (!stream_) co_return Failure(Errc::store_failed, "there is no spool");
    mortality_.begin();
    auto [winner, result] = co_await async::race(client_->run(), publish(), stream_->drain(), mortality_.wait());
    if (is_dead()) co_return Result<>();
    mortality_.end();
    result = program::both(std::move(result), published_);
    witness_.ended(result, run_.has_input, client_->statistics());
    result = stream_->conclude(std::move(result));
    witness_.concluded(result, *spool_);
    co_return result;
}

Awaitable<Result<>> SpooledRole::publish() {
    const Publishing& publishing = network_.plan.publishing;
    if (publishing.fetched) co_return co_await publish_fetched();
    const std::uint32_t first = run_.has_input ? witness_.first_left() : publishing.messages;
    record::Framer framer(network_.plan.recording.framing());
    framer.input().append(records_of(network_.plan, recorded_, first));
    client::RecordPublisher publisher(*this, {.topic_name = "t/0", .qos = publishing.qos},
                                      {.framer = std::move(framer), .input = std::nullopt},
                                      record_settings_of(network_.plan), log_, network_.clock);
    const Result<> ended = co_await publisher.run();
    published_ = publisher.result();
    co_return ended;
}

Awaitable<Result<>> SpooledRole::publish_fetched() {
    const Publishing& publishing = network_.plan.publishing;
    Random random = sizes_of_fetched(network_.plan);
    for (std::uint32_t number = 0; number != publishing.messages && run_.has_input && !finishing(); ++number) {
        Fetched payload(payload_of(number, random.below(publishing.largest_payload + 1)));
        if (number < witness_.first_left()) continue;
        Errc error = Errc::ok;
        static_cast<void>(publish_from(payload, {.topic_name = "t/0", .qos = publishing.qos}, error));
        if (random.one_in(2)) flush();
    }
    finish();
    co_return co_await async::until();
}

std::size_t SpooledRole::publish_some(const wire::Publish& message, std::span<const std::string_view> payloads,
                                      std::uint64_t number, Errc& error) {
    error = Errc::ok;
    if (is_dead()) return 0;
    const std::size_t count = stream_->publish_some(message, payloads, number, error);
    for (const std::string_view payload : payloads.first(count))
        add(message, payload);
    if (error != Errc::ok) witness_.left_out();
    return count;
}

bool SpooledRole::publish_from(ByteSource& payload, const wire::Publish& message, Errc& error) {
    if (finishing()) return false;
    const bool taken = stream_->publish_from(payload, message, error);
    if (taken && error == Errc::ok) add(message, static_cast<const Fetched&>(payload).bytes());
    return taken;
}

void SpooledRole::add(const wire::Publish& message, std::string_view payload) {
    const auto type = message.properties.find(wire::PropertyIdentifier::content_type);
    added_.push_back({.topic_name = std::string(message.topic_name),
                      .payload = std::string(payload),
                      .content_type = std::string(type ? type->text : ""),
                      .qos = message.qos});
}

/// Does what may commit the open transaction.
void SpooledRole::commit(void (client::Outlet::*commits)()) {
    const bool has_any = !added_.empty();
    if (has_any && !is_dead()) mortality_.writes(false);
    if (is_dead()) return;
    client::Outlet& stream = *stream_;
    (stream.*commits)();
    for (const Added& one : std::exchange(added_, {})) {
        wire::PropertyWriter properties;
        if (!one.content_type.empty()) properties.add(wire::PropertyIdentifier::content_type, one.content_type);
        witness_.accepted({.topic_name = one.topic_name, .properties = properties.view(), .qos = one.qos}, one.payload);
    }
    if (has_any) mortality_.writes(true);
}

/// Leaves what the kernel has to the next run.
void SpooledRole::die() {
    link_->die();
    const std::string next = place_of(network_, number_of_run_ + 1);
    std::filesystem::create_directory(next);
    copy_database(place_of(network_, number_of_run_) + "/spool.db", next + "/spool.db");
    witness_.killed(client_->statistics());
}

}  // namespace mqtts::simulation
