// SPDX-License-Identifier: Apache-2.0
// A broker that follows the specification: sessions, windows, QoS 0, 1 and 2, retained messages, session expiry,
// resuming, MQTT 3.1.1 and 5. Only where its Liberties say so does it do something else.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.hpp"
#include "simulation/conduct.hpp"
#include "simulation/liberties.hpp"
#include "simulation/login.hpp"
#include "simulation/network.hpp"
#include "simulation/sessions.hpp"

namespace mqtts::simulation {

class ModelBroker final : public WireUser, public Actor {
public:
    explicit ModelBroker(Network& network);

    [[nodiscard]] bool listens() const noexcept override { return network_.clock.now() >= down_until_; }
    void opened(Wire& wire) override;
    void received(Wire& wire, std::string_view bytes) override;
    void ended(Wire& wire) override;
    void act(std::uint32_t what, std::uint64_t number) override;

    /// Tells whether nothing waits for this client, or is on its way to it.
    [[nodiscard]] bool has_nothing_for(unsigned client) const noexcept;
    /// Tells whether a connection of this client lacks some of its subscriptions.
    [[nodiscard]] bool lacks_subscriptions(unsigned client) const noexcept;
    /// Counts the sessions that it has begun for this client.
    [[nodiscard]] std::uint32_t sessions_begun(unsigned client) const noexcept { return sessions_begun_[client]; }
    [[nodiscard]] std::uint64_t packets() const noexcept { return packets_; }

private:
    enum What : std::uint32_t {
        check_keep_alive,
        send_delayed,
        greet_late,
        send_held,
        send_twice,
        send_retained,
        check_end
    };
    /// The broker's side of a connection.
    struct Peer {
        Peer(Network& network, Wire& over)
            : wire(over),
              conduct(network.witness, over.client()),
              liberties(network, over),
              login(network, over.client()) {}

        Wire& wire;
        Conduct conduct;
        Liberties liberties;
        Buffer input;
        Buffer output;
        std::deque<std::string> delayed;
        std::string held;                     // an acknowledgement that the next one passes
        const Fault* late_connack = nullptr;  // CONNACK has not left because of it
        bool session_present = false;         // what it will say
        wire::ProtocolVersion version = wire::ProtocolVersion::v5;
        Session* session = nullptr;
        std::uint32_t packets = 0;  // received
        std::uint16_t window = 0;   // how many messages it takes
        std::uint16_t keep_alive = 0;
        Time last_heard{};
        bool is_open = true;
        std::uint32_t topic_alias_maximum = 0;
        std::string assigned_identifier;
        std::vector<std::string> aliases;  // Topic Names that were sent with an alias, from 1
        std::uint32_t taken_identifiers = 0;
        std::deque<Outgoing> late_retained;  // see Details::slow_retained
        Login login;
        std::string connect;         // while the client authenticates
        std::string proof;           // that CONNACK will have
        bool is_asked = false;       // to re-authenticate
        bool is_distrusted = false;  // only DISCONNECT may come
    };

    void take(Peer& peer, const wire::Frame& frame);
    void take(Peer& peer, const wire::ClientConnect& connect);
    void take(Peer& peer, const wire::ClientAuth& auth);
    void take(Peer& peer, const wire::Publish& message);
    void take(Peer& peer, const wire::Acknowledgement& packet);
    void take(Peer& peer, const wire::ClientSubscribe& subscribe);
    void take(Peer& peer, const wire::ClientUnsubscribe& unsubscribe);
    void take(Peer& peer, const wire::ClientDisconnect& disconnect);

    void authenticate(Peer& peer, const wire::ClientConnect& connect);
    void accept(Peer& peer, const wire::ClientConnect& connect);
    void send_auth(Peer& peer, wire::ReasonCode reason_code, std::string_view method, std::string_view data);
    void must_end(Peer& peer, int status);
    void must_end_at_once(const Peer& peer, int status);
    void carry_out(Peer& peer, const Login::Answer& answer);
    void refuse_again(Peer& peer, wire::ReasonCode reason_code);
    void ask_again(Peer& peer);
    void note_resumed(Peer& peer, Session& session);
    [[nodiscard]] bool resume(Peer& peer, const wire::ClientConnect& connect);
    /// What happens to packets that come before CONNACK has left.
    enum class Early : std::uint8_t { wait, ignore, answer, hang_up };
    [[nodiscard]] static Early early(const Peer& peer) noexcept;
    [[nodiscard]] bool is_out_of_order(Peer& peer);
    [[nodiscard]] bool speaks(Peer& peer, const wire::ClientConnect& connect);
    void greet(Peer& peer);
    void refuse(Peer& peer, wire::ReasonCode reason);
    void say_goodbye(Peer& peer, wire::ReasonCode reason);
    void crash(const Fault& fault);
    [[nodiscard]] bool crashes();

    [[nodiscard]] wire::PropertyWriter explanation(const Peer& peer, wire::ReasonCode reason) const;
    [[nodiscard]] static bool is_final(wire::ReasonCode reason) noexcept;
    void allow_less(Peer& peer, wire::PropertyWriter& properties);
    [[nodiscard]] wire::Qos grant(const wire::Subscription& subscription);
    [[nodiscard]] bool babbles(Peer& peer);
    [[nodiscard]] bool is_undisturbed(const Peer& peer) const;
    void miscount(const Peer& peer, std::string& codes);
    bool answers_as_1(Peer& peer, const wire::Publish& message, std::uint32_t number);

    void remove_retained(Peer& peer, const wire::Publish& message);
    void hand_on(Session& from, const KeptMessage& message);
    void owe(Session& to, const KeptMessage& message, wire::Qos granted, bool retain);
    void pump(Session& session);
    void owe_retained(Peer& peer, const wire::ClientSubscribe& subscribe);
    [[nodiscard]] bool reuses_at_once(Peer& peer);
    void send_message(Peer& peer, Outgoing& outgoing, bool dup);
    bool closes_on(Peer& peer, std::uint32_t number);
    void send_again(Peer& peer, bool dup = true);
    void answer(Peer& peer, wire::PacketType type, wire::PacketIdentifier identifier,
                wire::ReasonCode reason = wire::ReasonCode::success);
    template <class Packet>
    void send(Peer& peer, const Packet& packet);
    void send_late(Peer& peer, const wire::Acknowledgement& packet, std::uint32_t milliseconds);
    void hold(Peer& peer, const wire::Acknowledgement& packet);
    void read(Peer& peer);
    void keep_alive(Peer& peer);
    void flush(Peer& peer);
    void check_gives_away(const Peer& peer);
    void close(Peer& peer, Ending how);
    void let_go(Peer& peer);
    [[nodiscard]] Peer* peer_of(const Session& session) noexcept;

    Network& network_;
    BrokerState state_;
    std::optional<BrokerState> older_;
    std::deque<Peer> peers_;                                       // in the order of the wires
    std::vector<wire::PacketIdentifier> recorded_[Plan::clients];  // PUBRECs that each client was sent
    bool released_early_[Plan::clients] = {};                      // a PUBREL did not wait for PUBREC
    std::set<wire::PacketIdentifier> identifiers_released_early_;  // of the subscriber
    std::uint32_t sessions_begun_[Plan::clients] = {};
    unsigned latest_connect_[Plan::clients] = {};  // the connection
    std::vector<const Fault*> crashes_;
    Time down_until_{};
    std::uint64_t packets_ = 0;
    std::uint32_t acknowledgements_ = 0;  // to the publisher
};

}  // namespace mqtts::simulation
