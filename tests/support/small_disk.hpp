// A file system of a few megabytes, which can be filled.
#pragma once

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <string>

#include "support/temporary_directory.hpp"

namespace mqtts::test {

/// false: this user may not mount one.
class SmallDisk {
public:
    SmallDisk() : mounted_(::mount("tmpfs", path().c_str(), "tmpfs", 0, "size=6m") == 0) {}
    SmallDisk(SmallDisk&&) = delete;
    ~SmallDisk() {
        if (mounted_) ::umount2(path().c_str(), MNT_DETACH);
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

private:
    TemporaryDirectory directory_;
    bool mounted_;
};

}  // namespace mqtts::test
