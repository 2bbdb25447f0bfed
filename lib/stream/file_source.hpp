// SPDX-License-Identifier: Apache-2.0
// The rest of a regular file, read only when it is sent: so the size of a file does not matter.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "base/byte_source.hpp"
#include "stream/descriptor.hpp"

namespace mqtts::stream {

class FileSource final : public ByteSource {
public:
    /// `file` must outlive it. `extent`: its own. `name`: for messages.
    FileSource(Descriptor& file, const Extent& extent, std::string name);

    /// Returns the size. On a system with 32 bits a file may be larger; then it is too large for a message anyway.
    [[nodiscard]] std::size_t size() const noexcept override {
        return static_cast<std::size_t>(std::min<std::uint64_t>(extent_.size - extent_.read, SIZE_MAX));
    }
    /// Reads. Fails (input_failed) when the file cannot be read, has become shorter, or was modified and is read again:
    /// a message that is sent again must not be another one. Moves the position of the open file, as any reading does.
    [[nodiscard]] Result<> read(std::size_t offset, std::span<char> to) override;

private:
    [[nodiscard]] bool is_unmodified() const noexcept;
    [[nodiscard]] Failure changed() const;

    Descriptor& file_;
    Extent extent_;             // at first
    std::size_t position_ = 0;  // the offset that would be read next
    std::size_t known_ = 0;     // it was read before up to here
    std::string name_;
};

}  // namespace mqtts::stream
