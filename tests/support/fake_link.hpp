// SPDX-License-Identifier: Apache-2.0
// A link to a server that is the test: it decides what comes and when, and reads what was sent as text.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "async/notification.hpp"
#include "async/race.hpp"
#include "client/link.hpp"
#include "support/loop.hpp"
#include "support/server_wire.hpp"

namespace mqtts::test {

class FakeLink final : public client::Link {
public:
    FakeLink(Loop& loop, client::Timer& timer)
        : loop_(loop), timer_(timer), arrived_(loop.executor()), room_made_(loop.executor()) {}

    // The server

    /// How the next attempts to open end; then they succeed.
    std::deque<Failure> open_failures;
    /// Bytes that the kernel takes before it is full.
    std::size_t kernel_room = std::numeric_limits<std::size_t>::max();
    wire::ProtocolVersion version = wire::ProtocolVersion::v5;
    bool answers_pings = false;
    std::string advice;
    /// So that nobody pauses before a read, unless the test wants it: it is too far for that, see ReadPacing.
    std::chrono::microseconds way_there_and_back{400};

    template <class Packet>
    void server(const Packet& packet) {
        Buffer bytes;
        encode(bytes, packet, version);
        server_bytes(bytes.readable());
    }
    void server(wire::PacketType type, unsigned identifier, wire::ReasonCode code = wire::ReasonCode::success) {
        server(wire::Acknowledgement{
            .type = type, .packet_identifier = static_cast<wire::PacketIdentifier>(identifier), .reason_code = code});
    }
    void server_bytes(std::string_view bytes) {
        incoming_ += bytes;
        arrived_.notify();
        loop_.settle();
    }
    void hang_up(Errc how = Errc::connection_lost) {
        end_ = how;
        arrived_.notify();
        loop_.settle();
    }
    void take(std::size_t bytes) {
        kernel_room += bytes;
        room_made_.notify();
        loop_.settle();
    }

    // What happened

    /// The packets sent since the last call: "CONNECT …; PINGREQ".
    [[nodiscard]] std::string sent() {
        loop_.settle();
        return to_text(std::exchange(sent_, {}), version);
    }
    /// The same as bytes.
    [[nodiscard]] std::string sent_bytes() {
        loop_.settle();
        return std::exchange(sent_, {});
    }
    /// How often something was sent.
    [[nodiscard]] std::size_t sends() const noexcept { return sends_; }
    [[nodiscard]] std::size_t opened() const noexcept { return opened_; }
    [[nodiscard]] const std::string& opened_host() const noexcept { return host_; }
    /// It was ended in order; at once, without waiting for the server.
    [[nodiscard]] bool closed() const noexcept { return closed_; }
    [[nodiscard]] bool closed_at_once() const noexcept { return closed_at_once_; }

    Awaitable<Result<>> open(const net::Endpoint& endpoint, const net::Route& /*route*/) override {
        drop();
        host_ = endpoint.host;
        ++opened_;
        co_await async::yield();
        if (!open_failures.empty()) {
            const Failure failure = open_failures.front();
            open_failures.pop_front();
            co_return failure;
        }
        open_ = true;
        closed_ = false;
        last_progress_ = timer_.now();
        co_return Result<>();
    }
    void drop() noexcept override {
        open_ = false;
        incoming_.clear();
        end_.reset();
    }
    Awaitable<bool> close(bool at_once) override {
        closed_ = true;
        closed_at_once_ = at_once;
        open_ = false;
        co_return true;
    }
    [[nodiscard]] bool is_open() const noexcept override { return open_; }
    [[nodiscard]] bool is_opening() const noexcept override { return false; }
    void give_up() noexcept override { open_ = false; }
    [[nodiscard]] std::string_view phase() const noexcept override { return "waiting for CONNACK"; }
    [[nodiscard]] const std::string& server() const noexcept override { return server_; }
    [[nodiscard]] std::string certificate_advice() const override { return advice; }
    [[nodiscard]] Result<Status> send(Gather& output, wire::ProtocolVersion, Send) override {
        if (Result<> gathered = output.gather(); !gathered) return gathered.error();
        const std::string_view bytes = output.readable().substr(0, kernel_room);
        sent_ += bytes;
        if (!bytes.empty()) last_sent_ = timer_.now();
        if (!bytes.empty()) ++sends_;
        kernel_room -= bytes.size();
        if (answers_pings && to_text(bytes, version).find("PINGREQ") != std::string::npos) answer_ping();
        output.consume(bytes.size());
        return output.empty() ? Status::ok : Status::would_block;
    }
    Awaitable<> writable() override {
        co_await room_made_.wait();
        last_progress_ = timer_.now();
    }
    Awaitable<Result<>> receive(Buffer& input, wire::ProtocolVersion) override {
        while (incoming_.empty() && !end_)
            if (Result<> arrived = co_await arrived_.wait(); !arrived) co_return arrived;
        if (!incoming_.empty()) {
            last_progress_ = timer_.now();
            input.append(std::exchange(incoming_, {}));
            co_return Result<>();
        }
        open_ = false;
        co_return Failure(*end_, server_ + " closed the connection");
    }
    void let_gather() noexcept override {}
    [[nodiscard]] std::chrono::microseconds round_trip() const noexcept override { return way_there_and_back; }
    [[nodiscard]] client::Timer::Clock::time_point last_progress() const noexcept override { return last_progress_; }
    [[nodiscard]] client::Timer::Clock::time_point last_traffic() const noexcept override {
        return std::max(last_progress_, last_sent_);
    }

private:
    void answer_ping() {
        Buffer bytes;
        encode(bytes, wire::Pingresp{}, version);
        incoming_ += bytes.readable();
        arrived_.notify();
    }

    Loop& loop_;
    client::Timer& timer_;
    async::Notification arrived_;
    async::Notification room_made_;
    std::string server_ = "server:1";
    std::string host_;
    std::string incoming_;
    std::string sent_;
    std::optional<Errc> end_;
    client::Timer::Clock::time_point last_progress_;
    client::Timer::Clock::time_point last_sent_;
    std::size_t sends_ = 0;
    std::size_t opened_ = 0;
    bool open_ = false;
    bool closed_ = false;
    bool closed_at_once_ = false;
};

}  // namespace mqtts::test
