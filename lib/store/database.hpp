// SPDX-License-Identifier: Apache-2.0
// A SQLite database in a file, and statements for it: keeps what must survive a kill -9.
//
// We use SQLite rather than files of our own: its journal has been killed at every instruction by people who do nothing
// else, and a batch of messages costs one transaction.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace mqtts::store {

/// What a commit survives: the end of the process, or also the end of the machine (fsync).
enum class Durability : std::uint8_t { process, machine };

/// A statement that is used again and again; it is reset at the end of its life and of each run.
class Statement {
public:
    /// Binds a parameter; they count from 1. A view must stay valid until the statement is reset.
    Statement& bind(int parameter, std::int64_t value);
    Statement& bind(int parameter, std::string_view bytes);

    /// Goes to the next row. Returns false when there are no more. The failure says what SQLite says, with the file.
    [[nodiscard]] Result<bool> step();
    /// Runs a statement without rows, and resets it for the next run.
    [[nodiscard]] Result<> run();
    void reset() noexcept;

    /// Returns a column; they count from 0. A view is valid until the next step() or reset().
    [[nodiscard]] std::int64_t number(int column) const noexcept;
    [[nodiscard]] std::string_view bytes(int column) const noexcept;

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    Statement(sqlite3_stmt* statement, std::string path) : statement_(statement), path_(std::move(path)) {}

    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    std::string path_;
};

class Database {
public:
    /// Opens the file, or makes it (mode 0600), for this process alone. The failure (store_failed) names the file, and
    /// says whether another process uses it.
    static Result<Database> open(const std::string& path, Durability durability);

    // For a file whose content must be able to shrink on a full disk. A change goes to the journal first, and from
    // there to the database; both places are taken while there is space:
    //
    //   journal   ├── holds at least `journal_size` bytes, is written from the beginning again when it was emptied ──┤
    //   database  ├── is as large as all that is in the journal needs it, before that is committed ──┤

    /// Begins to do so. Takes what is left if the disk is full already.
    [[nodiscard]] Result<> keep_space(std::size_t journal_size);
    /// Takes the space for a transaction that makes the database larger; call it before the commit. Fails when there is
    /// no space.
    [[nodiscard]] Result<> secure_space();
    /// Writes the journal to the database. Needs no space. Precondition: no transaction.
    [[nodiscard]] Result<> empty_journal();
    /// Gives the space back, except what keep_space() takes, when the content is not worth it any more.
    void shrink() noexcept;

    /// Runs statements without parameters and rows.
    [[nodiscard]] Result<> execute(const char* statements);
    [[nodiscard]] Result<Statement> prepare(std::string_view statement);

private:
    struct Close {
        void operator()(sqlite3* database) const noexcept;
    };
    Database(sqlite3* database, std::string path) : database_(database), path_(std::move(path)) {}

    void take_journal_space() noexcept;

    std::unique_ptr<sqlite3, Close> database_;
    std::string path_;
    std::size_t journal_size_ = 0;
};

}  // namespace mqtts::store
