// SPDX-License-Identifier: Apache-2.0
// Does a client's handshake with a SOCKS 5 proxy [RFC 1928], with or without user name and password [RFC 1929].
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "net/proxy.hpp"

namespace mqtts::net {

class Socks5 final : public ProxyHandshake {
public:
    /// Precondition: host, user name and password have at most 255 bytes each, the limit of the protocol.
    Socks5(std::optional<ProxyCredentials> credentials, Endpoint destination);

    Result<bool> receive(std::string_view& incoming) override;
    [[nodiscard]] std::string why_closed() const override;

private:
    enum class Step : std::uint8_t { method, authentication, outcome, address_size, address, over };

    [[nodiscard]] std::size_t size_of_answer() const noexcept;
    Result<> take_answer();
    Result<> choose_method();
    Result<> check_authentication();
    Result<> check_outcome() const;
    [[nodiscard]] Failure refusal(unsigned char reply) const;
    [[nodiscard]] bool asks_for_name() const;
    void authenticate();
    void request();

    std::optional<ProxyCredentials> credentials_;
    Endpoint destination_;
    std::string answer_;  // to the last request, as far as it has arrived
    Step step_ = Step::method;
};

}  // namespace mqtts::net
