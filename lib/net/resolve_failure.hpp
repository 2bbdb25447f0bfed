// SPDX-License-Identifier: Apache-2.0
// Why a name has no address, in words that tell the causes apart: no such name, no address of this family, no answer.
//
// getaddrinfo(3) says the same of a name server that is down, of one that refuses, and of one that fails for a search
// domain: what /etc/resolv.conf has in it says more.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/endpoint.hpp"

namespace mqtts::net {

/// What resolv.conf(5) tells.
struct ResolverFile {
    std::vector<std::string> servers;
    std::vector<std::string> search;  // domains that are tried behind a name that does not end in a dot
};

[[nodiscard]] ResolverFile parse_resolver_file(std::string_view text);

/// The reason for a value of getaddrinfo(3), with the cure where there is one. Not for EAI_SYSTEM.
[[nodiscard]] std::string why_not_resolved(int error, std::string_view host, AddressFamily family,
                                           const ResolverFile& resolver);

}  // namespace mqtts::net
