// SPDX-License-Identifier: Apache-2.0
// The owner of an open file descriptor.
#pragma once

#include <utility>

namespace mqtts::os {

class OpenFile {
public:
    explicit OpenFile(int descriptor) noexcept : descriptor_(descriptor) {}
    OpenFile(OpenFile&& other) noexcept : descriptor_(other.release()) {}
    OpenFile& operator=(OpenFile&&) = delete;
    ~OpenFile() { close(); }

    [[nodiscard]] int get() const noexcept { return descriptor_; }
    [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
    [[nodiscard]] int release() noexcept { return std::exchange(descriptor_, -1); }
    /// Closes it if it is open. Keeps errno, which tells why the last call failed.
    void close() noexcept;

private:
    int descriptor_;
};

}  // namespace mqtts::os
