// SPDX-License-Identifier: Apache-2.0
#include "simulation/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "simulation/link.hpp"

namespace mqtts::simulation {

using std::chrono::microseconds;
using std::chrono::milliseconds;

namespace {

/// When the kernels find out that nothing passes any more.
constexpr std::chrono::minutes tcp_gives_up{16};

/// When a client that nothing reaches gives up at the latest: with or without CONNACK. It may have sent the last ping
/// long before, and the ways are slow.
Duration most_silence(std::uint16_t keep_alive) noexcept {
    constexpr std::chrono::seconds slack{5};
    return std::max<Duration>(std::chrono::seconds(10), std::chrono::milliseconds(1'500) * keep_alive) + slack;
}

}  // namespace

// The network

Wire& Network::open(SimulatedLink& link, unsigned client, unsigned connection) {
    return wires.emplace_back(*this, link, client, connection, wires.size());
}

Duration Network::delay() {
    return microseconds(plan.latency + (plan.jitter == 0 ? 0 : random.below(plan.jitter)));
}

void Network::happened(unsigned client, const Fault& fault) {
    if (trace.on()) trace.note(client, to_text(fault));
    if (fault.kind != Fault::Kind::stall) ++cuts;
    witness.network_failed(client);
    sentences.happened(client, fault);
    const bool closes = fault.kind != Fault::Kind::stall && fault.kind != Fault::Kind::refuse_connect;
    if (closes) witness.closed(client);
}

// A connection

Wire::Wire(Network& network, SimulatedLink& link, unsigned client, unsigned connection, std::size_t number)
    : network_(network), link_(&link), client_(client), connection_(connection), number_(number) {
    for (const Fault& fault : network.plan.faults) {
        const bool is_ours = fault.client == client && fault.connection == connection;
        const bool is_of_wire = fault.kind >= Fault::Kind::reset && fault.kind <= Fault::Kind::mute;
        if (is_ours && is_of_wire) direction(fault.way).faults.push_back(fault);
    }
    for (Direction* direction : {&up_, &down_})
        std::ranges::stable_sort(direction->faults, std::ranges::greater(), &Fault::at);
}

void Wire::send(std::string_view bytes) {
    put(Way::down, bytes);
}

void Wire::end(Ending how) {
    if (how != Ending::reset) return finish(Way::down, how);
    up_.over = down_.over = true;
    network_.clock.at(network_.clock.now() + network_.delay(), *this, break_down);
}

std::size_t Wire::take(std::string_view bytes) {
    const std::size_t room =
        network_.plan.send_room == 0 ? std::numeric_limits<std::size_t>::max() : network_.plan.send_room;
    bytes = bytes.substr(0, room - std::min(room, up_.transit.size()));
    if (network_.leaving) network_.leaving(client_, bytes);
    put(Way::up, bytes);
    return bytes.size();
}

void Wire::end_by_client() {
    finish(Way::up, Ending::close);
}

/// The client has closed its socket: the broker learns it behind what is on the way, or what is on the way is lost.
void Wire::dropped() {
    link_ = nullptr;
    down_.over = true;
    if (network_.plan.loses_what_is_on_the_way) {
        up_.over = true;
        up_.transit.clear();
        network_.clock.at(network_.clock.now() + network_.delay(), *this, break_up);
    } else {
        finish(Way::up, Ending::cut_off);
    }
}

/// Sends bytes on their way, up to the next fault.
void Wire::put(Way way, std::string_view bytes) {
    Direction& to = direction(way);
    for (;;) {
        while (!to.over && to.is_due()) {
            const Fault fault = to.faults.back();
            to.faults.pop_back();
            happen(way, fault);
        }
        if (bytes.empty()) return;
        if (to.over) {
            if (to.mute && way == Way::up && network_.plan.send_room != 0) to.transit.append(bytes);
            return;
        }
        std::size_t count =
            std::min<std::size_t>(bytes.size(), network_.random.between(1, network_.plan.largest_chunk));
        if (!to.faults.empty()) count = std::min<std::size_t>(count, to.faults.back().at - to.written);
        to.transit.append(bytes.substr(0, count));
        to.written += count;
        to.last = std::max(to.last, network_.clock.now() + network_.delay());
        network_.clock.at(to.last, *this, way == Way::up ? arrive_up : arrive_down, count);
        bytes.remove_prefix(count);
    }
}

void Wire::happen(Way way, const Fault& fault) {
    network_.happened(client_, fault);
    disturbed_ = true;
    Direction& at = direction(way);
    switch (fault.kind) {
        case Fault::Kind::stall:
            at.last = std::max(at.last, network_.clock.now()) + milliseconds(fault.amount);
            return;
        case Fault::Kind::mute:
            at.over = at.mute = true;
            network_.clock.at(network_.clock.now() + tcp_gives_up, *this, break_up);
            if (client_ == 0 && network_.plan.keep_alive != 0)
                network_.clock.at(
                    std::max({up_.last, down_.last, network_.clock.now()}) + most_silence(network_.plan.keep_alive),
                    *this, check_silence);
            return;
        case Fault::Kind::reset:
            at.over = true;
            network_.clock.at(std::max(at.last, network_.clock.now()), *this, way == Way::up ? break_up : break_down);
            return;
        case Fault::Kind::half_close:
            return finish(Way::down, Ending::cut_off);
        default: {
            const Ending how = fault.kind == Fault::Kind::close ? Ending::close : Ending::cut_off;
            finish(Way::down, how);
            finish(Way::up, how);
        }
    }
}

void Wire::finish(Way way, Ending how) {
    Direction& to = direction(way);
    if (to.over) return;
    to.over = true;
    to.last = std::max(to.last, network_.clock.now() + network_.delay());
    network_.clock.at(to.last, *this, way == Way::up ? end_up : end_down, static_cast<std::uint64_t>(how));
}

void Wire::arrive(Way way, std::size_t count) {
    if (broken_) return;
    std::string& transit = direction(way).transit;
    count = std::min(count, transit.size());
    const std::string bytes = transit.substr(0, count);
    transit.erase(0, count);
    if (way == Way::down) {
        last_sign_ = network_.clock.now();
        if (link_ != nullptr) link_->arrived(bytes);
        return;
    }
    if (network_.plan.send_room != 0) last_sign_ = network_.clock.now();
    if (link_ != nullptr && network_.plan.send_room != 0) link_->has_room();
    if (!broker_knows_end_) network_.broker->received(*this, bytes);
}

/// Both ends learn it, and what is on the way is lost.
void Wire::break_off() {
    if (broken_) return;
    network_.witness.moved();
    broken_ = true;
    up_.over = down_.over = true;
    up_.transit.clear();
    down_.transit.clear();
    if (link_ != nullptr) link_->over(Ending::reset);
    if (!std::exchange(broker_knows_end_, true)) network_.broker->ended(*this);
}

/// Nothing passes on one way: the client must have noticed by now, unless something has come meanwhile.
void Wire::look_for_silence() {
    if (link_ == nullptr || broken_ || !network_.witness.runs(client_)) return;
    const Time end = last_sign_ + most_silence(network_.plan.keep_alive);
    if (network_.clock.now() < end) return network_.clock.at(end, *this, check_silence);
    network_.witness.broken(Invariant::keep_alive, "the client waits for a broker that does not answer");
}

void Wire::act(std::uint32_t what, std::uint64_t number) {
    switch (what) {
        case arrive_up:
            return arrive(Way::up, number);
        case arrive_down:
            return arrive(Way::down, number);
        case end_up:
            if (!broken_ && !std::exchange(broker_knows_end_, true)) network_.broker->ended(*this);
            return;
        case end_down:
            if (!broken_ && link_ != nullptr) link_->over(static_cast<Ending>(number));
            return;
        case check_silence:
            return look_for_silence();
        default:
            return break_off();
    }
}

}  // namespace mqtts::simulation
