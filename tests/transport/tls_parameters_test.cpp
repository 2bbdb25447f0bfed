// SPDX-License-Identifier: Apache-2.0
// What may be negotiated: versions, ciphers, groups, application protocols; and the log of keys.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "tls/hybrid_key_exchange.hpp"
#include "transport/tls_pair.hpp"

using namespace mqtts;
using namespace mqtts::test;

namespace {

std::string refused(const tls::Policy& settings) {
    const auto context = tls::Context::create(settings);
    REQUIRE(context.has_error());
    CHECK(context.error().code == Errc::bad_option);
    return one_line(context.error());
}

TlsServerOptions server(int maximum_version) {
    TlsServerOptions options = server_options();
    options.maximum_version = maximum_version;
    return options;
}

// The cipher that the two agree on.
std::string negotiated(const TlsServerOptions& options, const std::string& ciphers) {
    TlsPair pair(options, {.more = {.ciphers = ciphers}});
    CHECK(pair.shake_hands() == Status::ok);
    return pair.peer.cipher();
}

std::string read_file(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("TLS 1.2 is the least; when 1.3 is, a server without it is refused with that sentence") {
    for (const tls::Version minimum : {tls::Version::v1_2, tls::Version::v1_3}) {
        TlsPair newest(server_options(), {.more = {.minimum_version = minimum}});
        CHECK(newest.shake_hands() == Status::ok);
        CHECK(newest.engine.description().starts_with("TLSv1.3 "));
    }
    TlsPair old(server(TLS1_2_VERSION));
    CHECK(old.shake_hands() == Status::ok);
    TlsPair refused(server(TLS1_2_VERSION), {.more = {.minimum_version = tls::Version::v1_3}});
    const Failure failure = refused.failure();
    CHECK(failure.code == Errc::no_common_version);
    contains(failure.cause, "the server does not support TLS 1.3 (TLS alert ");
}

TEST_CASE(
    "a server without TLS 1.3 that says so with another alert, or hangs up, is understood where 1.3 is the least") {
    const auto answered = [](std::string_view bytes) {
        TlsPair pair(server_options(), {.more = {.minimum_version = tls::Version::v1_3}});
        REQUIRE(pair.engine.handshake() == Status::would_block);
        pair.engine.incoming().append(bytes);
        if (pair.engine.handshake() == Status::would_block) static_cast<void>(pair.engine.truncated());
        return pair.engine.failure();
    };
    const Failure alert = answered(std::string_view("\x15\x03\x03\x00\x02\x02\x28", 7));
    CHECK(alert.code == Errc::no_common_version);
    contains(alert.cause, "perhaps it does not support TLS 1.3, which --tls-version or openssl.cnf requires");
    CHECK(alert.hint == "give --tls-version tlsv1.2, or lower MinProtocol in openssl.cnf");
    const Failure closed = answered("");
    CHECK(closed.code == Errc::tls_closed);
    CHECK(closed.hint == "check that this port speaks TLS, and TLS 1.3, which --tls-version or openssl.cnf requires");
}

TEST_CASE("one list of ciphers serves both versions, sorted out by name") {
    const std::string list = "ECDHE-ECDSA-CHACHA20-POLY1305:TLS_CHACHA20_POLY1305_SHA256";
    CHECK(negotiated(server(TLS1_2_VERSION), list) == "ECDHE-ECDSA-CHACHA20-POLY1305");
    CHECK(negotiated(server(TLS1_3_VERSION), list) == "TLS_CHACHA20_POLY1305_SHA256");
    CHECK(negotiated(server(TLS1_3_VERSION), "TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384") !=
          "TLS_CHACHA20_POLY1305_SHA256");
    CHECK(negotiated(server(TLS1_2_VERSION), "HIGH:!AESGCM:!CHACHA20").find("GCM") == std::string::npos);
    CHECK(negotiated(server(TLS1_2_VERSION), "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256") ==
          "ECDHE-ECDSA-AES128-GCM-SHA256");
}

TEST_CASE("a list for one version leaves the other one alone") {
    CHECK(negotiated(server(TLS1_3_VERSION), "ECDHE-ECDSA-AES128-GCM-SHA256").starts_with("TLS_"));
    CHECK(negotiated(server(TLS1_2_VERSION), "TLS_AES_128_GCM_SHA256").starts_with("ECDHE-"));
}

TEST_CASE("a cipher that does not exist is named, wherever it is in the list") {
    contains(refused({.ciphers = "TLS_AES_128_GCM_SHA256:TLS_NO_SUCH"}), "--ciphers: unknown cipher 'TLS_NO_SUCH'");
    contains(refused({.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:NO-SUCH"}), "unknown cipher 'NO-SUCH'");
}

TEST_CASE("no list of ciphers lets anything travel in the clear, to a stranger, or below level 2") {
    for (const std::string list : {"DEFAULT:@SECLEVEL=0", "@SECLEVEL=1", "eNULL:@SECLEVEL=0", "DEFAULT@SECLEVEL=0"})
        contains(refused({.ciphers = list}), "a security level below 2 is not supported");
    for (const std::string list : {"aNULL", "eNULL", "NULL-SHA256", "ALL:COMPLEMENTOFALL"}) {
        CAPTURE(list);
        TlsServerOptions options = server(TLS1_2_VERSION);
        options.ciphers = "aNULL:eNULL:@SECLEVEL=0";
        const auto context = tls::Context::create({.ciphers = list});
        if (!context) continue;
        TlsPair pair(options, {.more = {.ciphers = list}});
        CHECK(pair.shake_hands() == Status::failed);
    }
}

TEST_CASE("the groups of the key exchange are the ones given") {
    TlsPair pair(server_options(), {.more = {.groups = "P-384"}});
    CHECK(pair.shake_hands() == Status::ok);
    CHECK(pair.peer.group() == "secp384r1");
    TlsServerOptions other = server_options();
    other.groups = "P-256";
    TlsPair disjoint(other, {.more = {.groups = "P-384:X448"}});
    const Failure failure = disjoint.failure();
    CHECK(failure.code == Errc::no_common_cipher);
    CHECK(failure.hint == "check --tls-groups, which limits what is offered");
    CHECK(failure.about == std::vector<std::string>{"--tls-groups"});
    const Failure local = TlsPair(server_options(), {.more = {.groups = "brainpoolP512r1"}}).failure();
    CHECK(local.code == Errc::no_common_cipher);
    CHECK(local.cause == "--tls-groups has no group for the TLS versions in use");
    CHECK(local.hint == "add another one, such as X25519");
    CHECK(local.about == std::vector<std::string>{"--tls-groups"});
    contains(refused({.groups = "P-256:P-999"}), "--tls-groups: 'P-999' is unknown");
    contains(refused({.groups = ","}), "--tls-groups: the list is empty");
}

TEST_CASE("X25519MLKEM768 is among the groups known where OpenSSL has it; where it has not, that is the reason given") {
    const bool has_it = tls::has_hybrid_key_exchange();
    const std::string sentence = refused({.groups = "P-999"});
    CHECK((sentence.find("; use X25519MLKEM768, X25519, P-256") != sentence.npos) == has_it);
    const auto context = tls::Context::create({.groups = "X25519MLKEM768"});
    CHECK(context.has_value() == has_it);
    if (!context) contains(context.error().cause, "X25519MLKEM768 needs OpenSSL 3.5, and this is 3.");
}

TEST_CASE("ALPN offers what is given, in that order; a server that wants another one is refused, one without is not") {
    TlsServerOptions options = server_options();
    options.protocol = "mqtt";
    TlsPair pair(options, {.more = {.application_protocols = {"x-amzn-mqtt-ca", "mqtt"}}});
    CHECK(pair.shake_hands() == Status::ok);
    CHECK(pair.peer.protocol() == "mqtt");
    TlsPair other(options, {.more = {.application_protocols = {"http/1.1"}}});
    const Failure failure = other.failure();
    CHECK(failure.code == Errc::no_common_alpn);
    CHECK(failure.hint == "check --tls-alpn");
    TlsPair without(server_options(), {.more = {.application_protocols = {"mqtt"}}});
    CHECK(without.shake_hands() == Status::ok);
}

TEST_CASE("the key log is made for its owner alone, and appended to") {
    const TemporaryDirectory directory;
    const std::string file = directory.path() + "/keys";
    for (const char* secret : {"CLIENT_TRAFFIC_SECRET_0 ", "CLIENT_RANDOM "}) {
        TlsPair pair(server(secret[7] == 'T' ? TLS1_3_VERSION : TLS1_2_VERSION), {.more = {.key_log_file = file}});
        CHECK(pair.shake_hands() == Status::ok);
        contains(read_file(file), secret);
    }
    contains(read_file(file), "CLIENT_TRAFFIC_SECRET_0 ");
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK(refused({.key_log_file = directory.path() + "/none/keys"}) ==
          "cannot write the TLS key log " + directory.path() + "/none/keys: no such file or directory");
}
