// SPDX-License-Identifier: Apache-2.0
// A hostile server against the WebSocket: its answer to the upgrade, then its frames.
//
// The first byte decides how many bytes come at a time, and whether the upgrade is part of it.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "websocket/frames.hpp"
#include "websocket/upgrade.hpp"

using namespace mqtts;

namespace {

class Server {
public:
    Server(std::string_view bytes, std::size_t step) : rest_(bytes), step_(step) {}

    bool send(Buffer& to) {
        to.append(rest_.substr(0, step_));
        rest_.remove_prefix(std::min(step_, rest_.size()));
        return !rest_.empty();
    }

private:
    std::string_view rest_;
    std::size_t step_;
};

void upgrade(Server server) {
    websocket::Upgrade request({.host = "broker", .websocket = net::WebSocketSettings()});
    Buffer incoming;
    Status status = Status::would_block;
    for (bool more = true; more && status == Status::would_block;) {
        more = server.send(incoming);
        status = request.read(incoming);
    }
    if (status == Status::failed && request.failure().cause.empty()) std::abort();
}

void receive(Server server, std::size_t size) {
    websocket::Frames websocket;
    Buffer plaintext;
    Status status = Status::ok;
    for (bool more = true; more && (status == Status::ok || status == Status::would_block);) {
        more = server.send(websocket.incoming());
        status = websocket.receive(plaintext);
        if (status == Status::ok || status == Status::would_block) websocket.send("");
        // An answer to a ping, or the Close at the end: nothing a server sends makes this grow.
        if (websocket.outgoing().size() > 2 * (6 + 125)) std::abort();
        websocket.outgoing().clear();
    }
    if (plaintext.size() > size) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Server server(bytes, 1 + data[0] / 2);
    if (data[0] % 2 == 0)
        upgrade(server);
    else
        receive(server, size);
    return 0;
}
