// SPDX-License-Identifier: Apache-2.0
#include "simulation/link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/sizes.hpp"

namespace mqtts::simulation {

namespace {

/// More than this the session never holds: its own limit, one packet above it, and the acknowledgements of what it may
/// receive meanwhile. The model's messages are small, but for one.
constexpr std::size_t most_unsent = 2 * sizes::unsent_output + 200'000;
constexpr std::size_t most_unread = 1'000'000;

}  // namespace

SimulatedLink::SimulatedLink(const boost::asio::any_io_executor& executor, Network& network, unsigned client)
    : network_(network), client_(client), something_arrived_(executor), room_made_(executor) {}

SimulatedLink::~SimulatedLink() {
    drop();
}

/// The fault of the plan that this attempt meets.
const Fault* SimulatedLink::refusal() const noexcept {
    for (const Fault& fault : network_.plan.faults) {
        if (fault.kind == Fault::Kind::refuse_connect && fault.client == client_ &&
            fault.connection == network_.attempts[client_])
            return &fault;
    }
    return nullptr;
}

Awaitable<Result<>> SimulatedLink::open(const net::Endpoint& endpoint, const net::Route&) {
    drop();
    if (dead_) co_return co_await network_.clock.until(Time::max());
    server_ = net::to_string(endpoint);
    const Fault* const refused = refusal();
    const unsigned attempt = network_.attempts[client_]++;
    const Plan& plan = network_.plan;
    const bool early = client_ == 0 ? plan.publishing.early : plan.subscribing.early;
    const bool spools = client_ == 0 && plan.restarting.spools();  // it tries again while input may come
    const auto [begins, ailment] = network_.failover.opens(client_, endpoint.host, network_.clock.now());
    if (begins) network_.witness.attempts(client_, network_.clock.now(), plan.reconnect != 0 || early || spools);
    network_.promises.attempts(client_, network_.clock.now(), begins);
    network_.sentences.attempts(client_);
    opening_ = true;
    Result<> waited = co_await network_.clock.until(network_.clock.now() + 4 * network_.delay());
    if (!waited) co_return waited;
    if (refused != nullptr) {
        network_.happened(client_, *refused);
        constexpr Ailment ways[] = {Ailment::refused, Ailment::unreachable, Ailment::silent};
        co_return co_await fail(ways[refused->amount]);
    }
    if (ailment && *ailment < Ailment::silent_connack) co_return co_await fail(*ailment);
    if (!ailment && !network_.broker->listens()) co_return co_await fail(Ailment::refused);
    opening_ = false;
    open_ = true;
    last_progress_ = network_.clock.now();
    wire_ = &network_.open(*this, client_, attempt);
    wire_->suffer(ailment);
    if (network_.trace.on()) network_.trace.note(client_, fmt::format("connection {} is open", attempt));
    network_.broker->opened(*wire_);
    co_return Result<>();
}

/// Fails without a connection, or waits for the end of the client's patience.
Awaitable<Result<>> SimulatedLink::fail(Ailment ailment) {
    if (network_.trace.on()) network_.trace.note(client_, fmt::format("{} {}", server_, to_text(ailment)));
    network_.witness.network_failed(client_);
    network_.witness.allow(client_, exit_status(error_of(ailment)));
    network_.failover.fails(client_, error_of(ailment), true);
    network_.sentences.suffers(client_, ailment);
    if (ailment == Ailment::silent) co_return co_await network_.clock.until(Time::max());
    co_return Failure(error_of(ailment), fmt::format("{} {}", server_, to_text(ailment)));
}

void SimulatedLink::drop() noexcept {
    network_.promises.lost(client_);
    network_.failover.left(client_, network_.clock.now());
    open_ = opening_ = false;
    arrived_.clear();
    ending_ = Ending::none;
    if (Wire* const wire = std::exchange(wire_, nullptr)) wire->dropped();
}

void SimulatedLink::die() noexcept {
    dead_ = true;
    drop();
}

/// Tells whether the process dies now.
bool SimulatedLink::dies_sending(bool done) const {
    return network_.sending[client_] && network_.sending[client_](done);
}

Awaitable<bool> SimulatedLink::close(bool at_once) {
    if (wire_ == nullptr) co_return false;
    wire_->end_by_client();
    while (!at_once && ending_ == Ending::none)
        if (const Result<> arrived = co_await something_arrived_.wait(); !arrived) co_return false;
    open_ = false;
    co_return at_once || ending_ == Ending::close;
}

Result<Status> SimulatedLink::send(Gather& output, wire::ProtocolVersion, Send what) {
    if (output.size() > most_unsent)
        network_.witness.broken(Invariant::bounded_memory, fmt::format("{} bytes wait to be sent", output.size()));
    if (wire_ == nullptr || ending_ == Ending::reset) return output.empty() ? Status::ok : Status::failed;
    if (Result<> gathered = output.gather(); !gathered) return gathered.error();
    std::string_view bytes = output.readable();
    if (what == Send::blocks) bytes = bytes.substr(0, bytes.size() - bytes.size() % sizes::tls_record);
    if (!bytes.empty() && dies_sending(false)) return Status::failed;
    const std::size_t taken = wire_->take(bytes);
    if (taken != 0 && dies_sending(true)) return Status::failed;
    output.consume(taken);
    if (taken != 0) last_sent_ = network_.clock.now();
    return taken == bytes.size() ? Status::ok : Status::would_block;
}

Awaitable<> SimulatedLink::writable() {
    co_await room_made_.wait();
    last_progress_ = network_.clock.now();
}

Awaitable<Result<>> SimulatedLink::receive(Buffer& input, wire::ProtocolVersion) {
    const bool at_once = !arrived_.empty();
    if (at_once) co_await async::yield();
    while (arrived_.empty() && ending_ == Ending::none)
        if (const Result<> arrived = co_await something_arrived_.wait(); !arrived) co_return arrived;
    if (arrived_.empty()) {
        open_ = false;
        co_return explain_end();
    }
    last_progress_ = network_.clock.now();
    network_.sentences.came(client_);
    const std::size_t count = std::min(arrived_.size(), sizes::received_at_once);
    input.append(std::string_view(arrived_).substr(0, count));
    arrived_.erase(0, count);
    if (input.size() > most_unread)
        network_.witness.broken(Invariant::bounded_memory, fmt::format("{} bytes wait to be read", input.size()));
    co_return Result<>();
}

Failure SimulatedLink::explain_end() const {
    if (ending_ == Ending::reset) return {Errc::connection_lost, server_ + ": connection reset by peer"};
    if (ending_ == Ending::cut_off) return {Errc::connection_truncated, server_ + " cut the connection off"};
    return {Errc::connection_lost, server_ + " closed the connection"};
}

std::chrono::microseconds SimulatedLink::round_trip() const noexcept {
    return std::chrono::microseconds(2 * network_.plan.latency);
}

void SimulatedLink::arrived(std::string_view bytes) {
    arrived_ += bytes;
    something_arrived_.notify();
}

void SimulatedLink::over(Ending how) {
    ending_ = how;
    network_.sentences.over(client_, how);
    something_arrived_.notify();
    room_made_.notify();
}

}  // namespace mqtts::simulation
