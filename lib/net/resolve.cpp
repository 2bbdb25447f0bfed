// SPDX-License-Identifier: Apache-2.0
#include "net/resolve.hpp"

#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "net/address.hpp"
#include "net/resolve_failure.hpp"
#include "os/system_reason.hpp"
#include "text/escape.hpp"

namespace mqtts::net {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Found = Result<std::vector<tcp::endpoint>>;

// Shared by the coroutine that waits and the thread that looks up; either may be gone first.
struct Lookup {
    std::mutex mutex;
    asio::steady_timer* waiting = nullptr;  // the coroutine's; null when it no longer waits
    Found addresses = Failure(Errc::name_not_found);
};

struct FreeAddresses {
    void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};

int system_family(AddressFamily family) {
    if (family == AddressFamily::any) return AF_UNSPEC;
    return family == AddressFamily::ipv4 ? AF_INET : AF_INET6;
}

ResolverFile resolver_file() {
    std::ifstream file("/etc/resolv.conf");
    return parse_resolver_file(std::string(std::istreambuf_iterator<char>(file), {}));
}

Found look_up(const Endpoint& endpoint, AddressFamily family) {
    addrinfo hints{};
    hints.ai_family = system_family(family);
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(endpoint.host.c_str(), nullptr, &hints, &found);
    const std::unique_ptr<addrinfo, FreeAddresses> list(found);
    if (error != 0) {
        const Failure why = error == EAI_SYSTEM ? Failure(Errc::name_not_found, os::system_reason(errno))
                                                : why_not_resolved(error, endpoint.host, family, resolver_file());
        return with_cause(why, fmt::format("cannot resolve {}: {}", escape(endpoint.host), why.cause));
    }
    std::vector<tcp::endpoint> addresses;
    for (const addrinfo* entry = list.get(); entry; entry = entry->ai_next) {
        tcp::endpoint address;
        if (entry->ai_addrlen > address.capacity()) continue;
        std::memcpy(address.data(), entry->ai_addr, entry->ai_addrlen);
        address.resize(entry->ai_addrlen);
        address.port(endpoint.port);
        addresses.push_back(address);
    }
    return addresses;
}

void run(const std::shared_ptr<Lookup>& lookup, const Endpoint& endpoint, AddressFamily family,
         const asio::any_io_executor& executor) {
    Found addresses = look_up(endpoint, family);
    const std::lock_guard lock(lookup->mutex);
    if (!lookup->waiting) return;  // and its executor may be gone as well
    lookup->addresses = std::move(addresses);
    asio::post(executor, [lookup] {
        const std::lock_guard relock(lookup->mutex);
        if (lookup->waiting) lookup->waiting->cancel();
    });
}

Found as_address(const Endpoint& endpoint, AddressFamily family) {
    const tcp::endpoint address(asio::ip::make_address(endpoint.host), endpoint.port);
    const bool wanted = family == AddressFamily::any || address.protocol().family() == system_family(family);
    if (wanted) return std::vector{address};
    const std::string option = family_option(family);
    return Failure(Errc::name_not_found,
                   fmt::format("{} is not an {} address, which {} requires", endpoint.host,
                               family == AddressFamily::ipv4 ? "IPv4" : "IPv6", option),
                   "leave out " + option, {option});
}

/// Is this localhost or a name below it? No name service has to be asked for them [RFC 6761, 6.3].
bool is_localhost(std::string_view host) noexcept {
    constexpr std::string_view name = "localhost";
    if (host.ends_with('.')) host.remove_suffix(1);
    if (host.size() < name.size() || (host.size() > name.size() && host[host.size() - name.size() - 1] != '.'))
        return false;
    const std::string_view last = host.substr(host.size() - name.size());
    return std::equal(last.begin(), last.end(), name.begin(),
                      [](char one, char other) { return (one | 0x20) == other; });
}

Found loopback(const Endpoint& endpoint, AddressFamily family) {
    std::vector<tcp::endpoint> addresses;
    if (family != AddressFamily::ipv6) addresses.emplace_back(asio::ip::address_v4::loopback(), endpoint.port);
    if (family != AddressFamily::ipv4) addresses.emplace_back(asio::ip::address_v6::loopback(), endpoint.port);
    return addresses;
}

// The coroutine's end of a lookup: when the coroutine ends for any reason, the thread learns that nobody waits.
class Waiting {
public:
    Waiting(std::shared_ptr<Lookup> lookup, asio::steady_timer& timer) : lookup_(std::move(lookup)) {
        lookup_->waiting = &timer;
    }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    ~Waiting() {
        const std::lock_guard lock(lookup_->mutex);
        lookup_->waiting = nullptr;
    }

private:
    std::shared_ptr<Lookup> lookup_;
};

}  // namespace

Awaitable<Found> resolve(const Endpoint& endpoint, AddressFamily family) {
    if (is_ip_literal(endpoint.host)) co_return as_address(endpoint, family);
    if (is_localhost(endpoint.host)) co_return loopback(endpoint, family);

    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    asio::steady_timer never(executor, asio::steady_timer::time_point::max());
    const auto lookup = std::make_shared<Lookup>();
    const Waiting waiting(lookup, never);
    std::thread(run, lookup, endpoint, family, executor).detach();
    co_await never.async_wait(asio::as_tuple(asio::use_awaitable));  // until the thread, or a deadline, cancels it
    const std::lock_guard lock(lookup->mutex);
    co_return lookup->addresses;
}

}  // namespace mqtts::net
