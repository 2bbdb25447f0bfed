// SPDX-License-Identifier: Apache-2.0
// What the server has to prove besides chain and name: a pinned key, that it is not revoked, days of validity left.
#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>

#include "support/revocation.hpp"
#include "transport/tls_pair.hpp"

using namespace mqtts;
using namespace mqtts::test;
using tls::Pin;

namespace {

// The SHA-256 of the key as the `openssl` commands of every manual compute it: from the key, not from a certificate.
Pin pin_of(const Identity& identity) {
    BIO* memory = BIO_new_mem_buf(identity.key_pem.data(), static_cast<int>(identity.key_pem.size()));
    EVP_PKEY* key = PEM_read_bio_PrivateKey(memory, nullptr, nullptr, nullptr);
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key, &der);
    Pin pin{};
    EVP_Digest(der, static_cast<std::size_t>(size), pin.data(), nullptr, EVP_sha256(), nullptr);
    OPENSSL_free(der);
    EVP_PKEY_free(key);
    BIO_free(memory);
    return pin;
}

std::string base64(const Pin& pin) {
    unsigned char text[64];
    EVP_EncodeBlock(text, pin.data(), static_cast<int>(pin.size()));
    return reinterpret_cast<const char*>(text);
}

std::string der_of(const Identity& identity) {
    BIO* memory = BIO_new_mem_buf(identity.key_pem.data(), static_cast<int>(identity.key_pem.size()));
    EVP_PKEY* key = PEM_read_bio_PrivateKey(memory, nullptr, nullptr, nullptr);
    unsigned char* der = nullptr;
    const int size = i2d_PrivateKey(key, &der);
    std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    EVP_PKEY_free(key);
    BIO_free(memory);
    return bytes;
}

// A key that says of itself that it is that of `ours`, and signs with that of `other`: both are on P-256, whose private
// number stands at the same place of each [RFC 5915, 3].
std::string key_with_number_of(const Identity& ours, const Identity& other) {
    constexpr std::size_t place = 7;
    constexpr std::size_t size = 32;
    const std::string der = der_of(ours).replace(place, size, der_of(other), place, size);
    std::string text(der.size() * 2, '\0');
    const int count = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                      reinterpret_cast<const unsigned char*>(der.data()), static_cast<int>(der.size()));
    text.resize(static_cast<std::size_t>(count));
    return "-----BEGIN EC PRIVATE KEY-----\n" + text + "\n-----END EC PRIVATE KEY-----\n";
}

// Refused within the handshake, with an alert to the server, which gets nothing else.
Failure refused(const TlsServerOptions& server, const tls::Policy& demands,
                const std::string& ca_pem = authority().certificate_pem()) {
    TlsPair pair(server, {.ca_pem = ca_pem, .more = demands});
    REQUIRE(pair.shake_hands() == Status::failed);
    CHECK(pair.peer.failed());
    CHECK(pair.engine.encrypt("secret") == Status::failed);
    return pair.engine.failure();
}

bool accepted(const TlsServerOptions& server, const tls::Policy& demands,
              const std::string& ca_pem = authority().certificate_pem()) {
    TlsPair pair(server, {.ca_pem = ca_pem, .more = demands});
    const bool ok = pair.shake_hands() == Status::ok;
    INFO(pair.engine.failure().cause);
    CHECK(ok);
    return ok;
}

// Both versions: what the server proves is looked at in different places of their handshakes.
void for_each_version(const std::function<void(TlsServerOptions)>& test, TlsServerOptions server) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        server.maximum_version = version;
        test(server);
    }
}

const Identity& server_identity() {
    static const Identity identity = authority().issue({.common_name = "broker", .dns_names = {"localhost"}});
    return identity;
}

struct Files {
    TemporaryDirectory directory;
    std::string list(const Authority& issuer, const std::vector<Identity>& revoked, int until_days = 7) {
        return directory.write("list" + std::to_string(count++) + ".pem", revocation_list(issuer, revoked, until_days));
    }
    int count = 0;
};

}  // namespace

TEST_CASE("a pinned key is accepted, alone and among others") {
    const Pin right = pin_of(server_identity());
    const Pin wrong{};
    for_each_version(
        [&](const TlsServerOptions& server) {
            accepted(server, {.pins = {right}});
            accepted(server, {.pins = {wrong, right}});
        },
        {.identity = server_identity()});
}

TEST_CASE("another key than the pinned one is refused, and the hint has the pin to copy") {
    for_each_version(
        [](const TlsServerOptions& server) {
            const Failure failure = refused(server, {.pins = {Pin{}, Pin{1}}});
            CHECK(failure.code == Errc::wrong_pin);
            CHECK(failure.cause == "the server's certificate (CN=broker) has a key that does not match --pin");
            CHECK(failure.hint ==
                  "verify this key by other means, then give --pin sha256//" + base64(pin_of(server_identity())));
            CHECK(failure.about == std::vector<std::string>{"--pin"});
        },
        {.identity = server_identity()});
}

TEST_CASE("a pin is on top of the chain: the right key with the wrong issuer is refused") {
    const Authority stranger("stranger root");
    const Identity identity = stranger.issue({.dns_names = {"localhost"}});
    const Failure pinned = refused({.identity = identity}, {.pins = {pin_of(identity)}});
    CHECK(pinned.code == Errc::untrusted_issuer);
    const std::string give_issuer = "give the issuer's certificate with --cafile";
    const std::string or_pin_only = ", or give --pin-only too, as the server's key matches --pin";
    CHECK(pinned.hint == give_issuer + or_pin_only);
    const Failure other_pin = refused({.identity = identity}, {.pins = {Pin{}}});
    CHECK(other_pin.cause.ends_with(", and the server's key sha256//" + base64(pin_of(identity)) +
                                    " does not match --pin"));
    CHECK(other_pin.hint == give_issuer);
    CHECK(refused({.identity = identity}, {}).hint == give_issuer);
    const Identity elsewhere = authority().issue({.dns_names = {"other.example"}});
    const Failure misnamed = refused({.identity = elsewhere}, {.pins = {pin_of(elsewhere)}});
    CHECK(misnamed.cause.ends_with("is for other.example, not for localhost"));
    CHECK(misnamed.hint == "give -h other.example --connect-to localhost:PORT if that broker is meant" + or_pin_only);
}

TEST_CASE("where the pin decides alone, neither issuer nor name nor date nor strength matters") {
    const Identity forms[] = {
        self_signed({.common_name = "meter"}),
        self_signed({.common_name = "meter", .valid_from_days = -9, .valid_until_days = -2}),
        self_signed({.common_name = "meter", .valid_from_days = 2}),
        Authority("stranger").issue({.dns_names = {"other.example"}}),
        authority().issue({.common_name = "meter", .client = true}),
    };
    for (const Identity& identity : forms) {
        for_each_version(
            [&](const TlsServerOptions& server) {
                TlsPair pair(server, {.ca_pem = "", .more = {.pins = {Pin{}, pin_of(identity)}, .pins_suffice = true}});
                CHECK(pair.shake_hands() == Status::ok);
                CHECK(pair.engine.warning().empty());
                REQUIRE(pair.engine.report());
                CHECK(pair.engine.report()->pinned);
                CHECK_FALSE(pair.engine.report()->rejection);
            },
            {.identity = identity});
    }
}

TEST_CASE("where the pin decides alone, another key is refused, however good its certificate is") {
    for_each_version(
        [](const TlsServerOptions& server) {
            for (const std::vector<Pin>& pins : {std::vector<Pin>{Pin{}}, std::vector<Pin>{}}) {
                const Failure failure = refused(server, {.pins = pins, .pins_suffice = true});
                CHECK(failure.code == Errc::wrong_pin);
                CHECK(
                    failure.hint.ends_with("give --pin sha256//" + base64(pin_of(server_identity())) + " --pin-only"));
            }
        },
        {.identity = server_identity()});
}

TEST_CASE("a server that has the certificate and not its key is refused, whoever decides") {
    Identity copied = server_identity();
    const Pin pin = pin_of(copied);
    copied.key_pem = key_with_number_of(copied, authority().issue({}));
    for_each_version(
        [&](const TlsServerOptions& server) {
            for (const Failure& failure : {refused(server, {}), refused(server, {.pins = {pin}}),
                                           refused(server, {.pins = {pin}, .pins_suffice = true}, "")}) {
                CHECK(failure.code == Errc::certificate_invalid);
                contains(failure.cause, "the server did not prove that it has the key of its certificate (");
            }
        },
        {.identity = copied});
}

TEST_CASE("what a pin names is the server's own key, not an issuer's") {
    const Pin issuer = pin_of({.certificate_pem = {}, .key_pem = authority().key_pem()});
    CHECK(refused({.identity = server_identity()}, {.pins = {issuer}}).code == Errc::wrong_pin);
}

TEST_CASE("a certificate on the revocation list is refused, one that is not is accepted") {
    Files files;
    const Identity other = authority().issue({.dns_names = {"localhost"}});
    const std::string list = files.list(authority(), {other});
    for_each_version([&](const TlsServerOptions& server) { accepted(server, {.crl_files = {list}}); },
                     {.identity = server_identity()});
    for_each_version(
        [&](const TlsServerOptions& server) {
            const Failure failure = refused(server, {.crl_files = {list}});
            CHECK(failure.code == Errc::certificate_revoked);
            contains(failure.cause, "the server's certificate (");
        },
        {.identity = other});
}

TEST_CASE("every issuer below the trust anchor needs its list, and the one that is missing is named") {
    Files files;
    const Authority intermediate = authority().intermediate("test intermediate");
    const TlsServerOptions server{.identity =
                                      intermediate.issue({.common_name = "broker", .dns_names = {"localhost"}})};
    const std::string of_root = files.list(authority(), {});
    const std::string of_intermediate = files.list(intermediate, {});
    accepted(server, {.crl_files = {of_root, of_intermediate}});
    const Failure failure = refused(server, {.crl_files = {of_root}});
    CHECK(failure.code == Errc::certificate_invalid);
    CHECK(failure.cause ==
          "the server's certificate (CN=broker) was issued by CN=test intermediate, and no --crl file has a revocation "
          "list of that issuer");
    CHECK(failure.hint == "give that list with --crl, too");
    contains(refused(server, {.crl_files = {of_intermediate}}).cause,
             "the issuer's certificate (CN=test intermediate) was issued by CN=test root, and no --crl");
    accepted(server, {.crl_files = {of_intermediate}}, intermediate.certificate_pem());
}

TEST_CASE("a revoked intermediate authority takes its certificates along") {
    Files files;
    const Authority intermediate = authority().intermediate("test intermediate");
    const Identity as_identity{.certificate_pem = intermediate.certificate_pem(), .key_pem = {}};
    const Failure failure =
        refused({.identity = intermediate.issue({.dns_names = {"localhost"}})},
                {.crl_files = {files.list(authority(), {as_identity}), files.list(intermediate, {})}});
    CHECK(failure.code == Errc::certificate_revoked);
    contains(failure.cause, "the issuer's certificate (CN=test intermediate)");
}

TEST_CASE("a revocation list that is out of date, or that another authority signed, proves nothing") {
    Files files;
    const TlsServerOptions server{.identity = server_identity()};
    const Failure old = refused(server, {.crl_files = {files.list(authority(), {}, -2)}});
    CHECK(old.code == Errc::certificate_invalid);
    CHECK(old.cause == "the revocation list of CN=test root has expired (nextUpdate)");
    CHECK(old.hint == "give a newer one with --crl");
    const Authority impostor("test root");
    CHECK(refused(server, {.crl_files = {files.list(impostor, {})}}).code == Errc::certificate_invalid);
}

TEST_CASE("a file without revocation list is named") {
    Files files;
    const std::string file = files.directory.write("ca.pem", authority().certificate_pem());
    const auto context = tls::Context::create({.crl_files = {file}});
    REQUIRE(context.has_error());
    CHECK(context.error().code == Errc::unusable_ca);
    CHECK(context.error().cause == "cannot use CRL file " + file + ": line 1: CERTIFICATE, not an X509 CRL");
    CHECK(context.error().hint == "give the certificate with --cafile");
}

TEST_CASE("with --ocsp-stapling require a staple that says good is accepted") {
    for (const bool sha256 : {false, true}) {
        for_each_version([](const TlsServerOptions& server) { accepted(server, {.staple_required = true}); },
                         {.identity = server_identity(),
                          .staple = ocsp_response(authority(), server_identity(), {.sha256 = sha256})});
    }
    const Authority intermediate = authority().intermediate("test intermediate");
    const Identity identity = intermediate.issue({.dns_names = {"localhost"}});
    const TlsServerOptions server{.identity = identity, .staple = ocsp_response(intermediate, identity)};
    accepted(server, {.staple_required = true});
    accepted(server, {.staple_required = true}, intermediate.certificate_pem());
}

TEST_CASE("a missing, unrelated, outdated, foreign or damaged staple is refused") {
    const Identity other = authority().issue({.dns_names = {"localhost"}});
    const Authority impostor("test root");
    const struct {
        std::string staple;
        std::string_view sentence;
    } cases[] = {
        {"", "the server stapled no OCSP response, but --ocsp-stapling requires one"},
        {ocsp_response(authority(), other), "it is about another certificate"},
        {ocsp_response(authority(), server_identity(), {.until_days = -1}), "it is out of date"},
        {ocsp_response(impostor, server_identity()), "its signature is not the issuer's"},
        {"garbage", "it cannot be decoded"},
    };
    for (const auto& [staple, sentence] : cases) {
        for_each_version(
            [&sentence = sentence](const TlsServerOptions& server) {
                const Failure failure = refused(server, {.staple_required = true});
                CHECK(failure.code == Errc::staple_missing);
                contains(failure.cause, sentence);
            },
            {.identity = server_identity(), .staple = staple});
    }
}

TEST_CASE("a staple that says revoked is refused") {
    for_each_version(
        [](const TlsServerOptions& server) {
            const Failure failure = refused(server, {.staple_required = true});
            CHECK(failure.code == Errc::certificate_revoked);
            contains(failure.cause, "the server's certificate (CN=broker) was revoked on 20");
            contains(failure.cause, "(keyCompromise)");
        },
        {.identity = server_identity(), .staple = ocsp_response(authority(), server_identity(), {.revoked = true})});
}

TEST_CASE("a certificate that ends sooner than --min-cert-days allows is refused, with its date") {
    const TlsServerOptions server =
        server_options({.common_name = "broker", .dns_names = {"localhost"}, .valid_until_days = 20});
    accepted(server, {.minimum_days_remaining = 19});
    const Failure failure = refused(server, {.minimum_days_remaining = 22});
    CHECK(failure.code == Errc::certificate_expires_soon);
    contains(failure.cause, "the server's certificate (CN=broker) expires on 20");
    contains(failure.cause, " days, but --min-cert-days requires 22");
}

TEST_CASE("a certificate with fewer than 14 days left is worth a warning, unless other days are asked for") {
    const auto warning = [](int days, const tls::Policy& more) {
        TlsPair pair(server_options({.common_name = "broker", .dns_names = {"localhost"}, .valid_until_days = days}),
                     {.more = more});
        REQUIRE(pair.shake_hands() == Status::ok);
        return pair.engine.warning();
    };
    CHECK(warning(16, {}).empty());
    contains(warning(13, {}), "the server's certificate (CN=broker) expires on 20");
    contains(warning(2, {}), "(notAfter), in ");
    CHECK(warning(5, {.minimum_days_remaining = 0}).empty());
}

TEST_CASE("our own certificate is warned about, too, even when it has ended") {
    const auto warning = [](int days, const tls::Policy& more) {
        const TemporaryDirectory directory;
        const Identity identity = authority().issue({.valid_from_days = -9, .valid_until_days = days, .client = true});
        tls::Policy settings = more;
        settings.certificate_file = directory.write("c.pem", identity.certificate_pem);
        settings.key_file = directory.write("c.key", identity.key_pem);
        return tls::Context::create(settings).value().expiry_warning();
    };
    CHECK(warning(20, {}).empty());
    contains(warning(10, {}), "the client certificate in ");
    contains(warning(10, {}), "c.pem expires on 20");
    contains(warning(-1, {}), "c.pem expired on 20");
    CHECK(warning(20, {.minimum_days_remaining = 30}).empty());
    CHECK(warning(10, {.minimum_days_remaining = 5}).empty());
    CHECK(tls::Context::create({}).value().expiry_warning().empty());
    CHECK_FALSE(tls::Context::create({}).value().has_expired_certificate());
}

TEST_CASE("--tls-name is expected of the certificate, and sent as SNI, whatever the host") {
    TlsPair pair(server_options({.dns_names = {"broker.example"}}),
                 {.host = "127.0.0.1", .more = {.server_name = "Broker.example"}});
    CHECK(pair.shake_hands() == Status::ok);
    CHECK(pair.peer.server_name() == "broker.example");
    const Failure failure = refused(server_options(), {.server_name = "broker.example"});
    CHECK(failure.code == Errc::name_mismatch);
    CHECK(failure.cause == "the server's certificate is for localhost, not for broker.example");
    CHECK(failure.hint == "give --tls-name localhost if that broker is meant");
    CHECK(failure.about == std::vector<std::string>{"--tls-name"});
    TlsPair address(server_options({.ip_addresses = {"192.0.2.7"}}), {.more = {.server_name = "192.0.2.7"}});
    CHECK(address.shake_hands() == Status::ok);
    CHECK(address.peer.server_name() == "");
}
