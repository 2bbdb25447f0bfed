// SPDX-License-Identifier: Apache-2.0
// A TCP server without TLS that records all it is sent: the proof that nothing but TLS ever leaves the programs.
#pragma once

#include <string>
#include <string_view>

#include "support/listener.hpp"

namespace mqtts::test {

class PlainServer {
public:
    [[nodiscard]] std::uint16_t port() const noexcept { return listener_.port(); }

    /// Takes one connection, sends `answer` after the first bytes (empty: stays silent), and returns all that the
    /// client sent until it closed the connection.
    [[nodiscard]] std::string serve(std::string_view answer) const;
    /// What a client has sent that has come and gone, to a server that says nothing; empty: none came.
    [[nodiscard]] std::string heard() const;

private:
    Listener listener_;
};

}  // namespace mqtts::test
