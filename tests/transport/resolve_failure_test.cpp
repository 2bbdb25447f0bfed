// SPDX-License-Identifier: Apache-2.0
// Why a name has no address, in words. What getaddrinfo(3) says in each case was seen with glibc 2.36 and a name server
// that answers so.
#include "net/resolve_failure.hpp"

#include <doctest/doctest.h>
#include <netdb.h>

using namespace mqtts;
using net::AddressFamily;
using net::ResolverFile;
using net::why_not_resolved;

namespace {

const ResolverFile plain{.servers = {"192.0.2.53"}, .search = {}};
const ResolverFile in_cluster{.servers = {"10.96.0.10"}, .search = {"my.svc.cluster.local", "svc.cluster.local"}};

}  // namespace

TEST_CASE("no such name: NXDOMAIN") {
    const auto reason = [](std::string_view host, const ResolverFile& resolver) {
        return why_not_resolved(EAI_NONAME, host, AddressFamily::any, resolver);
    };
    CHECK(reason("broker.example", plain) == "there is no such name");
    CHECK(reason("broker", plain) == "there is no such name: give all of it, with its domain");
    CHECK(reason("broker", in_cluster) ==
          "there is no such name, nor with my.svc.cluster.local, svc.cluster.local behind it (search in "
          "/etc/resolv.conf)");
    CHECK(reason("broker.example.", in_cluster) == "there is no such name");
    for (const ResolverFile& resolver : {plain, in_cluster}) {
        CHECK(reason("printer.local", resolver) ==
              "there is no such name: names in .local are found by mDNS: is libnss-mdns installed?");
        CHECK(reason("192.168.1.300", resolver) == "there is no such name: an IPv4 address has four numbers up to 255");
    }
    CHECK(reason("broker.my.svc.cluster.local", plain) == "there is no such name");
}

TEST_CASE("no answer: the resolver is down, refuses, or fails for a search domain") {
    const auto reason = [](std::string_view host, const ResolverFile& resolver) {
        return why_not_resolved(EAI_AGAIN, host, AddressFamily::any, resolver);
    };
    CHECK(reason("broker.example", plain) ==
          "no name server gives an answer (192.0.2.53 in /etc/resolv.conf): is it up and reachable?");
    CHECK(reason("broker.example", in_cluster) ==
          "no name server gives an answer (10.96.0.10 in /etc/resolv.conf): is it up, or does it fail for a search "
          "domain (my.svc.cluster.local, svc.cluster.local) alone? A dot behind the name leaves these out");
    CHECK(reason("broker.example.", in_cluster) ==
          "no name server gives an answer (10.96.0.10 in /etc/resolv.conf): is it up and reachable?");
    CHECK(reason("broker", {}) == "/etc/resolv.conf names no name server: is the network up?");
}

#ifdef EAI_NODATA
TEST_CASE("a name without an address, or without one of the wanted family") {
    CHECK(why_not_resolved(EAI_NODATA, "a.example", AddressFamily::any, plain) ==
          "the name is known, but has no address");
    CHECK(why_not_resolved(EAI_NODATA, "a.example", AddressFamily::ipv6, plain) ==
          "the name has no IPv6 address, and --ipv6 wants one");
    CHECK(why_not_resolved(EAI_NODATA, "a.example", AddressFamily::ipv4, plain) ==
          "the name has no IPv4 address, and --ipv4 wants one");
}
#endif

TEST_CASE("any other reason is the system's") {
    CHECK(why_not_resolved(EAI_FAIL, "a", AddressFamily::any, plain) == ::gai_strerror(EAI_FAIL));
}

TEST_CASE("resolv.conf: the last search or domain counts, and nothing else matters") {
    const ResolverFile file = net::parse_resolver_file(
        "# nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver\t2001:db8::1 \r\nsearch a.example\nsearch b.example  "
        "c.example\noptions ndots:5\nnameserver\n\n");
    CHECK(file.servers == std::vector<std::string>{"192.0.2.2", "2001:db8::1"});
    CHECK(file.search == std::vector<std::string>{"b.example", "c.example"});
    CHECK(net::parse_resolver_file("search a\ndomain b").search == std::vector<std::string>{"b"});
    CHECK(net::parse_resolver_file("").servers.empty());
    const ResolverFile hostile{.servers = {"\x1b[2J"}, .search = {}};
    CHECK(why_not_resolved(EAI_AGAIN, "a.b", AddressFamily::any, hostile) ==
          "no name server gives an answer (\\x1b[2J in /etc/resolv.conf): is it up and reachable?");
}
