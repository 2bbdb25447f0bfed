// SPDX-License-Identifier: Apache-2.0
// A network between a program and a server of the test: it records what the program sends, delivers what the server
// sends late and in small pieces, and breaks where the test wants it to.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <thread>

#include "support/file_descriptor.hpp"

namespace mqtts::test {

/// Of what the server sends, on each connection.
struct LinkOptions {
    std::size_t piece = 65'536;                                          // so many bytes at a time
    std::chrono::microseconds delay{0};                                  // before each piece
    std::size_t broken_after = std::numeric_limits<std::size_t>::max();  // not 0
    bool silent_once_broken = false;                                     // instead of the end of the connection
};

/// A free port of 127.0.0.1. Each connection to it, one after the other, is one conversation, in a thread of its own.
class Link {
public:
    using Conversation = std::function<void(int socket)>;

    explicit Link(Conversation conversation, LinkOptions options = {});
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    ~Link() { close(); }

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// No more connections. Returns when the last one is over.
    void close();

    /// All that was sent to the server, of all connections. Precondition: closed.
    [[nodiscard]] const std::string& sent() const noexcept { return sent_; }
    /// On one of the connections so many bytes were delivered that it broke. Precondition: closed.
    [[nodiscard]] bool broken() const noexcept { return broken_; }

private:
    void connect(const FileDescriptor& client);

    Conversation conversation_;
    LinkOptions options_;
    FileDescriptor listener_;
    std::uint16_t port_ = 0;
    std::string sent_;
    bool broken_ = false;
    std::thread thread_;
};

}  // namespace mqtts::test
