// SPDX-License-Identifier: Apache-2.0
// A run of mqtts-pub --share, and its keeper: the first call connects and publishes, as program/publish_shared does it,
// and then the real Keeper serves the other calls of the plan. It may be killed at any moment.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "log/log.hpp"
#include "program/keeper.hpp"
#include "simulation/caller.hpp"
#include "simulation/roles.hpp"

namespace mqtts::simulation {

class KeeperRole final : public Role, private KeeperProcess, private Actor {
public:
    KeeperRole(boost::asio::io_context& io, Network& network);
    ~KeeperRole() override;

    void interrupt() override;
    void run_out_of_time(std::chrono::seconds) override { interrupt(); }  // it has no such limit
    [[nodiscard]] bool program_runs() const noexcept override { return !is_dead_ && !has_ended_; }

private:
    Awaitable<Result<>> run() override;
    Awaitable<Result<>> publish_and_keep();
    void become_keeper();
    [[nodiscard]] bool is_over() const;

    // For the calls
    [[nodiscard]] bool connect(std::unique_ptr<program::CallerLink> link) override;
    [[nodiscard]] bool is_open() const noexcept override { return is_open_; }
    [[nodiscard]] bool dies_writing() override;
    void die() override;
    void call_is_over() override { call_over_.notify(); }

    void act(std::uint32_t, std::uint64_t) override { die(); }

    Log log_;
    CallWitness witness_;
    std::deque<Caller> callers_;
    const CallMessage first_;
    Result<> unpublished_;
    std::optional<program::Keeper> keeper_;
    bool is_open_ = false;  // the door
    bool is_dead_ = false;
    bool has_ended_ = false;
    std::uint32_t writes_ = 0;  // to callers
    async::Notification died_;
    async::Notification call_over_;
};

}  // namespace mqtts::simulation
