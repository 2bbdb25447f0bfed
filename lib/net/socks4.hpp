// SPDX-License-Identifier: Apache-2.0
// Does a client's handshake with a SOCKS 4 proxy, or 4A if the destination is a name: one request, one answer of eight
// bytes. No RFC describes them; the sources of OpenSSH and curl do.
#pragma once

#include <optional>
#include <string>

#include "net/proxy.hpp"

namespace mqtts::net {

class Socks4 final : public ProxyHandshake {
public:
    /// Of the credentials only the user name is sent. IPv4 addresses are sent as such, everything else as a name.
    Socks4(const std::optional<ProxyCredentials>& credentials, const Endpoint& destination);

    Result<bool> receive(std::string_view& incoming) override;
    [[nodiscard]] std::string why_closed() const override;

private:
    std::string answer_;  // as far as it has arrived
    bool asks_for_name_ = false;
    std::uint16_t port_;
};

}  // namespace mqtts::net
