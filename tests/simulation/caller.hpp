// SPDX-License-Identifier: Apache-2.0
// A call with --share, and both ends of the socket between it and the keeper. It writes in pieces, reads when it likes,
// and decides as program/share_call does.
//
//   act(write) ──► to_keeper_ ──► Link::receive() ─┐
//                                                  keeper
//   act(read)  ◄── to_caller_ ◄── Link::send() ◄───┘
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "program/caller_link.hpp"
#include "share/frame_reader.hpp"
#include "share/identity.hpp"
#include "simulation/call_witness.hpp"
#include "simulation/clock.hpp"
#include "simulation/network.hpp"

namespace mqtts::simulation {

/// What a call sees of the keeper's process.
class KeeperProcess {
public:
    /// Returns false if nobody listens.
    [[nodiscard]] virtual bool connect(std::unique_ptr<program::CallerLink> link) = 0;
    [[nodiscard]] virtual bool is_open() const noexcept = 0;
    /// Tells whether it is killed in the middle of this write.
    [[nodiscard]] virtual bool dies_writing() = 0;
    virtual void die() = 0;
    virtual void call_is_over() = 0;

protected:
    ~KeeperProcess() = default;
};

/// Returns what all calls with the settings of the connection have in common; `ours`: or what another one has.
[[nodiscard]] share::Identity identity_of_calls(bool ours = true);

class Caller final : public Actor {
public:
    Caller(const boost::asio::any_io_executor& executor, Network& network, CallWitness& witness, KeeperProcess& keeper,
           std::uint32_t call);
    ~Caller();

    /// Lets the call come when it wants to, from now on; once.
    void start();
    [[nodiscard]] bool is_over() const noexcept { return is_over_; }
    /// Its process has ended: its end of the socket is closed.
    void keeper_ended();
    void act(std::uint32_t what, std::uint64_t number) override;

private:
    enum What : std::uint32_t { begin, write, read, lose_patience, time_out, interrupt, stop, kill };
    class Link;

    void begin_call();
    [[nodiscard]] std::string greeting() const;
    void add_request(const CallMessage& message);
    void write_some();
    void want(What what, std::uint32_t milliseconds);
    void want_read();

    // What the keeper says
    void read_some();
    void take(const share::Reply& reply);
    void lost();
    void end(CallEnd how);
    void leave();

    // The keeper's end
    [[nodiscard]] program::CallerLink::Received received(os::SecretBytes& to);
    [[nodiscard]] bool send(std::string_view bytes);
    void note_written(std::string_view bytes);
    void set_waiting(bool waits);
    void closed_by_keeper();
    void wake();

    boost::asio::any_io_executor executor_;
    Network& network_;
    CallWitness& witness_;
    KeeperProcess& keeper_;
    const std::uint32_t call_;
    const Manner manner_;
    Random random_;

    CallMessage message_;
    std::uint32_t place_ = 0;  // of message_ among those of the call
    bool has_started_ = false;
    std::string unwritten_;
    std::string to_keeper_;
    std::string to_caller_;
    share::ReplyReader replies_;
    bool is_taken_ = false;
    bool is_writing_ = false;
    bool is_reading_ = false;  // it will read
    bool is_interrupted_ = false;
    bool is_deaf_ = false;   // it has left the keeper, see share::Call::leave()
    bool has_left_ = false;  // its end is closed
    bool is_over_ = false;
    bool missed_something_ = false;  // which the keeper wrote, and the socket did not take

    // The keeper's end
    std::shared_ptr<bool> link_;  // while it is open
    std::function<void()> ready_;
    bool is_closed_ = false;  // by the keeper
    CallMessage served_;      // the message that the keeper sees
    std::uint32_t served_place_ = 0;
    share::ReplyReader written_;
    std::vector<std::size_t> request_ends_;  // in all that is written
    std::size_t all_written_ = 0;            // bytes, or about to be
    std::size_t all_read_ = 0;
    bool waits_ = false;            // the message is complete, and the keeper has not decided about it
    bool is_being_served_ = false;  // between taken and done
};

}  // namespace mqtts::simulation
