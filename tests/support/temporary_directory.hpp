// SPDX-License-Identifier: Apache-2.0
// A private directory that lives as long as its object, for the files a program under test reads.
#pragma once

#include <string>
#include <string_view>

namespace mqtts::test {

class TemporaryDirectory {
public:
    /// Under $TMPDIR, else under /tmp.
    TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    /// Writes a file only its owner can read (0600) and returns its path.
    std::string write(std::string_view name, std::string_view content) const;

private:
    std::string path_;
};

}  // namespace mqtts::test
