// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "support/identity_forms.hpp"
#include "tls/exposed_key.hpp"
#include "tls/identity.hpp"
#include "tls/pkcs11.hpp"
#include "transport/tls_pair.hpp"

using namespace mqtts;
using namespace mqtts::test;

namespace {

// Two intermediate authorities: there is an order to get wrong.
const Identity& identity() {
    static const Identity identity =
        authority().intermediate("first").intermediate("second").issue({.common_name = "client", .client = true});
    return identity;
}

Failure refused_identity(const tls::Policy& settings, const tls::AskPassphrase& ask = {}) {
    const auto context = tls::Context::create(settings, ask);
    REQUIRE_FALSE(context.has_value());
    return context.error();
}

std::string common_name(X509* certificate) {
    char name[64] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
    return name;
}

/// The certificates that the client sends, its own first.
std::vector<std::string> presented(const tls::Policy& settings) {
    const auto context = tls::Context::create(settings);
    REQUIRE_MESSAGE(context.has_value(), context.error().cause);
    std::vector<std::string> names = {common_name(SSL_CTX_get0_certificate(context->native()))};
    STACK_OF(X509)* chain = nullptr;
    SSL_CTX_get0_chain_certs(context->native(), &chain);
    for (int i = 0; i < sk_X509_num(chain); ++i)
        names.push_back(common_name(sk_X509_value(chain, i)));
    CHECK(SSL_CTX_check_private_key(context->native()) == 1);
    return names;
}

const std::vector<std::string> alone = {"client"};
const std::vector<std::string> whole_chain = {"client", "second", "first"};

}  // namespace

TEST_CASE("certificate and key are PEM, DER or PKCS#12, whatever the name of the file") {
    const TemporaryDirectory directory;
    const std::string certificates[] = {directory.write("c.pem", identity().certificate_pem),
                                        directory.write("c.der", certificate_der(identity())),
                                        directory.write("c.p12", pkcs12(identity(), "secret"))};
    const std::string keys[] = {directory.write("k.pem", identity().key_pem),
                                directory.write("ke.pem", encrypted_key_pem(identity(), "secret")),
                                directory.write("ko.pem", old_encrypted_key_pem(identity(), "secret")),
                                directory.write("k.der", key_der(identity())),
                                directory.write("ke.der", key_der(identity(), "secret")),
                                directory.write("k.p12", pkcs12(identity(), "secret"))};
    for (const std::string& certificate : certificates) {
        for (const std::string& key : keys) {
            CAPTURE(certificate);
            CAPTURE(key);
            CHECK(presented({.certificate_file = certificate, .key_file = key, .key_passphrase = Secret("secret")}) ==
                  (certificate.ends_with(".der") ? alone : whole_chain));
        }
    }
}

TEST_CASE("a file with certificate and key needs no other") {
    const TemporaryDirectory directory;
    const std::string pem = directory.write("both.pem", identity().certificate_pem + identity().key_pem);
    const std::string bundle = directory.write("both.p12", pkcs12(identity(), "secret"));
    const std::string open_bundle = directory.write("open.p12", pkcs12(identity(), ""));
    CHECK(presented({.certificate_file = pem}) == whole_chain);
    CHECK(presented({.certificate_file = open_bundle}) == whole_chain);
    CHECK(presented({.certificate_file = bundle, .key_passphrase = Secret("secret")}) == whole_chain);
    CHECK(presented({.certificate_file = bundle, .key_file = bundle, .key_passphrase = Secret("secret")}) ==
          whole_chain);
}

TEST_CASE("a pass phrase is asked for once, and only for what is encrypted") {
    const TemporaryDirectory directory;
    const std::string certificate = directory.write("c.pem", identity().certificate_pem);
    std::vector<std::string> asked;
    const tls::AskPassphrase ask = [&](const std::string& path) -> Result<Secret> {
        asked.push_back(path);
        return Secret("secret");
    };
    const std::string open = directory.write("k.pem", identity().key_pem);
    CHECK(tls::Context::create({.certificate_file = certificate, .key_file = open}, ask).has_value());
    CHECK(asked.empty());
    for (const std::string& key : {directory.write("ke.pem", encrypted_key_pem(identity(), "secret")),
                                   directory.write("ko.pem", old_encrypted_key_pem(identity(), "secret")),
                                   directory.write("ke.der", key_der(identity(), "secret"))}) {
        asked.clear();
        CHECK(tls::Context::create({.certificate_file = certificate, .key_file = key}, ask).has_value());
        CHECK(asked == std::vector{key});
    }
    asked.clear();
    const std::string bundle = directory.write("both.p12", pkcs12(identity(), "secret"));
    CHECK(tls::Context::create({.certificate_file = bundle}, ask).has_value());
    CHECK(asked == std::vector{bundle});
}

TEST_CASE("a wrong pass phrase is called that, and is not repeated") {
    const TemporaryDirectory directory;
    const std::string certificate = directory.write("c.pem", identity().certificate_pem);
    int asked = 0;
    const tls::AskPassphrase ask = [&](const std::string&) -> Result<Secret> {
        ++asked;
        return Secret("a wrong one");
    };
    for (const std::string& key : {directory.write("ke.pem", encrypted_key_pem(identity(), "secret")),
                                   directory.write("ko.pem", old_encrypted_key_pem(identity(), "secret")),
                                   directory.write("ke.der", key_der(identity(), "secret")),
                                   directory.write("k.p12", pkcs12(identity(), "secret"))}) {
        asked = 0;
        const Failure failure = refused_identity({.certificate_file = certificate, .key_file = key}, ask);
        CHECK(failure.code == Errc::unusable_key);
        CHECK(failure.cause == "the pass phrase does not open " + key);
        CHECK(asked == 1);
        CHECK(
            refused_identity({.certificate_file = certificate, .key_file = key, .key_passphrase = Secret("")}).cause ==
            "the pass phrase does not open " + key);
        CHECK(refused_identity(
                  {.certificate_file = certificate, .key_file = key, .key_passphrase = Secret(std::string(5000, 'x'))})
                  .cause == "the pass phrase does not open " + key);
    }
}

TEST_CASE("an encrypted key without anybody to ask is a failure, and so is what asking fails with") {
    const TemporaryDirectory directory;
    const std::string certificate = directory.write("c.pem", identity().certificate_pem);
    for (const std::string& key : {directory.write("ke.pem", encrypted_key_pem(identity(), "secret")),
                                   directory.write("ke.der", key_der(identity(), "secret")),
                                   directory.write("k.p12", pkcs12(identity(), "secret"))}) {
        const Failure failure = refused_identity({.certificate_file = certificate, .key_file = key});
        CHECK(failure.code == Errc::unusable_key);
        CHECK(failure.cause == key + " is encrypted, and no pass phrase was given");
        CHECK(failure.hint == "give its pass phrase with --key-pass-file or in MQTTS_KEY_PASS");
        CHECK(failure.about == std::vector{key});
        const Failure passed_on =
            refused_identity({.certificate_file = certificate, .key_file = key},
                             [](const std::string&) { return Failure(Errc::timed_out, "too late"); });
        CHECK(passed_on.code == Errc::timed_out);
        CHECK(passed_on.cause == "too late");
    }
}

TEST_CASE("binary files that hold something else are named with what they are") {
    const TemporaryDirectory directory;
    const std::string certificate = directory.write("c.der", certificate_der(identity()));
    const std::string key = directory.write("k.der", key_der(identity()));
    const std::string junk = directory.write("junk", std::string("\x30\x82\x01\x02", 4));
    CHECK(refused_identity({.certificate_file = junk, .key_file = key}).cause ==
          fmt::format("cannot use certificate file {}: it is binary, but not a CERTIFICATE in DER", junk));
    CHECK(refused_identity({.certificate_file = key, .key_file = key}).code == Errc::unusable_certificate);
    CHECK(refused_identity({.certificate_file = certificate, .key_file = junk}).cause ==
          fmt::format("cannot use key file {}: it is binary, but not a PRIVATE KEY in DER", junk));
    const Failure swapped = refused_identity({.certificate_file = certificate, .key_file = certificate});
    CHECK(swapped.code == Errc::unusable_key);
    CHECK(swapped.cause ==
          fmt::format("cannot use key file {}: it is DER: CERTIFICATE, not a PRIVATE KEY", certificate));
    CHECK(swapped.hint == "give the certificate with --cert");
    CHECK(swapped.about == std::vector{certificate});
}

TEST_CASE("a certificate without its key is a failure that says how to give it") {
    const TemporaryDirectory directory;
    for (const std::string& certificate : {directory.write("c.pem", identity().certificate_pem),
                                           directory.write("c.der", certificate_der(identity()))}) {
        const Failure failure = refused_identity({.certificate_file = certificate});
        CHECK(failure.code == Errc::unusable_key);
        CHECK(failure.cause == fmt::format("certificate file {} holds no private key", certificate));
        CHECK(failure.hint == "give the key with --key");
    }
}

TEST_CASE("PKCS#12 without a MAC is refused: nobody can tell a wrong pass phrase from the right one") {
    const TemporaryDirectory directory;
    const std::string bundle = directory.write("b.p12", pkcs12(identity(), "secret", false));
    const Failure failure = refused_identity({.certificate_file = bundle, .key_passphrase = Secret("secret")});
    CHECK(failure.code == Errc::unusable_certificate);
    CHECK(failure.cause.starts_with("cannot use certificate file " + bundle + ": it has no MAC"));
}

TEST_CASE("every damaged byte of a file is a failure or harmless, and nothing worse") {
    const TemporaryDirectory directory;
    const std::string key = directory.write("k.pem", identity().key_pem);
    for (const std::string& whole : {certificate_der(identity()), key_der(identity()), pkcs12(identity(), "")}) {
        for (std::size_t cut = 1; cut < whole.size(); cut += 37) {
            const std::string file = directory.write("cut", whole.substr(0, cut));
            CHECK_FALSE(tls::Context::create({.certificate_file = file, .key_file = key}).has_value());
            CHECK_FALSE(tls::Context::create({.certificate_file = file}).has_value());
            std::string changed = whole;
            changed[cut] = static_cast<char>(changed[cut] ^ 0x55);
            static_cast<void>(tls::Context::create({.certificate_file = directory.write("changed", changed)}));
        }
    }
}

TEST_CASE("what to install depends on the system") {
    using mqtts::tls::token_package;
    CHECK(token_package({.id = "debian", .like = {}, .version = 12}) == "the package libengine-pkcs11-openssl");
    CHECK(token_package({.id = "debian", .version = 13}) == "the package pkcs11-provider");
    CHECK(token_package({.id = "debian"}) == "the package pkcs11-provider");  // testing has no number
    CHECK(token_package({.id = "ubuntu", .like = "debian", .version = 24}) == "the package libengine-pkcs11-openssl");
    CHECK(token_package({.id = "rocky", .like = "rhel centos fedora", .version = 9}) == "the package openssl-pkcs11");
    CHECK(token_package({.id = "rhel", .like = "fedora", .version = 10}) == "the package pkcs11-provider");
    CHECK(token_package({.id = "fedora", .version = 42}) == "the package pkcs11-provider");
    CHECK(token_package({}) == "pkcs11-provider, or the engine of libp11");
}

TEST_CASE("a private key that everybody can read is worth a warning") {
    const TemporaryDirectory directory;
    const std::string certificate = directory.write("c.pem", identity().certificate_pem);
    const std::string key = directory.write("k.pem", identity().key_pem);
    const tls::Policy settings{.certificate_file = certificate, .key_file = key};
    CHECK(tls::exposed_key({}).cause.empty());
    ::chmod(certificate.c_str(), 0644);
    for (const mode_t kept : {0600U, 0400U, 0640U}) {
        ::chmod(key.c_str(), kept);
        CHECK(tls::exposed_key(settings).cause.empty());
    }
    ::chmod(key.c_str(), 0644);
    CHECK(tls::exposed_key(settings).cause ==
          fmt::format("every user of this machine can read {}, the private key", key));
    CHECK(tls::exposed_key(settings).cure == fmt::format("run chmod o-r {}", key));
    CHECK(tls::exposed_key({.certificate_file = certificate}).cause.find(certificate) != std::string::npos);
}
