// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "transport/tls_pair.hpp"

using namespace mqtts;
using namespace mqtts::test;

namespace {

Failure refused(const tls::Policy& settings) {
    const auto context = tls::Context::create(settings);
    REQUIRE_FALSE(context.has_value());
    return context.error();
}

const Identity& client() {
    static const Identity identity = authority().issue({.common_name = "client", .client = true});
    return identity;
}

std::size_t count_lines(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// A variable of the environment for the length of a scope.
class Environment {
public:
    Environment(const char* name, const std::string& value) : name_(name) { ::setenv(name, value.c_str(), 1); }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;
    ~Environment() { ::unsetenv(name_); }

private:
    const char* name_;
};

// Links the authority's certificate into the directory under the name `openssl rehash` gives it.
void add_hashed(const TemporaryDirectory& directory) {
    BIO* memory = BIO_new_mem_buf(authority().certificate_pem().data(), -1);
    X509* certificate = PEM_read_bio_X509(memory, nullptr, nullptr, nullptr);
    char name[16];
    std::snprintf(name, sizeof name, "%08lx.0", X509_subject_name_hash(certificate));
    X509_free(certificate);
    BIO_free(memory);
    directory.write(name, authority().certificate_pem());
}

Status handshake_with(const tls::Policy& settings) {
    const tls::Context context = tls::Context::create(settings).value();
    tls::Engine engine(context, "localhost");
    TlsPeer peer(server_options());
    for (;;) {
        const Status status = engine.handshake();
        if (status != Status::would_block) return status;
        peer.receive(take(engine.outgoing()));
        peer.shake_hands();
        engine.incoming().append(peer.take_ciphertext());
    }
}

}  // namespace

TEST_CASE("TLS 1.2 is the least, at security level 2 or stricter, without renegotiation") {
    const tls::Context context = tls::Context::create({}).value();
    CHECK(SSL_CTX_get_min_proto_version(context.native()) == TLS1_2_VERSION);
    CHECK(SSL_CTX_get_max_proto_version(context.native()) == 0);
    CHECK(SSL_CTX_get_security_level(context.native()) >= 2);
    CHECK((SSL_CTX_get_options(context.native()) & SSL_OP_NO_RENEGOTIATION) != 0);
    CHECK((SSL_CTX_get_options(context.native()) & SSL_OP_IGNORE_UNEXPECTED_EOF) == 0);
}

TEST_CASE("files that cannot be used are named with the reason") {
    const TemporaryDirectory directory;
    const std::string good_certificate = directory.write("good.pem", client().certificate_pem);
    const std::string good_key = directory.write("good.key", client().key_pem);
    const std::string missing = directory.path() + "/missing";
    const std::string empty = directory.write("empty", "");
    const std::string garbage = directory.write("garbage", "hello\nworld\n");
    const std::string binary = directory.write("binary", std::string_view("\x30\x82\x01\x02", 4));
    const std::string damaged = directory.write(
        "damaged", client().certificate_pem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    const auto count = count_lines(client().certificate_pem);
    const std::string lines = fmt::format("lines {} to {}", count + 1, count + 3);

    struct {
        std::string file, reason;
    } const common[] = {
        {missing, "no such file or directory"}, {directory.path(), "it is a directory"}, {empty, "it is empty"}};
    for (const auto& [file, reason] : common) {
        const Failure ca = refused({.ca_file = file});
        CHECK(ca.code == Errc::unusable_ca);
        CHECK(ca.cause == fmt::format("cannot use CA file {}: {}", file, reason));
        const Failure certificate = refused({.certificate_file = file, .key_file = good_key});
        CHECK(certificate.code == Errc::unusable_certificate);
        CHECK(certificate.cause == fmt::format("cannot use certificate file {}: {}", file, reason));
        const Failure key = refused({.certificate_file = good_certificate, .key_file = file});
        CHECK(key.code == Errc::unusable_key);
        CHECK(key.cause == fmt::format("cannot use key file {}: {}", file, reason));
    }
    CHECK(refused({.ca_file = binary}).cause ==
          "cannot use CA file " + binary + ": it is binary, but not a CERTIFICATE in DER");
    CHECK(refused({.ca_file = garbage}).cause ==
          "cannot use CA file " + garbage + ": line 1: not PEM: no \"-----BEGIN CERTIFICATE-----\"");
    CHECK(refused({.certificate_file = good_certificate, .key_file = garbage}).cause ==
          "cannot use key file " + garbage + ": line 1: not PEM: no \"-----BEGIN PRIVATE KEY-----\"");
    CHECK(refused({.ca_file = damaged})
              .cause.starts_with("cannot use CA file " + damaged + ": " + lines +
                                 ": the CERTIFICATE is damaged, or of a kind"));
    CHECK(refused({.certificate_file = damaged, .key_file = good_key}).cause.find(lines) != std::string::npos);
}

TEST_CASE("a key in place of a certificate, and the other way round, is recognized") {
    const TemporaryDirectory directory;
    const std::string certificate = directory.write("c.pem", client().certificate_pem);
    const std::string key = directory.write("k.pem", client().key_pem);
    CHECK(one_line(refused({.ca_file = key})) ==
          "cannot use CA file " + key + ": line 1: PRIVATE KEY, not a CERTIFICATE; give the CA's certificate");
    CHECK(one_line(refused({.certificate_file = certificate, .key_file = certificate})) ==
          "cannot use key file " + certificate +
              ": line 1: CERTIFICATE, not a PRIVATE KEY; give the certificate with --cert");
}

TEST_CASE("certificate and key may share a file") {
    const TemporaryDirectory directory;
    const std::string file = directory.write("both.pem", client().key_pem + client().certificate_pem);
    CHECK(tls::Context::create({.certificate_file = file, .key_file = file}).has_value());
}

TEST_CASE("a file without permission to read it is named" * doctest::skip(::geteuid() == 0)) {
    const TemporaryDirectory directory;
    const std::string file = directory.write("secret.pem", authority().certificate_pem());
    ::chmod(file.c_str(), 0);
    CHECK(refused({.ca_file = file}).cause == "cannot use CA file " + file + ": permission denied");
}

TEST_CASE("a key must belong to its certificate") {
    const TemporaryDirectory directory;
    const std::string certificate = directory.write("c.pem", client().certificate_pem);
    const std::string other = directory.write("o.pem", authority().issue({.client = true}).key_pem);
    const Failure mismatch = refused({.certificate_file = certificate, .key_file = other});
    CHECK(mismatch.code == Errc::key_mismatch);
    CHECK(mismatch.cause == "key file " + other + " does not belong to the certificate in " + certificate);
    const std::string rsa = directory.write("r.pem", authority().issue({.client = true, .rsa = true}).key_pem);
    CHECK(refused({.certificate_file = certificate, .key_file = rsa}).code == Errc::key_mismatch);
}

TEST_CASE("a CA directory needs certificates named by their hash, and is searched by it") {
    const TemporaryDirectory directory;
    directory.write("ca.pem", authority().certificate_pem());
    const Failure failure = refused({.ca_path = directory.path()});
    CHECK(failure.code == Errc::unusable_ca);
    CHECK(failure.cause ==
          "cannot use CA directory " + directory.path() + ": no certificate in it is named by its hash");
    CHECK(failure.hint == "run openssl rehash " + directory.path());
    CHECK(refused({.ca_path = directory.path() + "/missing"}).cause ==
          "cannot use CA directory " + directory.path() + "/missing: no such file or directory");
    add_hashed(directory);
    CHECK(handshake_with({.ca_path = directory.path()}) == Status::ok);
    REQUIRE(::mkfifo((directory.path() + "/01234567.0").c_str(), 0600) == 0);
    CHECK(refused({.ca_path = directory.path()}).cause ==
          "cannot use CA directory " + directory.path() + ": 01234567.0 in it is a pipe, not a file");
}

TEST_CASE("the system's trust store is where SSL_CERT_DIR and SSL_CERT_FILE say") {
    const TemporaryDirectory hashed;
    add_hashed(hashed);
    const TemporaryDirectory empty;
    const std::string bundle = empty.write("bundle.pem", authority().certificate_pem());
    CHECK(handshake_with({}) == Status::failed);
    {
        const Environment directories("SSL_CERT_DIR", empty.path() + ":" + hashed.path());
        CHECK(handshake_with({}) == Status::ok);
    }
    {
        const Environment file("SSL_CERT_FILE", bundle);
        CHECK(handshake_with({}) == Status::ok);
    }
    const Environment file("SSL_CERT_FILE", empty.path() + "/missing");
    CHECK(refused({}).cause == "cannot use SSL_CERT_FILE " + empty.path() + "/missing: no such file or directory");
}

TEST_CASE("a CA file replaces the system's trust store") {
    const TemporaryDirectory hashed;
    add_hashed(hashed);
    const Environment directories("SSL_CERT_DIR", hashed.path());
    const std::string other = hashed.write("other.pem", Authority("other root").certificate_pem());
    CHECK(handshake_with({.ca_file = other}) == Status::failed);
    CHECK(handshake_with({}) == Status::ok);
}

TEST_CASE("the system's trust store may be asked for besides a CA file, and both are named where neither helps") {
    const TemporaryDirectory hashed;
    const std::string other = hashed.write("other.pem", Authority("other root").certificate_pem());
    const std::string own = hashed.write("own.pem", authority().certificate_pem());
    CHECK(handshake_with({.ca_file = own, .system_trust = true}) == Status::ok);
    CHECK(handshake_with({.ca_file = other, .system_trust = true}) == Status::failed);
    TlsPair pair(server_options(),
                 {.ca_pem = Authority("other root").certificate_pem(), .more = {.system_trust = true}});
    CHECK(pair.failure().cause.find(pair.ca_file() + " or the system's trust store (") != std::string::npos);
    add_hashed(hashed);
    const Environment directories("SSL_CERT_DIR", hashed.path());
    CHECK(handshake_with({.ca_file = other, .system_trust = true}) == Status::ok);
}
