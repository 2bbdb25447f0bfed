// SPDX-License-Identifier: Apache-2.0
// Until when an open connection is as good as a new one.
#include "tls/lifetime.hpp"

#include <doctest/doctest.h>

#include "support/revocation.hpp"
#include "transport/tls_pair.hpp"

using namespace mqtts;
using namespace mqtts::test;

namespace {

/// In days from now, rounded to whole ones; -1: no date decides.
long days_usable(const TlsServerOptions& server, const ClientOptions& client) {
    TlsPair pair(server, client);
    REQUIRE(pair.shake_hands() == Status::ok);
    const auto until = pair.engine.usable_until();
    if (!until) return -1;
    const auto left = *until - std::chrono::system_clock::now() + std::chrono::hours(12);
    return std::chrono::duration_cast<std::chrono::hours>(left).count() / 24;
}

TlsServerOptions valid_for(int days) {
    return server_options({.dns_names = {"localhost"}, .valid_until_days = days});
}

}  // namespace

TEST_CASE("the first certificate that expires ends it") {
    CHECK(days_usable(valid_for(20), {}) == 20);
    const Identity ours = authority().issue({.common_name = "us", .valid_until_days = 5, .client = true});
    TlsServerOptions server = valid_for(20);
    CHECK(days_usable(server, {.identity = ours}) == 5);
    CHECK(days_usable(valid_for(3), {.identity = ours}) == 3);
    const Authority short_lived("short-lived root", {.valid_until_days = 8});
    server.identity = short_lived.issue({.dns_names = {"localhost"}, .valid_until_days = 20});
    CHECK(days_usable(server, {.ca_pem = short_lived.certificate_pem()}) == 8);
}

TEST_CASE("--min-cert-days ends it earlier, and without a check of dates nothing does") {
    ClientOptions client;
    client.more.minimum_days_remaining = 7;
    CHECK(days_usable(valid_for(20), client) == 13);
    client.more = {};
    client.verify = false;
    CHECK(days_usable(valid_for(20), client) == -1);
}

TEST_CASE("a revocation list that runs out ends it") {
    const TemporaryDirectory directory;
    ClientOptions client;
    client.more.crl_files = {directory.write("crl.pem", revocation_list(authority(), {}, 4))};
    CHECK(days_usable(valid_for(20), client) == 4);
    const Authority stranger("another authority");
    client.more.crl_files.push_back(directory.write("other.pem", revocation_list(stranger, {}, 2)));
    CHECK(days_usable(valid_for(20), client) == 4);
}

TEST_CASE("a stapled answer that runs out ends it") {
    TlsServerOptions server = valid_for(20);
    server.staple = ocsp_response(authority(), server.identity, {.until_days = 3});
    ClientOptions client;
    client.more.staple_required = true;
    CHECK(days_usable(server, client) == 3);
}
