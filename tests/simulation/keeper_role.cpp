// SPDX-License-Identifier: Apache-2.0
#include "simulation/keeper_role.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <utility>

#include "async/race.hpp"
#include "program/first_message.hpp"
#include "simulation/link.hpp"

namespace mqtts::simulation {

using std::chrono::milliseconds;

KeeperRole::KeeperRole(boost::asio::io_context& io, Network& network)
    : Role(io, network, log_, 0),
      log_("mqtts-pub", Log::Level::quiet),
      witness_(network),
      first_(message_of(network.plan, 0, 0)),
      died_(io.get_executor()),
      call_over_(io.get_executor()) {
    const Plan& plan = network.plan;
    client::Settings with = settings("publisher", wire::Qos::exactly_once, true);
    with.session.clean_start = true;  // -c is not shared
    with.session.send_window = plan.publishing.send_window;
    with.session.early = plan.publishing.early;
    with.session.publish_early = plan.publishing.early && !first_.retain && first_.qos == wire::Qos::at_least_once;
    client_.emplace(io.get_executor(), std::move(with), make_link(), network.clock, nullptr, log_);
    network.witness.leaves_telling_to_others();
    network.leaving = [this](unsigned client, std::string_view bytes) {
        if (client == 0) witness_.leaves(bytes);
    };
    KeeperProcess& process = *this;
    for (std::uint32_t call = 1; call <= plan.keeping.calls; ++call)
        callers_.emplace_back(io.get_executor(), network, witness_, process, call);
}

KeeperRole::~KeeperRole() {
    network_.clock.forget(*this);
    network_.leaving = nullptr;
}

Awaitable<Result<>> KeeperRole::run() {
    auto [winner, result] = co_await async::race(client_->run(), publish_and_keep(), died_.wait());
    if (keeper_ && !is_dead_) keeper_->conclude(result);
    const bool was_keeper = keeper_.has_value();
    is_open_ = false;
    has_ended_ = true;
    keeper_.reset();
    link_->drop();
    for (Caller& caller : callers_) {
        caller.start();
        caller.keeper_ended();
    }
    while (!is_over())
        if (Result<> changed = co_await call_over_.wait(); !changed) co_return changed;
    if (is_dead_) co_return Result<>();
    co_return was_keeper || !result ? result : unpublished_;
}

bool KeeperRole::is_over() const {
    return std::ranges::all_of(callers_, &Caller::is_over);
}

Awaitable<Result<>> KeeperRole::publish_and_keep() {
    witness_.taken(first_);
    Result<> published = co_await program::publish_first_message(*client_, first_.packet(), unpublished_);
    if (!published) co_return published;
    become_keeper();
    co_return co_await keeper_->run();
}

void KeeperRole::become_keeper() {
    if (network_.trace.on()) network_.trace.note(0, "the connection is kept");
    witness_.done(first_);
    const Keeping& keeping = network_.plan.keeping;
    program::KeeperSettings settings{.idle = milliseconds(keeping.idle), .usable_until = {}, .warnings = {}};
    if (keeping.usable != 0) settings.usable_until = VirtualClock::beginning_of_day + milliseconds(keeping.usable);
    is_open_ = true;
    keeper_.emplace(io_.get_executor(), *client_, network_.clock, identity_of_calls(), std::move(settings), [this] {
        if (network_.trace.on()) network_.trace.note(0, "no more callers are taken");
        is_open_ = false;
    });
    log_.divert(*keeper_);
    if (keeping.killed != 0) network_.clock.at(network_.clock.now() + milliseconds(keeping.killed), *this, 0);
    for (Caller& caller : callers_)
        caller.start();
}

void KeeperRole::interrupt() {
    if (is_dead_ || has_ended_) return;
    if (keeper_)
        keeper_->terminate();
    else
        client_->interrupt(SIGTERM);
}

bool KeeperRole::connect(std::unique_ptr<program::CallerLink> link) {
    if (!is_open_) return false;
    keeper_->greet(std::move(link));
    return true;
}

bool KeeperRole::dies_writing() {
    return ++writes_ == network_.plan.keeping.killed_writing;
}

/// Leaves nothing of the process but what its kernel has.
void KeeperRole::die() {
    if (has_ended_ || std::exchange(is_dead_, true)) return;
    if (network_.trace.on()) network_.trace.note(0, "kill -9");
    is_open_ = false;
    witness_.killed();
    network_.promises.killed(number_);
    link_->drop();
    for (Caller& caller : callers_)
        caller.keeper_ended();
    died_.notify();
}

}  // namespace mqtts::simulation
