// SPDX-License-Identifier: Apache-2.0
// A client's handshake with a SOCKS 4 proxy, and 4A where the destination is a name: one request, one answer of eight
// bytes. Both are described in OpenSSH's and curl's sources; no RFC has them.
#pragma once

#include <optional>
#include <string>

#include "net/proxy.hpp"

namespace mqtts::net {

class Socks4 final : public ProxyHandshake {
public:
    /// Of the credentials only the user name has a place. IPv4 addresses are sent as such, all else as a name.
    Socks4(const std::optional<ProxyCredentials>& credentials, const Endpoint& destination);

    Result<bool> receive(std::string_view& incoming) override;
    [[nodiscard]] std::string why_closed() const override;

private:
    std::string answer_;  // as far as it has come
    bool asks_for_name_ = false;
    std::uint16_t port_;
};

}  // namespace mqtts::net
