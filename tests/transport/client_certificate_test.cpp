// SPDX-License-Identifier: Apache-2.0
// What the end of a connection says about our certificate: the table.

#include "tls/client_certificate.hpp"

#include <doctest/doctest.h>

using namespace mqtts;
using tls::CertificateFault;
using tls::ClientCertificate;

namespace {

const std::vector<CertificateFault> expired{{CertificateFault::Kind::date, "it has expired", "renew it"}};
const std::vector<CertificateFault> for_servers{
    {CertificateFault::Kind::usage, "it is for servers", "get one for clients"}};
const std::vector<CertificateFault> stranger{{CertificateFault::Kind::issuer, "it is self-signed", "have it signed"}};

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
    return std::string(describe(failure->code).name) + " " + one_line(*failure);
}

}  // namespace

TEST_CASE("a client that was accepted is not refused over a certificate") {
    for (const ClientCertificate& ours : {unasked, none, withheld(), sent(), sent(expired)}) {
        CHECK(told(ours, {.spoken = true}) == "");
        for (int alert = 0; alert < 256; ++alert)
            CHECK(told(ours, {.alert = alert, .spoken = true}) == "");
    }
}

TEST_CASE("a server that never asked for a certificate has nothing against ours, unless it says certificate_required") {
    for (int alert = 0; alert < 256; ++alert)
        CHECK((told(unasked, {.alert = alert}) == "") == (alert != 116));
    CHECK(told(unasked, {}) == "");
}

TEST_CASE("an end without an alert") {
    const std::string in_vain = "the server asked for a client certificate, got none, and closed the connection";
    CHECK(told(none, {}) == "closed_without_client_certificate " + in_vain + "; give --cert and --key");
    CHECK(told(withheld(), {}) ==
          "closed_without_client_certificate " + in_vain +
              ": the one in c.pem was not sent because the server accepts no key or signature of its type "
              "(EC, secp256k1); use another type of key, such as RSA");
    CHECK(told(sent(expired), {}) ==
          "closed_on_client_certificate the server asked for a client certificate, got the one "
          "in c.pem, and closed the connection: it has expired; renew it");
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
    CHECK(
        told(withheld(), {.alert = 116})
            .ends_with(", but the one in c.pem was not sent because the server accepts no key or signature of its type "
                       "(EC, secp256k1); use another type of key, such as RSA"));
    CHECK(told(withheld("RSA, 2048 bits"), {.alert = 40}).ends_with("such as EC P-256"));
}

TEST_CASE("an alert about ours is told with what we see in it") {
    struct {
        int alert;
        std::vector<CertificateFault> faults;
        const char* key;
        const char* why;
    } const rows[] = {
        {45, expired, "RSA, 2048 bits", "it has expired; renew it"},  // also if it is not valid yet
        {42, expired, "RSA, 2048 bits", "it has expired; renew it"},
        {43, for_servers, "RSA, 2048 bits", "it is for servers; get one for clients"},
        {40, for_servers, "RSA, 2048 bits", "it is for servers; get one for clients"},
        {48, stranger, "RSA, 2048 bits", "the server does not trust its issuer: it is self-signed; have it signed"},
        {42, stranger, "RSA, 2048 bits", "it is self-signed; have it signed"},
        {44, stranger, "RSA, 2048 bits", "it has been revoked: it is self-signed; have it signed"},
        {45,
         {},
         "RSA, 2048 bits",
         "it or one of its issuers has expired, or the server's clock is wrong; check the dates of the certificate's "
         "issuers, and the server's clock"},
        {48,
         {},
         "RSA, 2048 bits",
         "the server does not trust its issuer CN=ca; use a certificate from an authority that the server trusts"},
        {43,
         {},
         "RSA, 2048 bits",
         "the server does not accept certificates of this kind; use another client certificate"},
        {42,
         {},
         "EC, prime256v1",
         "perhaps the server does not trust its issuer CN=ca; check which issuers the server trusts"},
        {51,
         {},
         "RSA-PSS, 2048 bits",
         "perhaps the server accepts no key of its type (RSA-PSS, 2048 bits); use another type of key, such as RSA"},
        {49,
         {},
         "EC, secp521r1",
         "perhaps the server accepts no key of its type (EC, secp521r1); use another type of key, such as RSA"},
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
    CHECK(advice(none) == "give the client certificate that the server asks for with --cert and --key");
    CHECK(advice(withheld())
              .starts_with("give a client certificate with another type of key, such as RSA: the one in c.pem was not "
                           "sent because "));
    CHECK(advice(sent()) == "check the client certificate in c.pem");
    CHECK(advice(sent(expired)) == "check the client certificate in c.pem: it has expired");
}

TEST_CASE("for the log: who was asked for, and what was sent") {
    CHECK(to_text(unasked) == "");
    CHECK(to_text(none) == "the server asks for a client certificate from any issuer: none was given");
    ClientCertificate ours = sent(expired);
    ours.issuers = {"CN=a", "CN=b"};
    CHECK(to_text(ours) ==
          "the server asks for a client certificate from CN=a or CN=b: the one in c.pem (CN=me) was sent, but it has "
          "expired");
    ours.issuers.assign(8, "CN=a");
    CHECK(to_text(ours).find("CN=a or 3 others: ") != std::string::npos);
}

TEST_CASE("a failure is about the options that are missing, or about the file that was given") {
    CHECK(explain(none, {})->about == std::vector<std::string>{"--cert", "--key"});
    CHECK(explain(none, {.alert = 116})->about == std::vector<std::string>{"--cert", "--key"});
    for (const ClientCertificate& ours : {withheld(), sent(expired)})
        CHECK(explain(ours, {.alert = 42})->about == std::vector<std::string>{"c.pem"});
}

TEST_CASE("several faults are told together, each with its cure") {
    std::vector<CertificateFault> both = expired;
    both.push_back(stranger.front());
    const auto failure = explain(sent(both), {.alert = 42});
    CHECK(failure->cause.ends_with(": it has expired, and it is self-signed"));
    CHECK(failure->hint == "renew it, and have it signed");
}
