// SPDX-License-Identifier: Apache-2.0
// Asks a proxy for a connection: bytes in, bytes out, no I/O.
//
//     auto handshake = ask_proxy(proxy, {"broker.example", 8883});
//     // send handshake->outgoing(), then
//     Result<bool> connected = handshake->receive(bytes);  // until true, sending outgoing() in between
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/buffer.hpp"
#include "base/error.hpp"
#include "net/endpoint.hpp"

namespace mqtts::net {

class ProxyHandshake {
public:
    ProxyHandshake() = default;
    ProxyHandshake(const ProxyHandshake&) = delete;
    ProxyHandshake& operator=(const ProxyHandshake&) = delete;
    virtual ~ProxyHandshake() = default;

    /// Takes the proxy's answer, and nothing after it, from the front of `incoming`. True: the connection is made, and
    /// the next byte is the destination's. False: all was taken, more is needed, and there may be something to send.
    /// Failure: the reason alone. A failed handshake must not be used again. If the same answer would come again, it is
    /// proxy_refused if another destination may get another answer, or unusable_proxy; otherwise it is proxy_failed.
    virtual Result<bool> receive(std::string_view& incoming) = 0;

    /// Returns the hint for a proxy that closes the connection now instead of answering.
    [[nodiscard]] virtual std::string why_closed() const = 0;

    /// Holds the bytes to send; the sender consumes them.
    [[nodiscard]] Buffer& outgoing() noexcept { return outgoing_; }

protected:
    static constexpr const char* give_credentials = "give them in --proxy as user:password@ before its host";

    [[nodiscard]] static Failure failed(std::string cause, std::string hint = {}) {
        return {Errc::proxy_failed, std::move(cause), std::move(hint)};
    }
    [[nodiscard]] static Failure refused(std::string cause, std::string hint = {}) {
        return {Errc::proxy_refused, std::move(cause), std::move(hint)};
    }
    [[nodiscard]] static Failure unusable(std::string cause, std::string hint = {}) {
        return {Errc::unusable_proxy, std::move(cause), std::move(hint)};
    }

    /// Makes the failure of a proxy that does not answer in the protocol `wanted`, but in the one that begins with
    /// `first`.
    [[nodiscard]] static Failure speaks_other(std::string_view wanted, char first);

private:
    Buffer outgoing_;
};

/// Makes the handshake with its first request. It limits the answers of a proxy to some kilobytes.
[[nodiscard]] std::unique_ptr<ProxyHandshake> ask_proxy(const Proxy& proxy, const Endpoint& destination);

/// Returns the URL of the proxy without credentials: "socks5h://proxy.example:1080".
[[nodiscard]] std::string to_string(const Proxy& proxy);

}  // namespace mqtts::net
