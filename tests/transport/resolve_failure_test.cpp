// SPDX-License-Identifier: Apache-2.0
// Why a name was not resolved, in words. The value of getaddrinfo(3) in each case was observed with glibc 2.36 and a
// name server that gives this answer.
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
        return one_line(why_not_resolved(EAI_NONAME, host, AddressFamily::any, resolver));
    };
    CHECK(reason("broker.example", plain) == "there is no such name");
    CHECK(reason("broker", plain) == "there is no such name; give the full name, with its domain");
    CHECK(reason("broker", in_cluster) ==
          "there is no such name, nor with my.svc.cluster.local, svc.cluster.local appended (search in "
          "/etc/resolv.conf)");
    CHECK(reason("broker.example.", in_cluster) == "there is no such name");
    for (const ResolverFile& resolver : {plain, in_cluster}) {
        CHECK(reason("printer.local", resolver) ==
              "there is no such name; install libnss-mdns: mDNS finds the names in .local");
        CHECK(reason("192.168.1.300", resolver) ==
              "there is no such name; give an IPv4 address as four numbers up to 255");
    }
    CHECK(reason("broker.my.svc.cluster.local", plain) == "there is no such name");
}

TEST_CASE("no answer: the resolver is down, refuses, or fails for a search domain") {
    const auto reason = [](std::string_view host, const ResolverFile& resolver) {
        return one_line(why_not_resolved(EAI_AGAIN, host, AddressFamily::any, resolver));
    };
    CHECK(reason("broker.example", plain) ==
          "no name server answers (192.0.2.53 in /etc/resolv.conf); check that it is up and reachable");
    CHECK(
        reason("broker.example", in_cluster) ==
        "no name server answers (10.96.0.10 in /etc/resolv.conf); check that it is up and reachable; if it fails only "
        "for the search domains (my.svc.cluster.local, svc.cluster.local), end the name with a dot");
    CHECK(reason("broker.example.", in_cluster) ==
          "no name server answers (10.96.0.10 in /etc/resolv.conf); check that it is up and reachable");
    CHECK(reason("broker", {}) == "/etc/resolv.conf names no name server; check that the network is up");
}

#ifdef EAI_NODATA
TEST_CASE("a name without an address, or without one of the wanted family") {
    const auto reason = [](AddressFamily family) {
        return one_line(why_not_resolved(EAI_NODATA, "a.example", family, plain));
    };
    CHECK(reason(AddressFamily::any) == "the name exists, but has no address");
    CHECK(reason(AddressFamily::ipv6) == "the name has no IPv6 address, which --ipv6 requires; leave out --ipv6");
    CHECK(reason(AddressFamily::ipv4) == "the name has no IPv4 address, which --ipv4 requires; leave out --ipv4");
    CHECK(why_not_resolved(EAI_NODATA, "a.example", AddressFamily::ipv6, plain).about ==
          std::vector<std::string>{"--ipv6"});
}
#endif

TEST_CASE("any other reason is the system's") {
    CHECK(one_line(why_not_resolved(EAI_FAIL, "a", AddressFamily::any, plain)) == ::gai_strerror(EAI_FAIL));
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
    CHECK(why_not_resolved(EAI_AGAIN, "a.b", AddressFamily::any, hostile).cause ==
          "no name server answers (\\x1b[2J in /etc/resolv.conf)");
}
