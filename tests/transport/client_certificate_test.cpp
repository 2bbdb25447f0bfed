// SPDX-License-Identifier: Apache-2.0
// What the end of a connection says about our certificate: the table.

#include "tls/client_certificate.hpp"

#include <doctest/doctest.h>

using namespace mqtts;
using tls::CertificateFault;
using tls::ClientCertificate;

namespace {

const std::vector<CertificateFault> expired{{CertificateFault::Kind::date, "it has expired"}};
const std::vector<CertificateFault> for_servers{{CertificateFault::Kind::usage, "it is for servers"}};
const std::vector<CertificateFault> stranger{{CertificateFault::Kind::issuer, "it is self-signed"}};

const ClientCertificate unasked{.file = "c.pem"};
const ClientCertificate none{.requested = true};

ClientCertificate withheld(std::string key = "EC, secp256k1") {
    return {.requested = true, .file = "c.pem", .key = std::move(key)};
}

ClientCertificate sent(std::vector<CertificateFault> faults = {}, std::string key = "RSA, 2048 bits") {
    return {.requested = true,
            .sent = true,
            .file = "c.pem",
            .subject = "CN=me",
            .issuer = "CN=ca",
            .key = std::move(key),
            .faults = std::move(faults)};
}

std::string told(const ClientCertificate& ours, const tls::ServerEnd& end) {
    const auto failure = explain(ours, end);
    if (!failure) return "";
    return std::string(describe(failure->code).name) + " " + failure->what;
}

}  // namespace

TEST_CASE("whoever was let in is not thrown out over a certificate") {
    for (const ClientCertificate& ours : {unasked, none, withheld(), sent(), sent(expired)}) {
        CHECK(told(ours, {.spoken = true}) == "");
        for (int alert = 0; alert < 256; ++alert)
            CHECK(told(ours, {.alert = alert, .spoken = true}) == "");
    }
}

TEST_CASE("a server that never asked for a certificate has nothing against ours, whatever it says but one thing") {
    for (int alert = 0; alert < 256; ++alert)
        CHECK((told(unasked, {.alert = alert}) == "") == (alert != 116));
    CHECK(told(unasked, {}) == "");
}

TEST_CASE("an end without an alert") {
    const std::string in_vain = "the server asked for a client certificate, got none, and closed the connection: ";
    CHECK(told(none, {}) == "closed_without_client_certificate " + in_vain + "give --cert and --key");
    CHECK(told(withheld(), {}) ==
          "closed_without_client_certificate " + in_vain +
              "the one in c.pem was not sent, as the server takes no key or signature of its kind "
              "(EC, secp256k1): use a key of another kind, such as RSA");
    CHECK(told(sent(expired), {}) ==
          "closed_on_client_certificate the server asked for a client certificate, got the one "
          "in c.pem, and closed the connection: it has expired");
    CHECK(told(sent(), {}) == "");
}

TEST_CASE("an alert to who gave none asks for one, by whatever name") {
    for (const int alert : {40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 71, 116})
        CHECK(told(none, {.alert = alert})
                  .starts_with("client_certificate_required the server requires a client "
                               "certificate (TLS alert "));
    for (const int alert : {0, 10, 20, 22, 70, 80, 90, 109, 112, 120})
        CHECK(told(none, {.alert = alert}) == "");
}

TEST_CASE("an alert about a certificate that was not sent says why it was not") {
    CHECK(told(withheld(), {.alert = 116})
              .ends_with(", and the one in c.pem was not sent, as the server takes no key or "
                         "signature of its kind (EC, secp256k1): use a key of another kind, "
                         "such as RSA"));
    CHECK(told(withheld("RSA, 2048 bits"), {.alert = 40}).ends_with("such as EC P-256"));
}

TEST_CASE("an alert about ours is told with what we see in it") {
    struct {
        int alert;
        std::vector<CertificateFault> faults;
        const char* key;
        const char* why;
    } const rows[] = {
        {45, expired, "RSA, 2048 bits", "it has expired"},  // of a certificate that is not valid yet, too
        {42, expired, "RSA, 2048 bits", "it has expired"},
        {43, for_servers, "RSA, 2048 bits", "it is for servers"},
        {40, for_servers, "RSA, 2048 bits", "it is for servers"},
        {48, stranger, "RSA, 2048 bits", "it does not trust the issuer: it is self-signed"},
        {42, stranger, "RSA, 2048 bits", "it is self-signed"},
        {44, stranger, "RSA, 2048 bits", "it has been revoked: it is self-signed"},
        {45, {}, "RSA, 2048 bits", "it has expired, or one of its issuers, or the server's clock is wrong"},
        {48, {}, "RSA, 2048 bits", "it does not trust the issuer CN=ca"},
        {43, {}, "RSA, 2048 bits", "it is of a kind the server does not take"},
        {42, {}, "EC, prime256v1", "perhaps it does not trust the issuer CN=ca"},
        {51,
         {},
         "RSA-PSS, 2048 bits",
         "perhaps it takes no key of its kind (RSA-PSS, 2048 bits): use a key of another kind, such as RSA"},
        {49,
         {},
         "EC, secp521r1",
         "perhaps it takes no key of its kind (EC, secp521r1): use a key of another kind, such as RSA"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.alert);
        const std::string text = told(sent(row.faults, row.key), {.alert = row.alert});
        CHECK(text.starts_with(
            "client_certificate_refused the server refused the client certificate in c.pem (TLS alert "));
        CHECK(text.ends_with(std::string("\"): ") + row.why));
    }
}

TEST_CASE("what may help against a refusal without a reason") {
    CHECK(advice(unasked) == "");
    CHECK(advice(none) == "give the client certificate that it asks for (--cert and --key)");
    CHECK(advice(withheld()).starts_with("give another client certificate: the one in c.pem was not sent"));
    CHECK(advice(sent()) == "check the client certificate in c.pem");
    CHECK(advice(sent(expired)) == "check the client certificate in c.pem: it has expired");
}

TEST_CASE("for the log: who was asked for, and what was sent") {
    CHECK(to_text(unasked) == "");
    CHECK(to_text(none) == "the server asks for a client certificate of any issuer: it got none, as none was given");
    ClientCertificate ours = sent(expired);
    ours.issuers = {"CN=a", "CN=b"};
    CHECK(to_text(ours) ==
          "the server asks for a client certificate of CN=a or CN=b: it got the one in c.pem (CN=me): it has expired");
    ours.issuers.assign(8, "CN=a");
    CHECK(to_text(ours).find("CN=a or 3 others: ") != std::string::npos);
}
