// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <ctime>

#include "support/sentence.hpp"
#include "transport/tls_pair.hpp"

using namespace mqtts;
using namespace mqtts::test;

namespace {

std::string date_in_days(int days) {
    const std::time_t time = std::time(nullptr) + std::time_t{days} * 24 * 60 * 60;
    std::tm date{};
    ::gmtime_r(&time, &date);
    char text[sizeof "2026-01-01"];
    std::strftime(text, sizeof text, "%Y-%m-%d", &date);
    return text;
}

// Fails with `code`, tells the server by an alert, and has neither sent nor taken plaintext.
Failure refuse(const TlsServerOptions& server, const ClientOptions& client, Errc code) {
    TlsPair pair(server, client);
    CHECK(pair.shake_hands() == Status::failed);
    CHECK(pair.peer.failed());
    Buffer plaintext;
    CHECK(pair.engine.decrypt(plaintext) == Status::failed);
    CHECK(pair.engine.encrypt("secret") == Status::failed);
    CHECK(plaintext.empty());
    CHECK(pair.engine.outgoing().empty());
    CHECK(pair.engine.failure().code == code);
    CHECK(is_well_told(pair.engine.failure()));
    CHECK(all_parts(pair.engine.failure()).find('\n') == std::string::npos);
    return pair.engine.failure();
}

bool accepts(const CertificateOptions& certificate, const std::string& host) {
    TlsPair pair(server_options(certificate), {.host = host});
    const Status status = pair.shake_hands();
    if (status == Status::failed) CHECK(pair.engine.failure().code == Errc::name_mismatch);
    return status == Status::ok;
}

}  // namespace

TEST_CASE("a certificate of an unknown authority is refused, and the sentence says where its issuer was looked for") {
    const Authority stranger("stranger root");
    const TlsServerOptions server{.identity = stranger.issue({.common_name = "broker", .dns_names = {"localhost"}})};
    TlsPair pair(server);
    REQUIRE(pair.shake_hands() == Status::failed);
    const Failure& failure = pair.engine.failure();
    CHECK(failure.code == Errc::untrusted_issuer);
    CHECK(failure.cause ==
          "the server's certificate (CN=broker) was issued by CN=stranger root, which is not in " + pair.ca_file());
    CHECK(failure.hint == "give the issuer's certificate with --cafile");
}

TEST_CASE("without a CA file the system's trust store decides") {
    const Failure failure = refuse(server_options(), {.ca_pem = ""}, Errc::untrusted_issuer);
    contains(failure.cause, "which is not in the system's trust store (");
}

TEST_CASE("a chain that brings its own root along is as unknown as without it") {
    const Authority stranger("stranger root");
    Identity identity = stranger.issue({.dns_names = {"localhost"}});
    identity.certificate_pem += stranger.certificate_pem();
    const Failure failure = refuse({.identity = identity}, {}, Errc::untrusted_issuer);
    contains(failure.cause, "the chain of the server's certificate ends at CN=stranger root, which is not in ");
}

TEST_CASE("a self-signed certificate is refused unless it is itself the trust anchor") {
    const Identity identity = self_signed({.common_name = "me", .dns_names = {"localhost"}});
    const Failure failure = refuse({.identity = identity}, {}, Errc::untrusted_issuer);
    contains(failure.cause, "the server's certificate (CN=me) is self-signed and not in ");
    TlsPair pair({.identity = identity}, {.ca_pem = identity.certificate_pem});
    CHECK(pair.shake_hands() == Status::ok);
}

TEST_CASE("an authority that was renewed under its name is told from an unknown one") {
    const Authority renewed("test root");  // the name of the one that is trusted
    const Failure failure = refuse({.identity = renewed.issue({.common_name = "broker", .dns_names = {"localhost"}})},
                                   {}, Errc::untrusted_issuer);
    contains(failure.cause, "(CN=broker) was issued by CN=test root, but the certificate of that name in ");
    CHECK(failure.cause.ends_with(" has another key"));
    CHECK(failure.hint == "give the certificate of the issuer that signed it with --cafile");
}

TEST_CASE("a self-signed certificate without a name is told both, and the way without a new one") {
    const Failure failure = refuse({.identity = self_signed({.common_name = "me"})}, {}, Errc::untrusted_issuer);
    CHECK(failure.cause.ends_with(", and names no host in its subjectAltName"));
    CHECK(failure.hint.starts_with(
        "make a new one with -addext subjectAltName=DNS:localhost, and give it with --cafile, or "
        "verify the server's key by other means and give --pin sha256//"));
    CHECK(failure.hint.ends_with(" --pin-only"));
}

TEST_CASE("a chain through an intermediate authority is trusted from the root, and from the intermediate alone") {
    const Authority intermediate = authority().intermediate("test intermediate");
    const TlsServerOptions server{.identity = intermediate.issue({.dns_names = {"localhost"}})};
    TlsPair from_root(server);
    CHECK(from_root.shake_hands() == Status::ok);
    TlsPair from_intermediate(server, {.ca_pem = intermediate.certificate_pem()});
    CHECK(from_intermediate.shake_hands() == Status::ok);
}

TEST_CASE("an expired certificate is refused with its date") {
    const CertificateOptions certificate{
        .common_name = "broker", .dns_names = {"localhost"}, .valid_from_days = -9, .valid_until_days = -2};
    const Failure failure = refuse(server_options(certificate), {}, Errc::certificate_expired);
    contains(failure.cause, "the server's certificate (CN=broker) expired on " + date_in_days(-2) + "T");
}

TEST_CASE("an expired authority is told from an expired server") {
    const Authority old("old root", {.valid_from_days = -9, .valid_until_days = -2});
    const Failure failure = refuse({.identity = old.issue({.dns_names = {"localhost"}})},
                                   {.ca_pem = old.certificate_pem()}, Errc::certificate_expired);
    contains(failure.cause, "the issuer's certificate (CN=old root) expired on ");
}

TEST_CASE("a certificate not valid yet is refused with its date") {
    const CertificateOptions certificate{.dns_names = {"localhost"}, .valid_from_days = 3};
    const Failure failure = refuse(server_options(certificate), {}, Errc::certificate_not_yet_valid);
    contains(failure.cause, "is not valid before " + date_in_days(3) + "T");
}

TEST_CASE("a certificate for other names is refused with the name wanted and the names it has") {
    const CertificateOptions certificate{.dns_names = {"a.example", "*.b.example"},
                                         .ip_addresses = {"192.0.2.7", "::1"}};
    const Failure failure = refuse(server_options(certificate), {}, Errc::name_mismatch);
    CHECK(failure.cause ==
          "the server's certificate is for a.example, *.b.example, 192.0.2.7, 0:0:0:0:0:0:0:1, not for localhost");
    CHECK(failure.hint == "give -h a.example --connect-to localhost:PORT if that broker is meant");
}

TEST_CASE("a name in a certificate is offered only if it looks like a host name") {
    for (const std::string name : {"*.b.example", "-oFILE", "a b"}) {
        CAPTURE(name);
        const CertificateOptions certificate{.dns_names = {name}, .ip_addresses = {"192.0.2.7"}};
        CHECK(refuse(server_options(certificate), {}, Errc::name_mismatch).hint ==
              "check the host (-h) and --tls-name");
    }
}

TEST_CASE("many names are cut short") {
    CertificateOptions certificate;
    for (int number = 0; number < 20; ++number)
        certificate.dns_names.push_back("host" + std::to_string(number) + ".example");
    const Failure failure = refuse(server_options(certificate), {}, Errc::name_mismatch);
    contains(failure.cause, "host7.example and 12 more, not for localhost");
}

TEST_CASE("the Common Name never counts as a host") {
    const Failure failure = refuse(server_options({.common_name = "localhost"}), {}, Errc::name_mismatch);
    CHECK(failure.cause ==
          "the server's certificate (CN=localhost) names no host in its subjectAltName, expected localhost");
    CHECK(failure.hint ==
          "make a new certificate with -addext subjectAltName=DNS:localhost, or verify the server's key by other means "
          "and give --pin " +
              failure.hint.substr(failure.hint.size() - 63, 52) + " --pin-only");
}

TEST_CASE("a wildcard stands for one whole label, the left-most") {
    CHECK(accepts({.dns_names = {"*.hub.example"}}, "a.hub.example"));
    CHECK(accepts({.dns_names = {"*.hub.example"}}, "A.HUB.example"));
    CHECK_FALSE(accepts({.dns_names = {"*.hub.example"}}, "a.b.hub.example"));
    CHECK_FALSE(accepts({.dns_names = {"*.hub.example"}}, "hub.example"));
    CHECK_FALSE(accepts({.dns_names = {"a*.hub.example"}}, "ab.hub.example"));
    CHECK_FALSE(accepts({.dns_names = {"a.*.example"}}, "a.hub.example"));
    CHECK_FALSE(accepts({.dns_names = {"*"}}, "localhost"));
}

TEST_CASE("an IP literal needs that address in subjectAltName, not its text as a name") {
    CHECK(accepts({.ip_addresses = {"127.0.0.1"}}, "127.0.0.1"));
    CHECK(accepts({.ip_addresses = {"::1"}}, "::1"));
    CHECK(accepts({.ip_addresses = {"::1"}}, "0:0::1"));
    CHECK_FALSE(accepts({.ip_addresses = {"127.0.0.1"}}, "127.0.0.2"));
    CHECK_FALSE(accepts({.common_name = "127.0.0.1", .dns_names = {"127.0.0.1", "*.0.0.1"}}, "127.0.0.1"));
    CHECK_FALSE(accepts({.ip_addresses = {"127.0.0.1"}}, "localhost"));
}

TEST_CASE("a host name that would switch the check off, or widen it, is refused") {
    using namespace std::string_literals;
    for (const std::string& host : {""s, "."s, ".example"s, "localhost\0.evil"s}) {
        TlsPair pair(server_options({.dns_names = {"localhost", "a.example"}}), {.host = host});
        CHECK(pair.shake_hands() == Status::failed);
        CHECK(pair.engine.failure().code == Errc::name_mismatch);
    }
}

TEST_CASE("a certificate for clients is none for a server") {
    const Failure failure =
        refuse(server_options({.dns_names = {"localhost"}, .client = true}), {}, Errc::certificate_invalid);
    contains(failure.cause, "is not meant for TLS servers: its extendedKeyUsage lacks serverAuth");
}

TEST_CASE("text from a certificate cannot command the terminal") {
    const std::string wild = "evil\x1b[2J\n\x7f.example";
    const Failure names = refuse(server_options({.dns_names = {wild}}), {}, Errc::name_mismatch);
    contains(names.cause, "evil\\x1b[2J\\x0a\\x7f.example");
    const Failure subject = refuse(server_options({.common_name = wild}), {}, Errc::name_mismatch);
    CHECK(all_parts(subject).find_first_of("\x1b\n\x7f") == std::string::npos);
    CHECK(all_parts(names).find_first_of("\x1b\n\x7f") == std::string::npos);
}

TEST_CASE("insecure means that neither chain nor name is checked") {
    const Identity identity =
        self_signed({.dns_names = {"other.example"}, .valid_from_days = -9, .valid_until_days = -2});
    TlsPair pair({.identity = identity}, {.ca_pem = "", .verify = false});
    REQUIRE(pair.shake_hands() == Status::ok);
    REQUIRE(pair.engine.encrypt("hello") == Status::ok);
    pair.deliver_to_server();
    CHECK(pair.peer.read() == "hello");
}

TEST_CASE("an RSA server is as good as an EC one") {
    TlsPair pair(server_options({.dns_names = {"localhost"}, .rsa = true}));
    CHECK(pair.shake_hands() == Status::ok);
}
