// SPDX-License-Identifier: Apache-2.0
// What the runs of mqtts-sub --state have of each other: the real state file, and the output, a real file with a line
// for each message. Each run may be killed; the next one finds what the kernel has.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/receipt_keeper.hpp"
#include "os/open_file.hpp"
#include "program/state_file.hpp"
#include "simulation/network.hpp"

namespace mqtts::simulation {

class Remembered final : public client::ReceiptKeeper {
public:
    explicit Remembered(Network& network) noexcept : network_(network) {}

    /// A run begins: messages that the last one has not recorded are taken back. Returns what the client is to use;
    /// null: nothing is remembered.
    [[nodiscard]] client::ReceiptKeeper* open(const Log& log);
    /// The run is killed.
    void die();

    void delivered(const wire::Publish& message, std::uint32_t number);
    /// Writes to the output: a part of it, or all.
    void write(bool all);

    [[nodiscard]] std::span<const wire::PacketIdentifier> identifiers() const noexcept override {
        return file_->identifiers();
    }
    [[nodiscard]] Result<> connected(bool session_present) override { return file_->connected(session_present); }
    [[nodiscard]] Result<> keep(std::span<const wire::Acknowledgement> owed) override;

private:
    struct Delivered {
        std::uint32_t number = 0;
        wire::PacketIdentifier identifier = 0;
        bool is_recorded = false;
    };
    [[nodiscard]] bool is_printed() const noexcept { return !network_.plan.subscribing.later; }
    void read_output();
    void take_back();

    Network& network_;
    std::uint32_t runs_ = 0;
    std::string path_;
    std::optional<program::StateFile> file_;
    std::optional<os::OpenFile> output_;
    std::string unwritten_;
    std::vector<Delivered> delivered_;
};

}  // namespace mqtts::simulation
