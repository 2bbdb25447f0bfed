// SPDX-License-Identifier: Apache-2.0
// The zoo: names in certificates [RFC 9525], and the name that is wanted.
#include <doctest/doctest.h>

#include "integration/tls_zoo.hpp"

namespace {

using namespace mqtts::test;

struct NameRow {
    std::string name;
    std::string host;
    std::vector<AlternativeName> names;
    Words sentence = {};  // empty: it is accepted
    Words options = {};
    std::string common_name = "broker";
};

void check_names(const std::vector<NameRow>& table) {
    const Zoo zoo;
    std::vector<ZooRow> rows;
    for (const NameRow& row : table)
        rows.push_back({.name = row.name,
                        .tls = zoo.server({.common_name = row.common_name, .names = row.names}),
                        .options = zoo.usual(row.options),
                        .status = row.sentence.empty() ? 0 : 5,
                        .sentence = row.sentence,
                        .slow = rows.empty(),
                        .host = row.host});
    check_rows(rows);
}

}  // namespace

TEST_CASE("zoo: names that match") {
    check_names({
        {"the name", "broker.example", {dns("broker.example")}},
        {"among others", "broker.example", {dns("a.example"), dns("broker.example"), ip("10.0.0.1")}},
        {"in other letters", "BROKER.example", {dns("broker.EXAMPLE")}},
        {"with the dot of the root", "broker.example.", {dns("broker.example")}},
        {"a wildcard for the whole label", "broker.example.org", {dns("*.example.org")}},
        {"an international name", "xn--brker-kva.example", {dns("xn--brker-kva.example")}},
        {"another CN", "broker.example", {dns("broker.example")}, {}, {}, "somebody else"},
        {"no CN", "broker.example", {dns("broker.example")}, {}, {}, ""},
        {"IPv4", "127.0.0.1", {ip("127.0.0.1")}},
        {"IPv6", "::1", {ip("::1")}},
        {"IPv6, written differently", "2001:DB8:0:0::1", {ip("2001:db8::1")}},
        {"--tls-name", "localhost", {dns("broker.example")}, {}, {"--tls-name", "broker.example"}},
        {"--tls-name for an address", "127.0.0.1", {dns("broker.example")}, {}, {"--tls-name", "broker.example"}},
    });
}

TEST_CASE("zoo: names that do not match: wanted and found are both told") {
    check_names({
        {"another name",
         "broker.example",
         {dns("other.example")},
         {"broker.example:PORT", "is for other.example, not for broker.example"}},
        {"several others",
         "broker.example",
         {dns("a.example"), dns("b.example"), ip("10.0.0.1")},
         {"is for a.example, b.example, 10.0.0.1, not for broker.example"}},
        {"a name below", "broker.example", {dns("a.broker.example")}, {"a.broker.example, not for broker.example"}},
        {"a name above",
         "a.broker.example",
         {dns("broker.example")},
         {"is for broker.example, not for a.broker.example"}},
        {"CN alone",
         "broker.example",
         {},
         {"names no host in its subjectAltName, expected broker.example",
          "-addext subjectAltName=DNS:broker.example, or verify the server's key by other means and give --pin "
          "sha256//",
          " --pin-only"},
         {},
         "broker.example"},
        {"CN besides another name",
         "broker.example",
         {dns("other.example")},
         {"is for other.example, not for broker.example"},
         {},
         "broker.example"},
        {"no DNS name", "broker.example", {{GEN_EMAIL, "broker@broker.example"}}, {"names no host", "broker.example"}},
        {"a URI",
         "broker.example",
         {{GEN_URI, "mqtts://broker.example"}},
         {"names no host", "broker.example"},
         {},
         "broker.example"},
        {"an empty name", "broker.example", {dns("")}, {"not for broker.example"}},
        {"a partial wildcard",
         "broker.example.org",
         {dns("bro*.example.org")},
         {"is for bro*.example.org, not for broker.example.org"}},
        {"a wildcard for two labels",
         "a.broker.example.org",
         {dns("*.example.org")},
         {"is for *.example.org, not for a.broker.example.org"}},
        {"a wildcard for no label",
         "example.org",
         {dns("*.example.org")},
         {"is for *.example.org, not for example.org"}},
        {"a wildcard in the middle", "a.b.example.org", {dns("a.*.example.org")}, {"is for a.*.example.org"}},
        {"a wildcard alone", "localhost", {dns("*")}, {"is for *, not for localhost"}},
        {"a wildcard of a top level",
         "broker.example",
         {dns("*.example")},
         {"is for *.example, not for broker.example"}},
        {"a wildcard for an address", "127.0.0.1", {dns("*.0.0.1")}, {"not for 127.0.0.1"}},
        {"a NUL in it",
         "broker.example",
         {dns(std::string("broker.example\0.evil.example", 28))},
         {"is for broker.example\\", ".evil.example, not for broker.example"}},
        {"a NUL at its end", "broker.example", {dns(std::string("broker.example\0", 15))}, {"not for broker.example"}},
        {"a line end in it",
         "broker.example",
         {dns("other.example\nmqtts-pub: all is well")},
         {"other.example\\", "not for broker.example"}},
        {"an address as a name",
         "127.0.0.1",
         {dns("127.0.0.1")},
         {"has the address 127.0.0.1 as a DNS name, not as an IP address", "-addext subjectAltName=IP:127.0.0.1, or",
          "--pin sha256//", "--pin-only"}},
        {"an IPv6 address as a name",
         "::1",
         {dns("::1"), dns("localhost")},
         {"has the address ::1 as a DNS name", "subjectAltName=IP:::1, or"}},
        {"an address and a port as a name", "127.0.0.1", {dns("127.0.0.1:8883")}, {"127.0.0.1:8883 as a DNS name"}},
        {"a URL as a name",
         "broker.example",
         {dns("mqtts://broker.example:8883")},
         {"names \"mqtts://broker.example:8883\", which is not a host name, instead of broker.example",
          "subjectAltName=DNS:broker.example, or"}},
        {"a name and a port as a name", "broker.example", {dns("broker.example:8883")}, {"which is not a host name"}},
        {"a name with the dot of the root", "broker.example", {dns("broker.example.")}, {"which is not a host name"}},
        {"a name with a blank behind it", "broker.example", {dns("broker.example ")}, {"which is not a host name"}},
        {"another address", "127.0.0.1", {ip("127.0.0.2")}, {"is for 127.0.0.2, not for 127.0.0.1"}},
        {"another IPv6 address", "::1", {ip("::2")}, {"not for ::1"}},
        {"IPv4 in IPv6", "127.0.0.1", {ip("::ffff:127.0.0.1")}, {"not for 127.0.0.1"}},
        {"a name for an address", "127.0.0.1", {dns("localhost")}, {"is for localhost, not for 127.0.0.1"}},
        {"an address for a name", "localhost", {ip("127.0.0.1")}, {"is for 127.0.0.1, not for localhost"}},
        {"--tls-name of nobody",
         "localhost",
         {dns("localhost")},
         {"is for localhost, not for broker.example"},
         {"--tls-name", "broker.example"}},
    });
}
