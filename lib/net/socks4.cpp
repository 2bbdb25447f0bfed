// SPDX-License-Identifier: Apache-2.0
#include "net/socks4.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address_v4.hpp>

namespace mqtts::net {

namespace {

constexpr char socks4_version = 4;
constexpr char socks4_connect = 1;
constexpr std::size_t answer_size = 8;

constexpr unsigned char granted = 90;
constexpr unsigned char failed_or_rejected = 91;
constexpr unsigned char no_identd = 92;
constexpr unsigned char other_user = 93;

}  // namespace

Socks4::Socks4(const std::optional<ProxyCredentials>& credentials, const Endpoint& destination)
    : port_(destination.port) {
    boost::system::error_code error;
    auto address = boost::asio::ip::make_address_v4(destination.host, error);
    asks_for_name_ = bool(error);
    if (error) address = boost::asio::ip::address_v4(1);  // 0.0.0.1: the name follows the user name
    std::string request{socks4_version, socks4_connect, static_cast<char>(port_ >> 8), static_cast<char>(port_ & 0xFF)};
    for (const unsigned char byte : address.to_bytes())
        request += static_cast<char>(byte);
    if (credentials) request += credentials->user_name;
    request += '\0';
    if (asks_for_name_) {
        request += destination.host;
        request += '\0';
    }
    outgoing().append(request);
}

Result<bool> Socks4::receive(std::string_view& incoming) {
    const std::size_t count = std::min(answer_size - answer_.size(), incoming.size());
    answer_ += incoming.substr(0, count);
    incoming.remove_prefix(count);
    if (!answer_.empty() && answer_.front() != 0) return speaks_other("SOCKS 4", answer_.front());
    if (answer_.size() < answer_size) return false;
    switch (const auto reply = static_cast<unsigned char>(answer_[1])) {
        case granted:
            return true;
        case failed_or_rejected:
            return failed(fmt::format("it rejected the request, or could not connect (SOCKS 4 reply {})", reply),
                          why_closed());
        case no_identd:
        case other_user:
            return unusable(fmt::format("it does not trust the user name (SOCKS 4 reply {})", reply),
                            "run an identd on this machine that confirms it");
        default:
            return failed(fmt::format("it sent a reply that SOCKS 4 does not define (SOCKS 4 reply {})", reply));
    }
}

/// Closing the connection, as ssh -D does, and the only reply of SOCKS 4 mean the same.
std::string Socks4::why_closed() const {
    return fmt::format("check that {}something answers there on port {}, and that its rules allow it",
                       asks_for_name_ ? "it can resolve the name, that " : "", port_);
}

}  // namespace mqtts::net
