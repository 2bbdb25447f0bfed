// SPDX-License-Identifier: Apache-2.0
#include "support/plain_server.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <stdexcept>

#include "os/os.hpp"

namespace mqtts::test {

std::string PlainServer::heard() const {
    wait_until_accepting(port());  // so that one comes, and be it behind the client, or the only one
    return serve("");
}

std::string PlainServer::serve(std::string_view answer) const {
    const FileDescriptor connection = listener_.accept();
    std::string received;
    for (;;) {
        std::array<char, 16384> block;
        const ssize_t count = ::recv(connection.get(), block.data(), block.size(), 0);
        if (count < 0 && errno == EAGAIN) throw std::runtime_error("the client does not close the connection");
        if (count <= 0) return received;
        if (received.empty()) static_cast<void>(os::send(connection.get(), answer));
        received.append(block.data(), static_cast<std::size_t>(count));
    }
}

}  // namespace mqtts::test
