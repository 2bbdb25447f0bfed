// SPDX-License-Identifier: Apache-2.0
// Does a client's handshake with an HTTP proxy: CONNECT [RFC 9110, 9.3.6], with or without Basic credentials [RFC
// 7617].
#pragma once

#include <optional>
#include <string>

#include "net/proxy.hpp"

namespace mqtts::net {

class HttpConnect final : public ProxyHandshake {
public:
    HttpConnect(const std::optional<ProxyCredentials>& credentials, const Endpoint& destination);

    Result<bool> receive(std::string_view& incoming) override;
    [[nodiscard]] std::string why_closed() const override;

private:
    [[nodiscard]] Result<> check_status() const;
    [[nodiscard]] Failure wants_log_in(std::string_view shown) const;
    [[nodiscard]] Failure refusal(std::string_view code) const;
    [[nodiscard]] Failure could_not_connect() const;

    Endpoint destination_;
    bool has_credentials_;
    std::string head_;  // status line and header fields of the answer, as far as they have arrived
    bool over_ = false;
};

}  // namespace mqtts::net
