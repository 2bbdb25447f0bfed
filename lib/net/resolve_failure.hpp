// SPDX-License-Identifier: Apache-2.0
// Says why a name was not resolved, and tells the causes apart: no such name, no address of this family, no answer.
//
// getaddrinfo(3) reports the same error for a name server that is down, one that refuses, and one that fails for a
// search domain; /etc/resolv.conf tells more.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "net/endpoint.hpp"

namespace mqtts::net {

/// The part of resolv.conf(5) that is used here.
struct ResolverFile {
    std::vector<std::string> servers;
    std::vector<std::string> search;  // domains that are appended to a name that does not end with a dot
};

[[nodiscard]] ResolverFile parse_resolver_file(std::string_view text);

/// Explains an error of getaddrinfo(3), except EAI_SYSTEM. The cause is the reason alone, without the host.
[[nodiscard]] Failure why_not_resolved(int error, std::string_view host, AddressFamily family,
                                       const ResolverFile& resolver);

/// Returns the option that demands this family: "--ipv4" or "--ipv6".
[[nodiscard]] std::string family_option(AddressFamily family);

}  // namespace mqtts::net
