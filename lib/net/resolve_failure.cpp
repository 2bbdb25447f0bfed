// SPDX-License-Identifier: Apache-2.0
#include "net/resolve_failure.hpp"

#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>

#include "text/escape.hpp"

namespace mqtts::net {

namespace {

constexpr std::string_view blanks = " \t\r";

std::vector<std::string> words(std::string_view line) {
    std::vector<std::string> result;
    for (;;) {
        line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
        if (line.empty()) return result;
        result.emplace_back(line.substr(0, line.find_first_of(blanks)));
        line.remove_prefix(result.back().size());
    }
}

std::string joined(const std::vector<std::string>& all) {
    return escape(fmt::format("{}", fmt::join(all, ", ")));
}

bool is_searched(std::string_view host, const ResolverFile& resolver) {
    return !resolver.search.empty() && !host.ends_with('.');
}

/// What to do about a name of this kind; empty: nothing in particular.
std::string_view cure_of_kind(std::string_view host) {
    if (host.find_first_not_of("0123456789.") == host.npos) return "an IPv4 address has four numbers up to 255";
    const bool is_multicast = host.ends_with(".local") && !host.ends_with(".cluster.local");
    return is_multicast ? "names in .local are found by mDNS: is libnss-mdns installed?" : "";
}

std::string no_such_name(std::string_view host, const ResolverFile& resolver) {
    if (const std::string_view cure = cure_of_kind(host); !cure.empty())
        return fmt::format("there is no such name: {}", cure);
    if (is_searched(host, resolver))
        return fmt::format("there is no such name, nor with {} behind it (search in /etc/resolv.conf)",
                           joined(resolver.search));
    if (host.find('.') == host.npos) return "there is no such name: give all of it, with its domain";
    return "there is no such name";
}

std::string no_address(AddressFamily family) {
    if (family == AddressFamily::any) return "the name is known, but has no address";
    const bool is_ipv4 = family == AddressFamily::ipv4;
    return fmt::format("the name has no IPv{} address, and {} wants one", is_ipv4 ? 4 : 6,
                       is_ipv4 ? "--ipv4" : "--ipv6");
}

std::string no_answer(std::string_view host, const ResolverFile& resolver) {
    if (resolver.servers.empty()) return "/etc/resolv.conf names no name server: is the network up?";
    const std::string reason =
        fmt::format("no name server gives an answer ({} in /etc/resolv.conf): is it up", joined(resolver.servers));
    if (!is_searched(host, resolver)) return fmt::format("{} and reachable?", reason);
    return fmt::format("{}, or does it fail for a search domain ({}) alone? A dot behind the name leaves these out",
                       reason, joined(resolver.search));
}

}  // namespace

ResolverFile parse_resolver_file(std::string_view text) {
    ResolverFile result;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        std::vector<std::string> all = words(line);
        if (all.size() < 2) continue;
        if (all.front() == "nameserver") result.servers.push_back(std::move(all[1]));
        if (all.front() == "search" || all.front() == "domain") result.search.assign(all.begin() + 1, all.end());
    }
    return result;
}

std::string why_not_resolved(int error, std::string_view host, AddressFamily family, const ResolverFile& resolver) {
    switch (error) {
        case EAI_NONAME:
            return no_such_name(host, resolver);
#ifdef EAI_NODATA
        case EAI_NODATA:
            return no_address(family);
#endif
#ifdef EAI_ADDRFAMILY
        case EAI_ADDRFAMILY:
            return no_address(family);
#endif
        case EAI_AGAIN:
            return no_answer(host, resolver);
        default:
            return ::gai_strerror(error);
    }
}

}  // namespace mqtts::net
