// SPDX-License-Identifier: Apache-2.0
// What no quantum computer will read or forge: the key exchange X25519MLKEM768 and certificates with ML-DSA, at both
// ends. OpenSSL has them since 3.5.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>

#include "integration/programs.hpp"
#include "tls/hybrid_key_exchange.hpp"
#include "tls/library.hpp"

namespace {

using namespace mqtts::test;
using namespace mqtts::tls;

void skip_without(bool has_it) {
    if (has_it) return;
    std::printf("skipped: OpenSSL %s has neither X25519MLKEM768 nor ML-DSA: 3.5 is the first that does\n",
                library_version().c_str());
    std::exit(skipped_status);
}

}  // namespace

TEST_CASE("X25519MLKEM768 is agreed on without being asked for, and by name") {
    skip_without(has_hybrid_key_exchange());
    const Mosquitto broker;
    for (const Words& more : {Words{}, {"--tls-groups", "X25519MLKEM768"}}) {
        Words options{"--check"};
        options.insert(options.end(), more.begin(), more.end());
        const Outcome outcome = run({.arguments = mqtts_pub(broker, options)});
        CHECK_MESSAGE(outcome.status == 0, outcome.error);
        CHECK_MESSAGE(contains(outcome.output, "TLSv1.3, TLS_AES_256_GCM_SHA384, group X25519MLKEM768\n"),
                      outcome.output);
    }
}

TEST_CASE("both ends show certificates with ML-DSA, and the report calls them by that name") {
    skip_without(has_hybrid_key_exchange());
    for (const std::string kind : {"ML-DSA-44", "ML-DSA-65", "ML-DSA-87"}) {
        CAPTURE(kind);
        const Mosquitto broker({.server = {
                                    .common_name = "broker",
                                    .dns_names = {"localhost"},
                                    .key_type = kind,
                                }});
        const Outcome outcome = run({.arguments = mqtts_pub(broker, {"--check", "--check-topic", "t"})});
        CHECK_MESSAGE(outcome.status == 0, outcome.error);
        CHECK_MESSAGE(contains(outcome.output, "\n  key:        " + kind + "\n  signature:  " + kind + "\n"),
                      outcome.output);
        CHECK_FALSE(contains(outcome.output, " bits"));
        const Outcome as_json = run({.arguments = mqtts_sub(broker, {"--check=json"})});
        CHECK(contains(as_json.output, R"("key_type":")" + kind + R"(","signature":")" + kind + '"'));
        const Outcome stranger =
            run({.arguments = mqtts_pub({"--check", "-h", "localhost", "-p", std::to_string(broker.port()), "--cafile",
                                         broker.ca_file()})});
        CHECK_MESSAGE(stranger.status == 6, stranger.error);  // it has no certificate to show
    }
}
