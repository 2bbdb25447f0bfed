// SPDX-License-Identifier: Apache-2.0
// Bytes that are too many to be held: fetched piece by piece when their turn comes, and again if need be.
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

    /// Of all of them; it never changes.
    [[nodiscard]] virtual std::size_t size() const noexcept = 0;
    /// Fills `to` with those from `offset` on. The failure: they are not to be had any more, or not the same ones.
    /// Precondition: offset + to.size() <= size().
    [[nodiscard]] virtual Result<> read(std::size_t offset, std::span<char> to) = 0;
};

}  // namespace mqtts
