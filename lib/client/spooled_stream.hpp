// SPDX-License-Identifier: Apache-2.0
// Publishes through a spool: the input survives the end of the process and the absence of the server.
//
//   Publisher ──► publish(), flush() ──► Spool ──► drain() ──► Client ──► server
//                                          ▲                     │
//                                          └── keep() ◄──────────┘ PUBREC, PUBACK, PUBCOMP
//
// The publisher fills the spool as fast as the disk takes it, connected or not; drain() empties it as fast as the
// server does. Sequence numbers of the spool are those of the session, so that the next process uses the same Packet
// Identifiers, and a server that kept the session recognizes what it has.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "async/notification.hpp"
#include "base/buffer.hpp"
#include "client/client.hpp"
#include "client/outlet.hpp"
#include "log/log.hpp"
#include "store/spool.hpp"
#include "wire/publish_encoder.hpp"

namespace mqtts::client {

class SpooledStream final : public Outlet {
public:
    /// `client`, `spool` and `log` must outlive it. `name`: how people call the spool. Precondition: the client has
    /// published nothing yet.
    SpooledStream(const boost::asio::any_io_executor& executor, Client& client, store::Spool& spool, std::string name,
                  const Log& log);

    /// Sends the messages of the spool, from an earlier process or this one, in order; calls Client::finish() behind
    /// the last message, once the input has ended; and then waits to be cancelled, when Client::run() ends.
    Awaitable<Result<>> drain();

    /// Makes the result of the run from that of the client, and says what is left for the next process.
    [[nodiscard]] Result<> conclude(Result<> ended);

    // As an Outlet it always has room and refuses messages of QoS 0. Messages are safe with the next flush().
    [[nodiscard]] bool can_publish() const noexcept override { return !finishing(); }
    Awaitable<> wait_to_publish() override;
    Awaitable<> wait_for_acknowledgement() override;
    [[nodiscard]] std::size_t publish_some(const wire::Publish& message, std::span<const std::string_view> payloads,
                                           std::uint64_t number, Errc& error) override;
    [[nodiscard]] bool publish_from(ByteSource& payload, const wire::Publish& message, Errc& error) override;
    void flush() override;
    void make_room() override { flush(); }
    /// Flushes: no transaction stays open while others may begin one.
    void end_batch() override { flush(); }
    [[nodiscard]] wire::ProtocolVersion version() const noexcept override { return wire::ProtocolVersion::v5; }
    void finish() override;
    [[nodiscard]] bool finishing() const noexcept override { return !result_ || client_.finishing(); }

private:
    using Progress = session::InFlight::Progress;

    void add(const wire::PublishEncoder& encoder, std::string_view payload);
    [[nodiscard]] Result<> send_waiting();
    [[nodiscard]] Result<> send(const store::Spool::Entry& entry);
    [[nodiscard]] Result<> send_as_new(const store::Spool::Entry& entry, const wire::Publish& message);
    [[nodiscard]] Result<> keep(const std::vector<Progress>& progress);
    [[nodiscard]] Result<> session_lost(session::Kept kept);
    [[nodiscard]] Result<> tell_repeated(std::string_view what_happened);
    [[nodiscard]] Result<> commit_progress();
    void check(Result<> done);

    Client& client_;
    store::Spool& spool_;
    std::string name_;
    const Log& log_;
    async::Notification more_;            // for drain() to do
    std::uint64_t next_;                  // to be sent
    std::uint64_t perhaps_sent_to_;       // by earlier processes: those before it
    std::uint64_t told_repeated_to_ = 0;  // those before it may arrive twice, which is told
    Buffer packet_;
    std::uint64_t added_count_ = 0;  // messages of the open transaction
    bool adding_ = false;            // there is one
    bool input_ended_ = false;
    std::vector<std::uint64_t> received_;  // not committed yet
    std::vector<std::uint64_t> finished_;
    Result<> result_;  // of adding to the spool
};

}  // namespace mqtts::client
