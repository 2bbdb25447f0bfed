#include "store/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/utf8.hpp"

namespace mqtts::store {

namespace {

Failure failed(sqlite3* database, int code, const std::string& path) {
    if ((code & 0xFF) == SQLITE_BUSY)
        return {Errc::store_failed, fmt::format("{}: another process uses it", escape(path))};
    const char* reason = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
    return {Errc::store_failed, fmt::format("{}: {}", escape(path), reason)};
}

/// SQLite would make it readable for everybody; there are messages in it.
void create_private(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor >= 0) ::close(descriptor);  // otherwise SQLite finds out why not, and says so
}

/// For one process alone there need not be shared memory beside the file. A commit goes to the end of the journal.
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
