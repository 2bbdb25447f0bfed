// SPDX-License-Identifier: Apache-2.0
// A file system of a few megabytes, which can be filled, or be made read-only.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "support/temporary_directory.hpp"

namespace mqtts::test {

/// false: this user may not mount one.
class SmallDisk {
public:
    SmallDisk() : mounted_(call("mount -t tmpfs -o size=6m,mode=0700 tmpfs ")) {}
    SmallDisk(SmallDisk&&) = delete;
    ~SmallDisk() {
        if (mounted_) call("umount ") || call("umount -l ");  // a killed process may not be gone yet
    }
    explicit operator bool() const noexcept { return mounted_; }
    [[nodiscard]] const std::string& path() const noexcept { return directory_.path(); }

    /// Takes every byte that is left.
    void fill() const {
        const int file = ::open((path() + "/ballast").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        const std::string block(4096, 'x');
        while (::write(file, block.data(), block.size()) > 0) {
        }
        ::close(file);
    }

    [[nodiscard]] bool make_read_only() const { return call("mount -o remount,ro "); }

private:
    bool call(const std::string& command) const {
        return std::system((command + "'" + path() + "' 2>/dev/null").c_str()) == 0;
    }

    TemporaryDirectory directory_;
    bool mounted_;
};

}  // namespace mqtts::test
