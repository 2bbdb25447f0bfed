// SPDX-License-Identifier: Apache-2.0
// Bytes that are too many for the memory: fetched piece by piece when their turn comes, and again if necessary.
#pragma once

#include <cstddef>
#include <span>

#include "base/error.hpp"

namespace mqtts {

class ByteSource {
public:
    ByteSource() = default;
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;
    virtual ~ByteSource() = default;

    /// Returns the number of all bytes, which never changes.
    [[nodiscard]] virtual std::size_t size() const noexcept = 0;
    /// Fills `to` with the bytes from `offset` on. Fails if they are no longer available, or have changed.
    /// Precondition: offset + to.size() <= size().
    [[nodiscard]] virtual Result<> read(std::size_t offset, std::span<char> to) = 0;
};

}  // namespace mqtts
