// SPDX-License-Identifier: Apache-2.0
// The zoo: what is asked for on top of a good certificate: a pinned key, revocation lists, a stapled OCSP response.
#include <doctest/doctest.h>
#include <openssl/pem.h>

#include "integration/tls_zoo.hpp"
#include "support/revocation.hpp"

namespace {

using namespace mqtts::test;

const std::string wrong_pin = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

/// Sha256 of the SubjectPublicKeyInfo.
std::string pin_of(const Identity& identity) {
    BIO* input = BIO_new_mem_buf(identity.certificate_pem.data(), static_cast<int>(identity.certificate_pem.size()));
    X509* certificate = PEM_read_bio_X509(input, nullptr, nullptr, nullptr);
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    unsigned char digest[32];
    unsigned char text[48];
    EVP_Digest(der, static_cast<std::size_t>(size), digest, nullptr, EVP_sha256(), nullptr);
    EVP_EncodeBlock(text, digest, sizeof digest);
    OPENSSL_free(der);
    X509_free(certificate);
    BIO_free(input);
    return "sha256//" + std::string(reinterpret_cast<const char*>(text));
}

/// A server of a certificate from this authority.
struct Subject {
    Zoo zoo;
    Authority authority{"zoo authority"};
    Identity identity = authority.issue({.common_name = "broker", .dns_names = {"localhost"}});
    TlsServerOptions server{.identity = identity};

    [[nodiscard]] Words options(const Words& more) const { return zoo.trusting(authority.certificate_pem(), more); }
    [[nodiscard]] TlsServerOptions stapling(const std::string& response) const {
        return {.identity = identity, .staple = response};
    }
};

}  // namespace

TEST_CASE("zoo: pins") {
    const Subject subject;
    const std::string pin = pin_of(subject.identity);
    check_rows({
        {.name = "right", .tls = subject.server, .options = subject.options({"--pin", pin})},
        {.name = "one of two", .tls = subject.server, .options = subject.options({"--pin", wrong_pin, "--pin", pin})},
        {.name = "wrong",
         .tls = subject.server,
         .options = subject.options({"--pin", wrong_pin}),
         .status = 5,
         .sentence = {"localhost:PORT", "(CN=broker)", "a key that does not match --pin", "give --pin " + pin},
         .slow = true},
        {.name = "right, of an unknown authority",
         .tls = subject.server,
         .options = subject.zoo.usual({"--pin", pin}),
         .status = 5,
         .sentence = {"was issued by CN=zoo authority"}},
        {.name = "right, with another name",
         .tls = subject.server,
         .options = subject.options({"--pin", pin, "--tls-name", "other.example"}),
         .status = 5,
         .sentence = {"is for localhost, not for other.example"}},
    });
}

TEST_CASE("zoo: a pin that decides alone") {
    const Zoo zoo;
    const auto broken = [](CertificateOptions options) {
        options.common_name = "meter";
        return self_signed(options);
    };
    std::vector<ZooRow> rows;
    const auto add = [&](const std::string& name, const Identity& identity) {
        rows.push_back({.name = name,
                        .tls = {.identity = identity},
                        .options = {"--pin", wrong_pin, "--pin", pin_of(identity), "--pin-only"},
                        .slow = rows.empty()});
        rows.push_back({.name = name + ", another key",
                        .tls = {.identity = identity},
                        .options = {"--pin", wrong_pin, "--pin-only"},
                        .status = 5,
                        .sentence = {"localhost:PORT", "(CN=meter) has a key that does not match --pin",
                                     "give --pin " + pin_of(identity) + " --pin-only"},
                        .slow = rows.size() == 1});
    };
    add("no name", broken({}));
    add("another name", broken({.dns_names = {"other.example"}}));
    add("expired", broken({.valid_from_days = -9, .valid_until_days = -2}));
    add("not valid yet", broken({.valid_from_days = 2}));
    add("of an unknown authority", Authority("stranger").issue({.common_name = "meter"}));
    add("for clients", broken({.client = true}));
    const Identity nameless = broken({});
    rows.push_back({.name = "the right pin alone says what is missing",
                    .tls = {.identity = nameless},
                    .options = zoo.usual({"--pin", pin_of(nameless)}),
                    .status = 5,
                    .sentence = {"is self-signed, not in", "and names no host", "-addext subjectAltName=DNS:localhost",
                                 ", or give --pin-only too, as the server's key matches --pin"}});
    rows.push_back(
        {.name = "the wrong pin is not offered the key",
         .tls = {.identity = nameless},
         .options = zoo.usual({"--pin", wrong_pin}),
         .status = 5,
         .sentence = {"is self-signed", ", and the server's key " + pin_of(nameless) + " does not match --pin"}});
    check_rows(rows);
}

TEST_CASE("zoo: revocation lists") {
    const Subject subject;
    const Authority stranger("stranger");
    const Authority middle = subject.authority.intermediate("zoo middle");
    const Identity below = middle.issue({.common_name = "broker", .dns_names = {"localhost"}});
    const Identity middle_itself{.certificate_pem = middle.certificate_pem(), .key_pem = ""};
    const auto listed = [&](const std::string& lists) { return subject.options({"--crl", subject.zoo.file(lists)}); };
    const std::string clean = revocation_list(subject.authority, {});
    check_rows({
        {.name = "not in it", .tls = subject.server, .options = listed(clean)},
        {.name = "revoked",
         .tls = subject.server,
         .options = listed(revocation_list(subject.authority, {subject.identity})),
         .status = 5,
         .sentence = {"localhost:PORT", "the server's certificate (CN=broker) has been revoked"},
         .slow = true},
        {.name = "another one revoked",
         .tls = subject.server,
         .options = listed(revocation_list(subject.authority, {below}))},
        {.name = "no list of the issuer",
         .tls = subject.server,
         .options = listed(revocation_list(stranger, {})),
         .status = 5,
         .sentence = {"(CN=broker) was issued by CN=zoo authority", "--crl"}},
        {.name = "expired list",
         .tls = subject.server,
         .options = listed(revocation_list(subject.authority, {}, -2)),
         .status = 5,
         .sentence = {"the revocation list of CN=zoo authority has expired", "--crl"}},
        {.name = "both lists", .tls = {.identity = below}, .options = listed(clean + revocation_list(middle, {}))},
        {.name = "no list of the intermediate",
         .tls = {.identity = below},
         .options = listed(clean),
         .status = 5,
         .sentence = {"(CN=broker) was issued by CN=zoo middle", "--crl"}},
        {.name = "no list of the root",
         .tls = {.identity = below},
         .options = listed(revocation_list(middle, {})),
         .status = 5,
         .sentence = {"(CN=zoo middle) was issued by CN=zoo authority", "--crl"}},
        {.name = "intermediate revoked",
         .tls = {.identity = below},
         .options = listed(revocation_list(subject.authority, {middle_itself}) + revocation_list(middle, {})),
         .status = 5,
         .sentence = {"the issuer's certificate (CN=zoo middle) has been revoked"}},
    });
}

TEST_CASE("zoo: stapled OCSP responses") {
    const Subject subject;
    const Authority stranger("zoo authority");  // the name of the other, another key
    const Identity other = subject.authority.issue({.common_name = "broker", .dns_names = {"localhost"}});
    const Words required = subject.options({"--ocsp-stapling", "require"});
    const auto row = [&](std::string name, const std::string& response, Words sentence) {
        return ZooRow{.name = std::move(name),
                      .tls = subject.stapling(response),
                      .options = required,
                      .status = sentence.empty() ? 0 : 5,
                      .sentence = std::move(sentence)};
    };
    const auto response = [&](const OcspAnswer& answer) {
        return ocsp_response(subject.authority, subject.identity, answer);
    };
    std::vector<ZooRow> rows{
        row("revoked", response({.revoked = true}),
            {"localhost:PORT", "(CN=broker) was revoked on 20", "keyCompromise"}),
        row("good", response({}), {}),
        row("good, by SHA-256", response({.sha256 = true}), {}),
        row("missing", "", {"stapled no OCSP response", "--ocsp-stapling requires one"}),
        row("expired", response({.until_days = -2}), {"out of date", "clock"}),
        row("of another certificate", ocsp_response(subject.authority, other), {"about another certificate"}),
        row("signed by a stranger", ocsp_response(stranger, subject.identity), {"signature is not the issuer's"}),
        row("garbage", "garbage", {"cannot be decoded"}),
        row("cut off", response({}).substr(0, 40), {"cannot be decoded"}),
    };
    rows.front().slow = true;
    rows.push_back({.name = "revoked, and not asked for",
                    .tls = subject.stapling(response({.revoked = true})),
                    .options = subject.options({})});
    check_rows(rows);
}
