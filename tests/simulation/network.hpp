// SPDX-License-Identifier: Apache-2.0
// The network between a client and the broker. A Wire is one connection: two ways, each of which delivers its bytes in
// order, in chunks of any size, after a delay, as far as the faults of the plan let it. SimulatedLink is the client's
// end, and all that the client knows of the network.
//
//   client ── send() ──► room ──► up:   latency, chunks, faults ──► WireUser::received()
//          ◄─ receive() ◄─────── down: latency, chunks, faults ◄── Wire::send()
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/notification.hpp"
#include "client/link.hpp"
#include "simulation/clock.hpp"
#include "simulation/failover.hpp"
#include "simulation/faults.hpp"
#include "simulation/promises.hpp"
#include "simulation/random.hpp"
#include "simulation/sentences.hpp"
#include "simulation/trace.hpp"
#include "simulation/witness.hpp"

namespace mqtts::simulation {

class Network;
class SimulatedLink;
class Wire;

/// How a way ends: in order, without the end of TLS, or broken.
enum class Ending : std::uint8_t { none, close, cut_off, reset };

/// The broker's end.
class WireUser {
public:
    /// Tells whether connections can be made.
    [[nodiscard]] virtual bool listens() const noexcept = 0;
    virtual void opened(Wire& wire) = 0;
    virtual void received(Wire& wire, std::string_view bytes) = 0;
    /// Nothing comes any more, and nothing can be sent.
    virtual void ended(Wire& wire) = 0;

protected:
    ~WireUser() = default;
};

class Wire final : public Actor {
public:
    Wire(Network& network, SimulatedLink& link, unsigned client, unsigned connection, std::size_t number);
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    [[nodiscard]] unsigned client() const noexcept { return client_; }
    /// Which connection of the client it is, from 0; attempts that failed count.
    [[nodiscard]] unsigned connection() const noexcept { return connection_; }

    /// Its place among all connections.
    [[nodiscard]] std::size_t number() const noexcept { return number_; }

    /// Tells whether a fault kept bytes from passing in time.
    [[nodiscard]] bool is_disturbed() const noexcept { return disturbed_; }

    /// What the broker is not there for.
    [[nodiscard]] const std::optional<Ailment>& ailment() const noexcept { return ailment_; }
    void suffer(const std::optional<Ailment>& ailment) noexcept { ailment_ = ailment; }

    // The broker's end

    void send(std::string_view bytes);
    /// Ends it behind what was sent, or at once with Ending::reset.
    void end(Ending how);

    // The client's end

    /// Takes what the kernel has room for.
    [[nodiscard]] std::size_t take(std::string_view bytes);
    void end_by_client();
    void dropped();

    void act(std::uint32_t what, std::uint64_t number) override;

private:
    friend class Network;
    enum What : std::uint32_t { arrive_up, arrive_down, end_up, end_down, break_up, break_down, check_silence };
    struct Direction {
        std::string transit;        // bytes on the way
        std::uint64_t written = 0;  // bytes, of all
        Time last{};                // when the last of them arrive
        std::vector<Fault> faults;  // the next one at the back
        bool over = false;          // nothing more is delivered
        bool mute = false;          // nor told
        [[nodiscard]] bool is_due() const noexcept { return !faults.empty() && faults.back().at <= written; }
    };

    void put(Way way, std::string_view bytes);
    void happen(Way way, const Fault& fault);
    void finish(Way way, Ending how);
    void arrive(Way way, std::size_t count);
    void break_off();
    void look_for_silence();
    [[nodiscard]] Direction& direction(Way way) noexcept { return way == Way::up ? up_ : down_; }

    Network& network_;
    SimulatedLink* link_;  // null: the client has dropped it
    const unsigned client_;
    const unsigned connection_;
    const std::size_t number_;
    Direction up_;
    Direction down_;
    bool broker_knows_end_ = false;
    bool broken_ = false;
    bool disturbed_ = false;
    std::optional<Ailment> ailment_;
    Time last_sign_{};  // of life that the client had: bytes came, or there was room again
};

class Network {
public:
    Network(VirtualClock& time, const Plan& with, Trace& to, Witness& sees)
        : clock(time), plan(with), trace(to), witness(sees), random(with.seed ^ 0x6E65'7477'6F72'6B21) {}

    [[nodiscard]] Wire& open(SimulatedLink& link, unsigned client, unsigned connection);
    /// Notes that a fault has happened.
    void happened(unsigned client, const Fault& fault);
    [[nodiscard]] Duration delay();

    VirtualClock& clock;
    const Plan& plan;
    Trace& trace;
    Witness& witness;
    Promises promises{witness, plan};
    Sentences sentences{witness, plan};
    Failover failover{witness, plan};
    Random random;
    WireUser* broker = nullptr;
    std::function<void(unsigned client, std::string_view bytes)> leaving;  // is called when bytes of a client leave
    /// Is called before the kernel takes bytes of a client, and behind that. Returns whether the process is dead.
    std::function<bool(bool done)> sending[Plan::clients];
    std::string directory;     // for files of this run; empty: it has none
    std::uint32_t deaths = 0;  // of processes
    std::deque<Wire> wires;    // they stay until the end of the run, as events refer to them
    std::uint64_t cuts = 0;
    unsigned attempts[Plan::clients] = {};  // to connect, of each client
};

}  // namespace mqtts::simulation
