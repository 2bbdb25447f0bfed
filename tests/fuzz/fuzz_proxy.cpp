// SPDX-License-Identifier: Apache-2.0
// A hostile proxy: its answers to SOCKS 5, to SOCKS 4 or to CONNECT, in pieces.
//
// The first byte decides: bit 0 for HTTP, bit 1 for credentials, both high bits for SOCKS 4 in any case; a quarter of
// it and one is how many bytes come at a time.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/proxy.hpp"

using namespace mqtts;
using net::ProxyScheme;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const unsigned choice = data[0];
    net::Proxy proxy{.scheme = (choice & 1) != 0 ? ProxyScheme::http : ProxyScheme::socks5h};
    if (choice >= 0xC0) proxy.scheme = ProxyScheme::socks4a;
    if ((choice & 2) != 0) proxy.credentials = {.user_name = "me", .password = "secret"};
    const auto handshake = net::ask_proxy(proxy, {.host = "broker"});

    std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t step = choice / 4 + 1;
    while (!rest.empty()) {
        std::string_view piece = rest.substr(0, step);
        rest.remove_prefix(piece.size());
        const Result<bool> over = handshake->receive(piece);
        if (!over && over.error().cause.empty()) std::abort();
        if (!over || *over) return 0;
        if (!piece.empty()) std::abort();  // it wants more, and left something
        if (handshake->outgoing().size() > 1024) std::abort();
    }
    return 0;
}
