// SPDX-License-Identifier: Apache-2.0
// Messages on their way to the server, kept in a directory until it has acknowledged them: what mqtts-pub has read
// survives its end, and the server's absence.
//
//     input ──► add() ──► [ 41 42 43 44 45 … ] ──► read() ──► PUBLISH ──► received(), remove() ◄── PUBREC, PUBACK
//
// A message's sequence number decides its Packet Identifier, in every process that sends it; with the state of each
// (has PUBREC come?) that is the Session State of a client [MQTT-4.1.0-1], and QoS 2 stays exactly once across kill -9.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "store/database.hpp"

namespace mqtts::store {

class Spool {
public:
    /// One message, as an encoded PUBLISH packet of MQTT 5. Its Packet Identifier means nothing.
    struct Entry {
        std::uint64_t sequence = 0;
        bool received = false;    // PUBREC has come
        std::string_view packet;  // valid until the next call; empty: version 0.1 received PUBREC for it
    };

    /// Makes the directory (mode 0700) if need be. Failure (store_failed): it cannot be used, or another process does.
    static Result<Spool> open(const std::string& directory, Durability durability);

    /// The Client Identifier whose session the messages belong to; empty: none yet.
    [[nodiscard]] const std::string& client_identifier() const noexcept { return client_identifier_; }
    [[nodiscard]] Result<> set_client_identifier(std::string_view client_identifier);

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    /// When it was opened: the sequence number of the oldest message, or of the next one if there was none.
    [[nodiscard]] std::uint64_t front() const noexcept { return front_; }
    /// The sequence number of the next message to be added.
    [[nodiscard]] std::uint64_t next() const noexcept { return next_; }

    /// Everything between begin() and commit() is kept, or nothing. After a failure between them: rollback().
    [[nodiscard]] Result<> begin();
    [[nodiscard]] Result<> commit();
    void rollback() noexcept;

    [[nodiscard]] Result<> add(std::string_view packet);
    /// The messages from `sequence` on, in order, until there are no more or `take` returns false.
    template <class Take>
    [[nodiscard]] Result<> read(std::uint64_t sequence, Take take);
    /// PUBREC has come: while the server keeps the session, PUBREL takes the place of the message.
    [[nodiscard]] Result<> received(std::uint64_t sequence);
    /// The server has lost the session: everything must be published again.
    [[nodiscard]] Result<> forget_received();
    /// Messages before this one may have been sent by this process or an earlier one. To be set before more are sent.
    [[nodiscard]] std::uint64_t sent_until() const noexcept { return sent_until_; }
    [[nodiscard]] Result<> set_sent_until(std::uint64_t sequence);
    /// The same of messages of which nothing is left: version 0.1 kept none behind PUBREC. They are removed. Returns
    /// how many there were.
    [[nodiscard]] Result<std::uint64_t> remove_lost();
    /// How many messages from `begin` on and before `end` are of QoS 2.
    [[nodiscard]] Result<std::uint64_t> count_exactly_once(std::uint64_t begin, std::uint64_t end);
    /// The last acknowledgement has come.
    [[nodiscard]] Result<> remove(std::uint64_t sequence);
    /// All of that at once, for the messages `received` and those `finished`. It needs no new space on the disk; on a
    /// full one some of it may be kept and the rest not. Precondition: not between begin() and commit().
    [[nodiscard]] Result<> keep_progress(std::span<const std::uint64_t> received,
                                         std::span<const std::uint64_t> finished);
    /// Gives the space back to the disk if there is no message, and it was much.
    void shrink() noexcept;

private:
    struct Statements {
        Statement insert;
        Statement select;
        Statement receive;
        Statement remove;
        Statement advance;
    };
    Spool(Database database, Statements statements, std::string file);
    static Result<Statements> prepare(Database& database);
    [[nodiscard]] Result<> load();
    [[nodiscard]] Result<> execute(const char* statement);
    [[nodiscard]] Result<> keep_one(std::span<const std::uint64_t> received, std::span<const std::uint64_t> finished);
    [[nodiscard]] Result<> keep_at_once(std::span<const std::uint64_t> received,
                                        std::span<const std::uint64_t> finished);
    [[nodiscard]] Result<> write(std::span<const std::uint64_t> received, std::span<const std::uint64_t> finished);

    Database database_;
    Statements statements_;
    std::string file_;
    std::string client_identifier_;
    std::uint64_t front_ = 0;
    std::uint64_t next_ = 0;
    std::uint64_t size_ = 0;
    std::uint64_t sent_until_ = 0;
    std::uint64_t committed_next_ = 0;
    std::uint64_t committed_size_ = 0;
};

template <class Take>
Result<> Spool::read(std::uint64_t sequence, Take take) {
    Statement& select = statements_.select.bind(1, static_cast<std::int64_t>(sequence));
    for (;;) {
        const Result<bool> row = select.step();
        if (!row) return row.error();
        const bool more = *row && take(Entry{.sequence = static_cast<std::uint64_t>(select.number(0)),
                                             .received = select.number(1) != 0,
                                             .packet = select.bytes(2)});
        if (more) continue;
        select.reset();
        return {};
    }
}

}  // namespace mqtts::store
