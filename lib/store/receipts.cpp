// SPDX-License-Identifier: Apache-2.0
#include "store/receipts.hpp"

#include <utility>

namespace mqtts::store {

namespace {

constexpr const char* schema = R"(
    CREATE TABLE IF NOT EXISTS received (packet_identifier INTEGER PRIMARY KEY);
    CREATE TABLE IF NOT EXISTS session (id INTEGER PRIMARY KEY CHECK (id = 0), client_identifier BLOB NOT NULL,
                                        output_inode INTEGER NOT NULL, output_size INTEGER NOT NULL);
    INSERT OR IGNORE INTO session VALUES (0, x'', 0, 0);
)";

}  // namespace

Receipts::Receipts(Database database, Statement insert, Statement remove, Statement resize)
    : database_(std::move(database)),
      insert_(std::move(insert)),
      remove_(std::move(remove)),
      resize_(std::move(resize)) {}

Result<Receipts> Receipts::open(const std::string& path, Durability durability) {
    auto database = Database::open(path, durability);
    if (!database) return database.error();
    if (auto made = database->execute(schema); !made) return made.error();
    auto insert = database->prepare("INSERT OR IGNORE INTO received VALUES (?)");
    if (!insert) return insert.error();
    auto remove = database->prepare("DELETE FROM received WHERE packet_identifier = ?");
    if (!remove) return remove.error();
    auto resize = database->prepare("UPDATE session SET output_size = ?");
    if (!resize) return resize.error();
    Receipts receipts(std::move(*database), std::move(*insert), std::move(*remove), std::move(*resize));
    if (auto loaded = receipts.load(); !loaded) return loaded.error();
    return receipts;
}

Result<> Receipts::load() {
    auto session = database_.prepare("SELECT client_identifier, output_inode, output_size FROM session");
    if (!session) return session.error();
    if (auto row = session->step(); !row) return row.error();
    client_identifier_ = session->bytes(0);
    output_inode_ = static_cast<std::uint64_t>(session->number(1));
    output_size_ = static_cast<std::uint64_t>(session->number(2));
    auto received = database_.prepare("SELECT packet_identifier FROM received");
    if (!received) return received.error();
    for (auto row = received->step();; row = received->step()) {
        if (!row) return row.error();
        if (!*row) return {};
        identifiers_.push_back(static_cast<wire::PacketIdentifier>(received->number(0)));
    }
}

Result<> Receipts::begin(std::string_view client_identifier, std::uint64_t output_inode, std::uint64_t output_size) {
    auto update = database_.prepare("UPDATE session SET client_identifier = ?, output_inode = ?, output_size = ?");
    if (!update) return update.error();
    client_identifier_ = client_identifier;
    output_inode_ = output_inode;
    output_size_ = output_size;
    return update->bind(1, client_identifier)
        .bind(2, static_cast<std::int64_t>(output_inode))
        .bind(3, static_cast<std::int64_t>(output_size))
        .run();
}

Result<> Receipts::save(std::span<const wire::Acknowledgement> owed, std::uint64_t output_size) {
    if (owed.empty() && output_size == output_size_) return {};
    if (auto begun = database_.execute("BEGIN"); !begun) return begun;
    if (auto written = write(owed, output_size); !written) {
        static_cast<void>(database_.execute("ROLLBACK"));
        return written;
    }
    return database_.execute("COMMIT");
}

Result<> Receipts::write(std::span<const wire::Acknowledgement> owed, std::uint64_t output_size) {
    for (const wire::Acknowledgement& acknowledgement : owed) {
        if (acknowledgement.type == wire::PacketType::puback) continue;
        Statement& change = acknowledgement.type == wire::PacketType::pubrec ? insert_ : remove_;
        if (auto run = change.bind(1, std::int64_t{acknowledgement.packet_identifier}).run(); !run) return run;
    }
    output_size_ = output_size;
    return resize_.bind(1, static_cast<std::int64_t>(output_size)).run();
}

Result<> Receipts::forget_identifiers() {
    identifiers_.clear();
    return database_.execute("DELETE FROM received");
}

}  // namespace mqtts::store
