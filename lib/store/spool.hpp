// SPDX-License-Identifier: Apache-2.0
// Keeps messages in a directory until the server has acknowledged them: the input of mqtts-pub survives its end, and
// the server's absence.
//
//     input ──► add() ──► [ 41 42 43 44 45 … ] ──► read() ──► PUBLISH ──► received(), remove() ◄── PUBREC, PUBACK
//
// The sequence number of a message decides its Packet Identifier, in every process that sends it. Together with the
// state of each message (has PUBREC come?) that is the Session State of a client [MQTT-4.1.0-1], and QoS 2 stays
// exactly once across kill -9.
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
    /// A message, as an encoded PUBLISH packet of MQTT 5. Its Packet Identifier means nothing.
    struct Entry {
        std::uint64_t sequence = 0;
        bool received = false;    // PUBREC has come
        std::string_view packet;  // valid until the next call; empty: version 0.1 received PUBREC for it
    };

    /// Opens the spool; makes the directory (mode 0700) if needed. Fails (store_failed) when it cannot be used, or
    /// another process uses it.
    static Result<Spool> open(const std::string& directory, Durability durability);

    /// Returns the Client Identifier of the session that the messages belong to; empty: it has no owner yet.
    [[nodiscard]] const std::string& client_identifier() const noexcept { return client_identifier_; }
    [[nodiscard]] Result<> set_client_identifier(std::string_view client_identifier);

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    /// Returns, as of opening, the sequence number of the oldest message, or of the next one if there was no message.
    [[nodiscard]] std::uint64_t front() const noexcept { return front_; }
    /// Returns the sequence number of the next message to be added.
    [[nodiscard]] std::uint64_t next() const noexcept { return next_; }

    /// Begins a transaction: everything up to commit() is kept, or nothing. After a failure in between, call
    /// rollback().
    [[nodiscard]] Result<> begin();
    [[nodiscard]] Result<> commit();
    void rollback() noexcept;

    [[nodiscard]] Result<> add(std::string_view packet);
    /// Reads the messages from `sequence` on, in order, until there are no more or `take` returns false.
    template <class Take>
    [[nodiscard]] Result<> read(std::uint64_t sequence, Take take);
    /// Notes that PUBREC has come: while the server keeps the session, PUBREL is sent instead of the message.
    [[nodiscard]] Result<> received(std::uint64_t sequence);
    /// Forgets every PUBREC, because the server has lost the session: everything must be published again.
    [[nodiscard]] Result<> forget_received();
    /// Returns the limit below which messages may have been sent, by this process or an earlier one. Set it before more
    /// are sent.
    [[nodiscard]] std::uint64_t sent_until() const noexcept { return sent_until_; }
    [[nodiscard]] Result<> set_sent_until(std::uint64_t sequence);
    /// Removes messages of which nothing is left, because version 0.1 did not keep them behind PUBREC. Returns how many
    /// there were.
    [[nodiscard]] Result<std::uint64_t> remove_lost();
    /// Counts the QoS 2 messages from `begin` on and before `end`.
    [[nodiscard]] Result<std::uint64_t> count_exactly_once(std::uint64_t begin, std::uint64_t end);
    /// Removes a message whose last acknowledgement has come.
    [[nodiscard]] Result<> remove(std::uint64_t sequence);
    /// Does all of that at once, for the messages `received` and those `finished`. It needs no new space on the disk;
    /// on a full disk it may keep only a part of it. Precondition: not between begin() and commit().
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
