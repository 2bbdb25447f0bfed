// SPDX-License-Identifier: Apache-2.0
// A listening TCP socket on a free port of 127.0.0.1.
#pragma once

#include <cstdint>

#include "support/file_descriptor.hpp"

namespace mqtts::test {

class Listener {
public:
    Listener();

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    /// Readable when a connection waits, for poll(2).
    [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }

    /// The next connection. Nobody may wait forever: throws when none comes, and a read or write that takes too
    /// long fails, see patience.hpp.
    [[nodiscard]] FileDescriptor accept() const;

private:
    FileDescriptor socket_;
    std::uint16_t port_ = 0;
};

/// A port of 127.0.0.1 that was free a moment ago.
[[nodiscard]] inline std::uint16_t free_port() {
    return Listener().port();
}

/// Something accepts connections on this port of 127.0.0.1.
[[nodiscard]] bool is_accepting(std::uint16_t port);

/// Returns when something accepts connections on this port of 127.0.0.1; throws when nothing does.
void wait_until_accepting(std::uint16_t port);

}  // namespace mqtts::test
