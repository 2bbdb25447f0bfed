// SPDX-License-Identifier: Apache-2.0
// Asking a proxy for a connection: bytes in, bytes out, no I/O.
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

    /// Takes the proxy's answer, and nothing behind it, from the front of `incoming`. True: the connection stands, and
    /// what comes now is the destination's. False: more is needed, all was taken, and there may be something to send.
    /// Failure: the reason alone, with the cure where there is one. A failed handshake stays unused. Where the same
    /// answer would come again, it is proxy_refused if another destination may get another one, or unusable_proxy;
    /// otherwise it is proxy_failed.
    virtual Result<bool> receive(std::string_view& incoming) = 0;

    /// What it means that the proxy closes the connection now instead of answering.
    [[nodiscard]] virtual std::string why_closed() const = 0;

    /// To be sent, and consumed by whoever sends it.
    [[nodiscard]] Buffer& outgoing() noexcept { return outgoing_; }

protected:
    [[nodiscard]] static Failure failed(std::string reason) { return {Errc::proxy_failed, std::move(reason)}; }
    [[nodiscard]] static Failure refused(std::string reason) { return {Errc::proxy_refused, std::move(reason)}; }
    [[nodiscard]] static Failure unusable(std::string reason) { return {Errc::unusable_proxy, std::move(reason)}; }

    /// Of an answer in another protocol, by its first byte: ", but HTTP: write http:// before its host"; empty: who
    /// knows.
    [[nodiscard]] static std::string_view other_protocol(char first) noexcept;

private:
    Buffer outgoing_;
};

/// Makes the first request. The answers of a proxy are bounded to some kilobytes.
[[nodiscard]] std::unique_ptr<ProxyHandshake> ask_proxy(const Proxy& proxy, const Endpoint& destination);

/// "socks5h://proxy.example:1080": where it is, without credentials.
[[nodiscard]] std::string to_string(const Proxy& proxy);

}  // namespace mqtts::net
