// SPDX-License-Identifier: Apache-2.0
// Runs of the programs whose calls are written down, see recorder.cpp. All that they write is in one directory, which
// plays the disk.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "crash_states/record.hpp"
#include "support/process.hpp"
#include "support/temporary_directory.hpp"

namespace mqtts::test::crash {

struct Record {
    Call call{};
    pid_t process = 0;
    std::uint64_t directory = 0;
    std::uint64_t inode = 0;
    std::uint64_t offset = 0;
    std::string name;
    std::string other_name;
    std::string bytes;
};

class Recording {
public:
    /// Ends the test, as skipped, if the calls of the programs cannot be recorded.
    Recording();

    /// The directory that plays the disk: in memory, if the system has such a place, so that building thousands of
    /// states is fast.
    [[nodiscard]] const std::string& root() const noexcept { return root_; }
    /// Its inode.
    [[nodiscard]] std::uint64_t root_inode() const;
    /// A directory beside it, on the same file system.
    [[nodiscard]] std::string beside() const { return directory_.path(); }

    /// Makes a directory below the root, which no loss of power takes back.
    void make_safe_directory(const std::string& name) const;

    /// Has the calls of the command recorded; `output`: its standard output is appended to this file below the root, as
    /// a shell does it.
    [[nodiscard]] Command recorded(Command command, const std::string& output = {}) const;

    /// What was recorded until now, in order.
    [[nodiscard]] std::vector<Record> records() const;

private:
    TemporaryDirectory directory_;
    std::string root_;
    std::string log_;
};

}  // namespace mqtts::test::crash
