// SPDX-License-Identifier: Apache-2.0
#include "store/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "os/open_file.hpp"
#include "os/os.hpp"
#include "text/escape.hpp"

namespace mqtts::store {

namespace {

Failure failed(sqlite3* database, int code, const std::string& path) {
    if ((code & 0xFF) == SQLITE_BUSY)
        return {Errc::store_failed, fmt::format("{} is used by another process", escape(path))};
    const char* reason = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
    return {Errc::store_failed, fmt::format("{}: {}", escape(path), reason)};
}

/// Creates the file for its owner only: SQLite would make it readable for everybody, and there are messages in it.
void create_private(const std::string& path) {
    const os::OpenFile file(
        ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));  // if this fails, SQLite says why
}

/// A single process needs no shared memory beside the file. A commit goes to the end of the journal.
constexpr const char* for_us_alone = R"(
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
)";

}  // namespace

Statement& Statement::bind(int parameter, std::int64_t value) {
    sqlite3_bind_int64(statement_.get(), parameter, value);
    return *this;
}

Statement& Statement::bind(int parameter, std::string_view bytes) {
    // A null pointer would mean NULL, even with a length of 0.
    sqlite3_bind_blob64(statement_.get(), parameter, bytes.empty() ? "" : bytes.data(), bytes.size(), SQLITE_STATIC);
    return *this;
}

Result<bool> Statement::step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    Failure failure = failed(sqlite3_db_handle(statement_.get()), code, path_);
    reset();
    return failure;
}

Result<> Statement::run() {
    const Result<bool> row = step();
    if (!row) return row.error();
    reset();
    return {};
}

void Statement::reset() noexcept {
    sqlite3_reset(statement_.get());
}

std::int64_t Statement::number(int column) const noexcept {
    return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::bytes(int column) const noexcept {
    const void* data = sqlite3_column_blob(statement_.get(), column);
    return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_finalize(statement);
}

Result<Database> Database::open(const std::string& path, Durability durability) {
    create_private(path);
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    Database database(opened, path);
    if (code != SQLITE_OK) return failed(opened, code, path);
    sqlite3_extended_result_codes(opened, 1);
    if (auto prepared = database.execute(for_us_alone); !prepared) return prepared.error();
    const bool machine = durability == Durability::machine;
    if (auto set = database.execute(machine ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF"); !set)
        return set.error();
    return database;
}

// A full disk

namespace {

/// The database file grows, and takes space from the disk, in steps of this size.
constexpr int chunk_size = 64 * 1024;

/// Allocates the first `size` bytes of a file that may be shorter; less if the disk or a limit has no room for it.
void allocate(const std::string& path, std::size_t size) noexcept {
    const os::OpenFile file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file.is_open()) return;
    rlimit limit{};
    if (::getrlimit(RLIMIT_FSIZE, &limit) == 0) size = static_cast<std::size_t>(std::min<rlim_t>(size, limit.rlim_cur));
    while (size >= 4096 && !os::reserve(file.get(), static_cast<off_t>(size)))
        size /= 2;
}

}  // namespace

/// Takes space for the journal. SQLite ignores the zeros behind the last frame.
void Database::take_journal_space() noexcept {
    allocate(path_ + "-wal", journal_size_);
}

Result<> Database::keep_space(std::size_t journal_size) {
    journal_size_ = journal_size;
    int size = chunk_size;
    int keep = 1;  // the journal, when the database is closed: the next process may find the disk full
    int code = sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_CHUNK_SIZE, &size);
    if (code == SQLITE_OK) code = sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
    if (code != SQLITE_OK) return failed(database_.get(), code, path_);
    take_journal_space();
    return {};
}

Result<> Database::secure_space() {
    auto pages = prepare("PRAGMA page_count");
    if (!pages) return pages.error();
    if (auto row = pages->step(); !row) return row.error();
    auto page = prepare("PRAGMA page_size");
    if (!page) return page.error();
    if (auto row = page->step(); !row) return row.error();
    constexpr int spare = 8;  // pages that a removal may have to move
    std::int64_t size = (pages->number(0) + spare) * page->number(0);
    const int code = sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_SIZE_HINT, &size);
    if (code == SQLITE_OK) return {};
    return Failure(Errc::store_failed, fmt::format("{}: the disk is full", escape(path_)));
}

Result<> Database::empty_journal() {
    const int code = sqlite3_wal_checkpoint_v2(database_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (code != SQLITE_OK) return failed(database_.get(), code, path_);
    return {};
}

void Database::shrink() noexcept {
    if (!execute("VACUUM")) return;
    sqlite3_wal_checkpoint_v2(database_.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    take_journal_space();
}

Result<> Database::execute(const char* statements) {
    const int code = sqlite3_exec(database_.get(), statements, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return failed(database_.get(), code, path_);
    return {};
}

Result<Statement> Database::prepare(std::string_view statement) {
    sqlite3_stmt* prepared = nullptr;
    const int code = sqlite3_prepare_v3(database_.get(), statement.data(), static_cast<int>(statement.size()),
                                        SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
    if (code != SQLITE_OK) return failed(database_.get(), code, path_);
    return Statement(prepared, path_);
}

void Database::Close::operator()(sqlite3* database) const noexcept {
    sqlite3_close(database);
}

}  // namespace mqtts::store
