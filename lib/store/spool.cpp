// SPDX-License-Identifier: Apache-2.0
#include "store/spool.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "os/os.hpp"
#include "os/system_reason.hpp"
#include "text/escape.hpp"

namespace mqtts::store {

namespace {

/// The next sequence number is kept, too: an identifier must not come again only because the spool was empty once.
/// Version 0.1 did not note what was sent: everything in its spools may have been sent.
constexpr const char* tables = R"(
    CREATE TABLE IF NOT EXISTS message (sequence INTEGER PRIMARY KEY, received INTEGER NOT NULL, packet BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS session (id INTEGER PRIMARY KEY CHECK (id = 0), client_identifier BLOB NOT NULL,
                                        next INTEGER NOT NULL);
    INSERT OR IGNORE INTO session VALUES (0, x'', 0);
    CREATE TABLE IF NOT EXISTS sent (id INTEGER PRIMARY KEY CHECK (id = 0), until INTEGER NOT NULL);
    INSERT OR IGNORE INTO sent SELECT 0, next FROM session;
)";

/// The room for the removal of any message, however large: about four bytes for each page of 4096 that it takes.
constexpr std::size_t journal_size = std::size_t{1024} * 1024;

}  // namespace

Spool::Spool(Database database, Statements statements, std::string file)
    : database_(std::move(database)), statements_(std::move(statements)), file_(std::move(file)) {}

Result<Spool> Spool::open(const std::string& directory, Durability durability) {
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
        return Failure{Errc::store_failed, fmt::format("{}: {}", escape(directory), os::system_reason(errno))};
    // SQLite waits for the disk to have the names in the directory, but not for that of the directory. Also if it was
    // there: the process that has made it may have been killed before it came to this.
    if (durability == Durability::machine) os::sync_names(directory + "/..");
    const std::string file = directory + "/spool.db";
    auto database = Database::open(file, durability);
    if (!database) return database.error();
    if (auto made = database->execute(tables); !made) return made.error();
    if (auto kept = database->keep_space(journal_size); !kept) return kept.error();
    auto statements = prepare(*database);
    if (!statements) return statements.error();
    Spool spool(std::move(*database), std::move(*statements), file);
    if (auto loaded = spool.load(); !loaded) return loaded.error();
    return spool;
}

Result<Spool::Statements> Spool::prepare(Database& database) {
    auto insert = database.prepare("INSERT INTO message VALUES (?, 0, ?)");
    if (!insert) return insert.error();
    auto select = database.prepare("SELECT sequence, received, packet FROM message WHERE sequence >= ? ORDER BY 1");
    if (!select) return select.error();
    auto receive = database.prepare("UPDATE message SET received = 1 WHERE sequence = ?");
    if (!receive) return receive.error();
    auto remove = database.prepare("DELETE FROM message WHERE sequence = ?");
    if (!remove) return remove.error();
    auto advance = database.prepare("UPDATE session SET next = ?");
    if (!advance) return advance.error();
    return Statements{std::move(*insert), std::move(*select), std::move(*receive), std::move(*remove),
                      std::move(*advance)};
}

Result<> Spool::load() {
    auto session = database_.prepare("SELECT client_identifier, next FROM session");
    if (!session) return session.error();
    if (auto row = session->step(); !row) return row.error();
    client_identifier_ = session->bytes(0);
    next_ = static_cast<std::uint64_t>(session->number(1));
    auto messages = database_.prepare("SELECT count(*), min(sequence) FROM message");
    if (!messages) return messages.error();
    if (auto row = messages->step(); !row) return row.error();
    size_ = static_cast<std::uint64_t>(messages->number(0));
    front_ = size_ == 0 ? next_ : static_cast<std::uint64_t>(messages->number(1));
    auto sent = database_.prepare("SELECT until FROM sent");
    if (!sent) return sent.error();
    if (auto row = sent->step(); !row) return row.error();
    sent_until_ = static_cast<std::uint64_t>(sent->number(0));
    return {};
}

Result<> Spool::set_client_identifier(std::string_view client_identifier) {
    auto update = database_.prepare("UPDATE session SET client_identifier = ?");
    if (!update) return update.error();
    client_identifier_ = client_identifier;
    return update->bind(1, client_identifier).run();
}

Result<> Spool::begin() {
    committed_next_ = next_;
    committed_size_ = size_;
    return database_.execute("BEGIN");
}

Result<> Spool::commit() {
    if (next_ != committed_next_) {
        if (auto advanced = statements_.advance.bind(1, static_cast<std::int64_t>(next_)).run(); !advanced)
            return advanced;
        if (auto secured = database_.secure_space(); !secured) return secured;
    }
    return database_.execute("COMMIT");
}

void Spool::rollback() noexcept {
    // SQLite may have done it already when the disk was full: then this fails, and changes nothing.
    static_cast<void>(database_.execute("ROLLBACK"));
    next_ = committed_next_;
    size_ = committed_size_;
}

Result<> Spool::add(std::string_view packet) {
    if (auto added = statements_.insert.bind(1, static_cast<std::int64_t>(next_)).bind(2, packet).run(); !added)
        return added;
    ++next_;
    ++size_;
    return {};
}

Result<> Spool::received(std::uint64_t sequence) {
    return statements_.receive.bind(1, static_cast<std::int64_t>(sequence)).run();
}

Result<> Spool::forget_received() {
    return execute("UPDATE message SET received = 0 WHERE received = 1");
}

Result<std::uint64_t> Spool::remove_lost() {
    auto count = database_.prepare("SELECT count(*) FROM message WHERE packet = x''");
    if (!count) return count.error();
    if (auto row = count->step(); !row) return row.error();
    const auto lost = static_cast<std::uint64_t>(count->number(0));
    count->reset();
    if (lost == 0) return lost;
    if (Result<> removed = execute("DELETE FROM message WHERE packet = x''"); !removed) return removed.error();
    size_ -= lost;
    return lost;
}

Result<> Spool::set_sent_until(std::uint64_t sequence) {
    if (Result<> set = execute(fmt::format("UPDATE sent SET until = {}", sequence).c_str()); !set) return set;
    sent_until_ = sequence;
    return {};
}

/// Executes the statement, also when the journal has no room, and the disk none for a larger one.
Result<> Spool::execute(const char* statement) {
    if (database_.execute(statement)) return {};
    if (Result<> emptied = database_.empty_journal(); !emptied) return emptied;
    return database_.execute(statement);
}

Result<std::uint64_t> Spool::count_exactly_once(std::uint64_t begin, std::uint64_t end) {
    // The first byte of PUBLISH tells, with DUP and RETAIN or without.
    auto count = database_.prepare(
        "SELECT count(*) FROM message WHERE sequence >= ? AND sequence < ? "
        "AND substr(packet, 1, 1) IN (x'34', x'35', x'3C', x'3D')");
    if (!count) return count.error();
    count->bind(1, static_cast<std::int64_t>(begin)).bind(2, static_cast<std::int64_t>(end));
    if (auto row = count->step(); !row) return row.error();
    return static_cast<std::uint64_t>(count->number(0));
}

Result<> Spool::remove(std::uint64_t sequence) {
    --size_;
    return statements_.remove.bind(1, static_cast<std::int64_t>(sequence)).run();
}

Result<> Spool::keep_progress(std::span<const std::uint64_t> received, std::span<const std::uint64_t> finished) {
    if (keep_at_once(received, finished)) return {};
    // The journal has no room, and the disk none for a larger one: an empty journal has.
    if (Result<> emptied = database_.empty_journal(); !emptied) return emptied;
    if (keep_at_once(received, finished)) return {};
    for (const std::uint64_t& sequence : received)
        if (Result<> kept = keep_one({&sequence, 1}, {}); !kept) return kept;
    for (const std::uint64_t& sequence : finished)
        if (Result<> kept = keep_one({}, {&sequence, 1}); !kept) return kept;
    return {};
}

/// Records the progress of one message: that takes only a small part of the journal, however large the message is.
Result<> Spool::keep_one(std::span<const std::uint64_t> received, std::span<const std::uint64_t> finished) {
    if (keep_at_once(received, finished)) return {};
    if (Result<> emptied = database_.empty_journal(); !emptied) return emptied;
    return keep_at_once(received, finished);
}

Result<> Spool::keep_at_once(std::span<const std::uint64_t> received, std::span<const std::uint64_t> finished) {
    if (Result<> begun = begin(); !begun) return begun;
    Result<> written = write(received, finished);
    if (written) written = database_.execute("COMMIT");
    if (!written) rollback();
    return written;
}

Result<> Spool::write(std::span<const std::uint64_t> received_ones, std::span<const std::uint64_t> finished) {
    for (const std::uint64_t sequence : received_ones)
        if (Result<> run = received(sequence); !run) return run;
    for (const std::uint64_t sequence : finished)
        if (Result<> run = remove(sequence); !run) return run;
    return {};
}

void Spool::shrink() noexcept {
    constexpr std::uintmax_t much = std::uintmax_t{4} * 1024 * 1024;
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(file_, error);
    if (size_ == 0 && !error && size > much) database_.shrink();
}

}  // namespace mqtts::store
