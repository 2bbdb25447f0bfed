// SPDX-License-Identifier: Apache-2.0
// The client's end of the simulated network.
#pragma once

#include <string>

#include "async/notification.hpp"
#include "client/link.hpp"
#include "simulation/network.hpp"

namespace mqtts::simulation {

class SimulatedLink final : public client::Link {
public:
    SimulatedLink(const boost::asio::any_io_executor& executor, Network& network, unsigned client);
    ~SimulatedLink() override;

    Awaitable<Result<>> open(const net::Endpoint& endpoint, const net::Route& route) override;
    void drop() noexcept override;
    Awaitable<bool> close(bool at_once) override;
    [[nodiscard]] bool is_open() const noexcept override { return open_; }
    [[nodiscard]] bool is_opening() const noexcept override { return opening_; }
    void give_up() noexcept override { open_ = false; }
    [[nodiscard]] std::string_view phase() const noexcept override {
        return open_ ? "waiting for CONNACK" : "connecting";
    }
    [[nodiscard]] const std::string& server() const noexcept override { return server_; }
    [[nodiscard]] std::string certificate_advice() const override { return {}; }
    [[nodiscard]] Result<Status> send(Gather& output, wire::ProtocolVersion version, Send what) override;
    Awaitable<> writable() override;
    Awaitable<Result<>> receive(Buffer& input, wire::ProtocolVersion version) override;
    void let_gather() noexcept override {}
    [[nodiscard]] std::chrono::microseconds round_trip() const noexcept override;
    [[nodiscard]] Time last_progress() const noexcept override { return last_progress_; }
    [[nodiscard]] Time last_traffic() const noexcept override { return std::max(last_progress_, last_sent_); }

    /// Its process is dead: the connection ends as the kernel ends it, and nothing passes any more.
    void die() noexcept;

    // From the Wire

    void arrived(std::string_view bytes);
    void over(Ending how);
    void has_room() { room_made_.notify(); }

private:
    [[nodiscard]] const Fault* refusal() const noexcept;
    Awaitable<Result<>> fail(Ailment ailment);
    [[nodiscard]] bool dies_sending(bool done) const;
    [[nodiscard]] Failure explain_end() const;

    Network& network_;
    const unsigned client_;
    Wire* wire_ = nullptr;
    std::string arrived_;
    Ending ending_ = Ending::none;
    bool open_ = false;
    bool opening_ = false;
    bool dead_ = false;
    Time last_progress_{};
    Time last_sent_{};
    async::Notification something_arrived_;
    async::Notification room_made_;
    std::string server_ = "broker:8883";
};

}  // namespace mqtts::simulation
