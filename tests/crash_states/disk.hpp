// SPDX-License-Identifier: Apache-2.0
// A disk as POSIX promises it: what was not synchronized may be there after a loss of power, or not, or in part.
//
// - A write lands sector by sector, in any order, or not at all. The file may have its new size without the bytes; what
//   is missing then is zero.
// - A new, removed or renamed name lands by itself: before the bytes of its file, after them, or never. Nothing orders
//   the names of a directory, and fsync of a file says nothing of its name.
// - fsync of a file ends the doubt about its bytes and its size, fsync of a directory that about the names in it, but
//   not about its own name.
// - A rename is one step: it never leaves both names, or none. The bits of the mode come with a new file.
// - The shared memory of SQLite (-shm) is never there.
//
//     calls ──► apply() ──► what is safe, and the pending changes ──► pieces() ──► after_power_loss(those that landed)
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "crash_states/recording.hpp"

namespace mqtts::test::crash {

enum class Kind : std::uint8_t { file, directory, socket };

/// A file, a directory or a socket, whatever its names are.
struct Node {
    Kind kind = Kind::file;
    std::string bytes;                         // the zeros at the end may be missing
    std::size_t size = 0;                      // with them
    std::map<std::string, std::size_t> names;  // of a directory: where they lead
};

/// All of a disk; the first one is the directory at its root.
using Nodes = std::vector<std::shared_ptr<const Node>>;

/// What one call has changed.
struct Change {
    Call call{};
    std::size_t node = 0;  // what it changes: a file, or a directory
    std::size_t offset = 0;
    std::string bytes;
    std::string name;
    std::string other_name;    // of a rename
    std::size_t leads_to = 0;  // what the name is of
    std::string text;          // for people: "write spool.db 4096+512"
};

/// What lands, or does not, by itself: a part of a change. Without bytes: the size, a name.
struct Piece {
    std::size_t change = 0;
    std::size_t begin = 0;  // of the bytes
    std::size_t end = 0;
};

/// What the disk takes for not synchronized although it was, as if the program forgot it.
enum class Forgotten : std::uint8_t { nothing, files, directories };

class Disk {
public:
    static constexpr std::size_t sector = 512;

    /// The directory is empty at first, and safe. `root`: its inode.
    explicit Disk(std::uint64_t root, Forgotten forgotten = Forgotten::nothing);

    /// Does what the call did, if it concerns something below the root. Returns whether it did.
    bool apply(const Record& record);

    /// What a loss of power may take back, in the order of the calls.
    [[nodiscard]] const std::vector<Change>& pending() const noexcept { return pending_; }
    [[nodiscard]] std::vector<Piece> pieces() const;
    /// The disk with these pieces of the pending changes; one bool each.
    [[nodiscard]] Nodes after_power_loss(const std::vector<Piece>& pieces, const std::vector<bool>& landed) const;
    /// The disk as a program sees it, which loses nothing.
    [[nodiscard]] const Nodes& now() const noexcept { return now_; }

private:
    [[nodiscard]] bool change(const Record& record, Change& made);
    [[nodiscard]] bool create(const Record& record, Change& made);
    [[nodiscard]] bool change_names(const Record& record, Change& made);
    [[nodiscard]] bool change_bytes(const Record& record, Change& made);
    bool sync(const Record& record);
    [[nodiscard]] std::string path_of(std::size_t node) const;

    Forgotten forgotten_;
    std::map<std::uint64_t, std::size_t> by_inode_;  // the last node that had it
    Nodes now_;
    Nodes safe_;
    std::vector<Change> pending_;
};

}  // namespace mqtts::test::crash
