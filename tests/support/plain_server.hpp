// A TCP server without TLS that records all it is sent: the proof that nothing but TLS ever leaves the programs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/file_descriptor.hpp"

namespace mqtts::test {

class PlainServer {
public:
    /// Listens on a free port of 127.0.0.1.
    PlainServer();

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// Takes one connection, sends `answer` after the first bytes (empty: stays silent),
    /// and returns all that the client sent until it closed the connection. Throws when nobody comes, or leaves.
    [[nodiscard]] std::string serve(std::string_view answer) const;

private:
    FileDescriptor listener_;
    std::uint16_t port_ = 0;
};

}  // namespace mqtts::test
