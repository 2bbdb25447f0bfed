// SPDX-License-Identifier: Apache-2.0
// The bytes between a keeper and one of its callers: a CallerSocket, or a caller in the hands of a test.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "os/secret_bytes.hpp"

namespace mqtts::program {

class CallerLink {
public:
    CallerLink(const CallerLink&) = delete;
    CallerLink& operator=(const CallerLink&) = delete;
    /// Closes it.
    virtual ~CallerLink() = default;

    enum class Received : std::uint8_t { bytes, nothing, over };
    /// Appends some of what has come. over: the caller is gone, and all it has sent was received.
    [[nodiscard]] virtual Received receive(os::SecretBytes& to) = 0;
    /// Calls `ready` once, from the event loop, when receive() has something to tell.
    virtual void wait(std::function<void()> ready) = 0;
    /// Returns true if all of it is on its way to a caller who is there.
    [[nodiscard]] virtual bool send(std::string_view bytes) = 0;
    /// Tells whether the caller has gone, whatever is still to be received.
    [[nodiscard]] virtual bool is_gone() = 0;

protected:
    CallerLink() = default;
};

}  // namespace mqtts::program
