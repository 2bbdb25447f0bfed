// SPDX-License-Identifier: Apache-2.0
#include "net/socks5.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <iterator>
#include <utility>

#include "net/address.hpp"

namespace mqtts::net {

namespace {

constexpr char version = 5;
constexpr char authentication_version = 1;
constexpr char command_connect = 1;

constexpr char no_authentication = 0;
constexpr char user_name_and_password = 2;
constexpr char no_acceptable_method = '\xff';

constexpr char address_ipv4 = 1;
constexpr char address_name = 3;
constexpr char address_ipv6 = 4;

/// Names the replies as RFC 1928 does.
std::string_view reply_in_words(unsigned char reply) {
    constexpr std::string_view words[] = {
        "general failure of the SOCKS server",
        "not allowed by the proxy's rules",
        "network unreachable",
        "host unreachable",
        "connection refused",
        "TTL expired",
        "command not supported",
        "address type not supported",
    };
    return reply == 0 || reply > std::size(words) ? "a reply that SOCKS 5 does not define" : words[reply - 1];
}

void append_counted(std::string& to, std::string_view text) {
    to += static_cast<char>(text.size());
    to += text;
}

template <class Bytes>
void append_address(std::string& to, char type, const Bytes& bytes) {
    to += type;
    to.append(bytes.begin(), bytes.end());
}

}  // namespace

Socks5::Socks5(std::optional<ProxyCredentials> credentials, Endpoint destination)
    : credentials_(std::move(credentials)), destination_(std::move(destination)) {
    std::string methods{no_authentication};
    if (credentials_) methods += user_name_and_password;
    std::string greeting{version};
    append_counted(greeting, methods);
    outgoing().append(greeting);
}

Result<bool> Socks5::receive(std::string_view& incoming) {
    while (step_ != Step::over) {
        const std::size_t count = std::min(size_of_answer() - answer_.size(), incoming.size());
        answer_ += incoming.substr(0, count);
        incoming.remove_prefix(count);
        if (answer_.size() < size_of_answer()) return false;
        if (Result<> taken = take_answer(); !taken) return taken.error();
    }
    return true;
}

/// Returns the size of the answer up to the end of this step. The address that the proxy connects from has its own
/// length in front.
std::size_t Socks5::size_of_answer() const noexcept {
    constexpr std::size_t before_address = 4;
    constexpr std::size_t port = 2;
    if (step_ == Step::address_size) return before_address + 1;
    if (step_ != Step::address) return 2;
    switch (answer_[3]) {
        case address_ipv4:
            return before_address + 4 + port;
        case address_ipv6:
            return before_address + 16 + port;
        default:
            return before_address + 1 + static_cast<unsigned char>(answer_[4]) + port;
    }
}

Result<> Socks5::take_answer() {
    switch (step_) {
        case Step::method:
            return choose_method();
        case Step::authentication:
            return check_authentication();
        case Step::outcome:
            step_ = Step::address_size;
            return check_outcome();
        case Step::address_size:
            if (answer_[3] != address_ipv4 && answer_[3] != address_name && answer_[3] != address_ipv6)
                return failed("its reply is not SOCKS 5");
            step_ = Step::address;
            return {};
        case Step::address:
        case Step::over:
            step_ = Step::over;
            return {};
    }
    return {};
}

Result<> Socks5::choose_method() {
    if (answer_[0] != version) return speaks_other("SOCKS 5", answer_[0]);
    const char method = std::exchange(answer_, {})[1];
    if (method == no_authentication) {
        request();
    } else if (method == user_name_and_password && credentials_) {
        authenticate();
    } else if ((method == no_acceptable_method || method == user_name_and_password) && !credentials_) {
        return unusable("it requires a user name and password", give_credentials);
    } else {
        return unusable("it accepts neither a user name and password nor a client without them");
    }
    return {};
}

void Socks5::authenticate() {
    std::string message{authentication_version};
    append_counted(message, credentials_->user_name);
    append_counted(message, credentials_->password);
    outgoing().append(message);
    step_ = Step::authentication;
}

Result<> Socks5::check_authentication() {
    if (answer_[0] != authentication_version) return unusable("its answer to user name and password is not SOCKS 5");
    if (std::exchange(answer_, {})[1] != 0) return unusable("it refused the user name and password in --proxy");
    request();
    return {};
}

void Socks5::request() {
    std::string message{version, command_connect, 0};
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(destination_.host, error);
    if (error) {
        message += address_name;
        append_counted(message, destination_.host);
    } else if (address.is_v4()) {
        append_address(message, address_ipv4, address.to_v4().to_bytes());
    } else {
        append_address(message, address_ipv6, address.to_v6().to_bytes());
    }
    message += static_cast<char>(destination_.port >> 8);
    message += static_cast<char>(destination_.port & 0xFF);
    outgoing().append(message);
    step_ = Step::outcome;
}

Result<> Socks5::check_outcome() const {
    if (answer_[0] != version) return failed("its reply is not SOCKS 5");
    const auto reply = static_cast<unsigned char>(answer_[1]);
    if (reply == 0) return {};
    Failure failure = refusal(reply);
    failure.cause = fmt::format("{} (SOCKS reply {}){}{}", reply_in_words(reply), reply,
                                failure.cause.empty() ? "" : ": ", failure.cause);
    return failure;
}

bool Socks5::asks_for_name() const {
    return !is_ip_literal(destination_.host);
}

/// Says what a reply means: is it about the name, the port, or the proxy itself? The cause may be empty. Proxies differ
/// in replies 1 and 4: for a name that does not exist microsocks replies 1, Dante 4.
Failure Socks5::refusal(unsigned char reply) const {
    const bool is_name = asks_for_name();
    const std::string resolve_here = "write socks5:// before its host to resolve the name here";
    switch (reply) {
        case 1:
            return is_name ? failed("the proxy may not be able to resolve the name", resolve_here)
                           : failed("", "see the log of the proxy");
        case 2:
            return refused("", fmt::format("have port {} of this host allowed there", destination_.port));
        case 3:
            return failed("the proxy has no route to the network of the host");
        case 4:
            return is_name ? failed("the proxy cannot resolve the name or cannot reach the host", resolve_here)
                           : failed("the proxy cannot reach the host");
        case 5:
            return failed(fmt::format("nothing listens there on port {}", destination_.port));
        case 6:
            return failed("the host did not answer the proxy in time");
        case 7:
            return unusable("the proxy makes no connections for its clients");
        case 8:
            return is_name ? refused("the proxy accepts no names", resolve_here)
                           : refused("the proxy accepts no addresses of this family", "try --ipv4 or --ipv6");
        default:
            return failed("");
    }
}

/// ssh -D closes the connection where another proxy would reply.
std::string Socks5::why_closed() const {
    if (step_ == Step::method) return "check that it is a SOCKS 5 proxy";
    return fmt::format("check that {}something answers there on port {}",
                       asks_for_name() ? "it can resolve the name, and that " : "", destination_.port);
}

}  // namespace mqtts::net
