// SPDX-License-Identifier: Apache-2.0
// What a subscriber has to remember to write each message of QoS 2 exactly once, although it may be killed at any
// moment: which identifiers it has received and the server has not released, and how long the output file was then.
//
//     write messages ──► save(acknowledgements owed, size of the output) ──► they leave
//
// Killed before save(): the output is cut back to the size remembered, and the server sends the messages again. Killed
// behind it: the identifiers are remembered, and what the server sends again is not written again. It is MQTT's Session
// State of a client [MQTT-4.1.0-1], in a file.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "store/database.hpp"
#include "wire/packet.hpp"

namespace mqtts::store {

class Receipts {
public:
    /// Failure (store_failed): it cannot be opened, or is no file of ours.
    static Result<Receipts> open(const std::string& path, Durability durability);

    /// The Client Identifier whose session this is; empty: none yet.
    [[nodiscard]] const std::string& client_identifier() const noexcept { return client_identifier_; }
    /// Which file the output goes to: its number in the file system.
    [[nodiscard]] std::uint64_t output_inode() const noexcept { return output_inode_; }
    /// Its size, in bytes, when save() was called last.
    [[nodiscard]] std::uint64_t output_size() const noexcept { return output_size_; }
    /// When it was opened: the identifiers in use.
    [[nodiscard]] const std::vector<wire::PacketIdentifier>& identifiers() const noexcept { return identifiers_; }

    /// Begins: whose session it is, and which output.
    [[nodiscard]] Result<> begin(std::string_view client_identifier, std::uint64_t output_inode,
                                 std::uint64_t output_size);
    /// Remembers what the acknowledgements say of the identifiers, in this order: PUBREC, it is in use; PUBCOMP, it is
    /// free again. And how long the output is with all that was received. All of it survives, or nothing.
    [[nodiscard]] Result<> save(std::span<const wire::Acknowledgement> owed, std::uint64_t output_size);
    /// The server has lost the session, or has a new one: the identifiers mean nothing any more.
    [[nodiscard]] Result<> forget_identifiers();

private:
    Receipts(Database database, Statement insert, Statement remove, Statement resize);
    [[nodiscard]] Result<> load();
    [[nodiscard]] Result<> write(std::span<const wire::Acknowledgement> owed, std::uint64_t output_size);

    Database database_;
    Statement insert_;
    Statement remove_;
    Statement resize_;
    std::string client_identifier_;
    std::vector<wire::PacketIdentifier> identifiers_;
    std::uint64_t output_inode_ = 0;
    std::uint64_t output_size_ = 0;
};

}  // namespace mqtts::store
