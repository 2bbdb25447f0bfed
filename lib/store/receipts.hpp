// SPDX-License-Identifier: Apache-2.0
// Remembers what a subscriber needs to write each message of QoS 2 exactly once, although it may be killed at any
// moment: which identifiers it has received and the server has not released, and how long the output file was then.
//
//     write messages ──► save(acknowledgements owed, size of the output) ──► they leave
//
// Killed before save(): the output is cut back to the recorded size, and the server sends the messages again. Killed
// after it: the identifiers are remembered, and messages that the server sends again are not written again. This is the
// Session State of an MQTT client [MQTT-4.1.0-1], in a file.
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
    /// Opens the file. Fails (store_failed) when it cannot be opened, or is not a file of ours.
    static Result<Receipts> open(const std::string& path, Durability durability);

    /// Returns the Client Identifier of the session; empty: it has no owner yet.
    [[nodiscard]] const std::string& client_identifier() const noexcept { return client_identifier_; }
    /// Returns the inode of the output file.
    [[nodiscard]] std::uint64_t output_inode() const noexcept { return output_inode_; }
    /// Returns the size of the output in bytes at the last save().
    [[nodiscard]] std::uint64_t output_size() const noexcept { return output_size_; }
    /// Returns the identifiers in use when the file was opened.
    [[nodiscard]] const std::vector<wire::PacketIdentifier>& identifiers() const noexcept { return identifiers_; }

    /// Begins with this session and this output.
    [[nodiscard]] Result<> begin(std::string_view client_identifier, std::uint64_t output_inode,
                                 std::uint64_t output_size);
    /// Remembers what the acknowledgements say of the identifiers, in this order: PUBREC, it is in use; PUBCOMP, it is
    /// free again. And the size of the output with everything received. All of it survives, or nothing.
    [[nodiscard]] Result<> save(std::span<const wire::Acknowledgement> owed, std::uint64_t output_size);
    /// Forgets the identifiers: the server has lost the session, or has a new one.
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
