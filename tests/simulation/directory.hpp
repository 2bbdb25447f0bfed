// SPDX-License-Identifier: Apache-2.0
// A directory for the files of one run, in memory if the system has a place for that. It goes with its object; those
// that a killed process has left behind go with the first one of the next process. One at a time.
#pragma once

#include <string>

namespace mqtts::simulation {

class Directory {
public:
    Directory();
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    ~Directory();

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    std::string path_;
};

/// Copies a database of store/database.hpp as the kernel has it at this moment: what another process would find if the
/// one that uses it were killed.
void copy_database(const std::string& from, const std::string& to);

}  // namespace mqtts::simulation
