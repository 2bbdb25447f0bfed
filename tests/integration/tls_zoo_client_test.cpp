// SPDX-License-Identifier: Apache-2.0
// The zoo: servers that ask for the certificate of the client.
#include <doctest/doctest.h>

#include "integration/tls_zoo.hpp"

namespace {

using namespace mqtts::test;

const CertificateForm client_form = {.common_name = "sensor", .extended_usage = "clientAuth"};

/// --cert and --key with what this one has, and the issuers to send along.
Words identified(const Zoo& zoo, const Certified& client, const std::string& issuers = "") {
    return zoo.usual({"--quiet", "--cert", zoo.file(client.pem() + issuers), "--key", zoo.file(client.key_pem())});
}

TlsServerOptions asking(const Zoo& zoo, const Certified& authority) {
    TlsServerOptions options = zoo.server();
    options.client_ca_pem = authority.pem();
    return options;
}

}  // namespace

TEST_CASE("zoo: client certificates that a server takes") {
    const Zoo zoo;
    const Certified authority(authority_form("client root"));
    const Certified middle = authority.issue(authority_form("client middle"));
    TlsServerOptions optional = asking(zoo, authority);
    optional.certificate_optional = true;
    std::vector<ZooRow> rows;
    for (const char* key : {"P-256", "P-384", "RSA 2048", "ED25519"}) {
        CertificateForm form = client_form;
        form.key = key;
        rows.push_back({.name = key, .tls = asking(zoo, authority), .options = identified(zoo, authority.issue(form))});
    }
    rows.push_back({.name = "through an intermediate",
                    .tls = asking(zoo, authority),
                    .options = identified(zoo, middle.issue(client_form), middle.pem())});
    rows.push_back(
        {.name = "for nobody who asks", .tls = zoo.server(), .options = identified(zoo, authority.issue(client_form))});
    rows.push_back({.name = "none, where it is optional", .tls = optional, .options = zoo.usual()});
    rows.front().slow = true;
    check_rows(rows);
}

TEST_CASE("zoo: client certificates that a server refuses: the same sentence in TLS 1.2 and 1.3") {
    const Zoo zoo;
    const Certified authority(authority_form("client root"));
    const Certified stranger(authority_form("stranger"));
    const Certified middle = authority.issue(authority_form("client middle"));
    CertificateForm expired = client_form;
    expired.valid_from_days = -30;
    expired.valid_until_days = -1;
    CertificateForm early = client_form;
    early.valid_from_days = 5;
    CertificateForm for_servers = client_form;
    for_servers.extended_usage = "serverAuth";
    const TlsServerOptions server = asking(zoo, authority);
    const Words of_stranger = identified(zoo, stranger.issue(client_form));
    check_rows({
        {.name = "missing",
         .tls = server,
         .options = zoo.usual(),
         .status = 6,
         .sentence = {"localhost:PORT", "requires a client certificate", "--cert and --key"},
         .trusted = true,
         .slow = true},
        {.name = "of an unknown authority",
         .tls = server,
         .options = of_stranger,
         .status = 6,
         .sentence = {"refused the client certificate in " + of_stranger[4], "\"unknown CA\"",
                      "does not trust its issuer"},
         .trusted = true,
         .slow = true},
        {.name = "intermediate missing",
         .tls = server,
         .options = identified(zoo, middle.issue(client_form)),
         .status = 6,
         .sentence = {"refused the client certificate", "\"unknown CA\""},
         .trusted = true},
        {.name = "expired",
         .tls = server,
         .options = identified(zoo, authority.issue(expired)),
         .status = 6,
         .sentence = {"refused the client certificate", "certificate expired", "it expired on 20"},
         .trusted = true},
        {.name = "not yet valid",
         .tls = server,
         .options = identified(zoo, authority.issue(early)),
         .status = 6,
         .sentence = {"refused the client certificate", "bad certificate", "it is not valid before 20"},
         .trusted = true},
        {.name = "for servers",
         .tls = server,
         .options = identified(zoo, authority.issue(for_servers)),
         .status = 6,
         .sentence = {"refused the client certificate", "its extendedKeyUsage has no clientAuth"},
         .trusted = true},
    });
}
