// SPDX-License-Identifier: Apache-2.0
// Makes a directory what a disk of the model is, and compares the two.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "crash_states/disk.hpp"

namespace mqtts::test::crash {

/// A file that is to keep its inode.
struct KeptFile {
    std::size_t node = 0;
    std::string path;  // where it has another name, on the same file system
};

/// Replaces the content of the directory. A socket is one that nobody listens to.
void lay_out(const Nodes& nodes, const std::string& directory, const std::optional<KeptFile>& kept);

/// Says where the directory differs; empty: it does not.
[[nodiscard]] std::string difference(const Nodes& nodes, const std::string& directory);

}  // namespace mqtts::test::crash
