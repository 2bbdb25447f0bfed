// SPDX-License-Identifier: Apache-2.0
#include "net/resolve_failure.hpp"

#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <utility>

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

Failure not_found(std::string cause, std::string hint = {}) {
    return {Errc::name_not_found, std::move(cause), std::move(hint)};
}

/// Says what to do about a name of this kind. Empty: nothing in particular.
std::string hint_for_kind(std::string_view host) {
    if (host.find_first_not_of("0123456789.") == host.npos) return "give an IPv4 address as four numbers up to 255";
    const bool is_multicast = host.ends_with(".local") && !host.ends_with(".cluster.local");
    return is_multicast ? "install libnss-mdns: mDNS finds the names in .local" : "";
}

Failure no_such_name(std::string_view host, const ResolverFile& resolver) {
    if (std::string hint = hint_for_kind(host); !hint.empty())
        return not_found("there is no such name", std::move(hint));
    if (is_searched(host, resolver))
        return not_found(fmt::format("there is no such name, nor with {} appended (search in /etc/resolv.conf)",
                                     joined(resolver.search)));
    if (host.find('.') == host.npos) return not_found("there is no such name", "give the full name, with its domain");
    return not_found("there is no such name");
}

Failure no_address(AddressFamily family) {
    if (family == AddressFamily::any) return not_found("the name exists, but has no address");
    const std::string option = family_option(family);
    return {
        Errc::name_not_found,
        fmt::format("the name has no IPv{} address, which {} requires", family == AddressFamily::ipv4 ? 4 : 6, option),
        "leave out " + option,
        {option}};
}

Failure no_answer(std::string_view host, const ResolverFile& resolver) {
    if (resolver.servers.empty())
        return not_found("/etc/resolv.conf names no name server", "check that the network is up");
    const std::string cause = fmt::format("no name server answers ({} in /etc/resolv.conf)", joined(resolver.servers));
    if (!is_searched(host, resolver)) return not_found(cause, "check that it is up and reachable");
    return not_found(cause,
                     fmt::format("check that it is up and reachable; if it fails only for the search domains ({}), "
                                 "end the name with a dot",
                                 joined(resolver.search)));
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

std::string family_option(AddressFamily family) {
    return family == AddressFamily::ipv4 ? "--ipv4" : "--ipv6";
}

Failure why_not_resolved(int error, std::string_view host, AddressFamily family, const ResolverFile& resolver) {
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
            return not_found(::gai_strerror(error));
    }
}

}  // namespace mqtts::net
