// SPDX-License-Identifier: Apache-2.0
// The zoo: chains, dates, usages and strengths of the certificates a server comes with.
#include <doctest/doctest.h>

#include "integration/tls_zoo.hpp"

namespace {

using namespace mqtts::test;

const CertificateForm usual_form = {.names = {dns("localhost")}};

CertificateForm with(void (*change)(CertificateForm&), CertificateForm form = usual_form) {
    change(form);
    return form;
}

void expire(CertificateForm& form) {
    form.valid_from_days = -30;
    form.valid_until_days = -1;
}
void postpone(CertificateForm& form) {
    form.valid_from_days = 5;
}

/// A root, an intermediate and a leaf, each of the form given.
struct Chain {
    Certified root;
    Certified middle;
    Certified leaf;

    explicit Chain(const CertificateForm& root_form = authority_form("zoo root"),
                   const CertificateForm& middle_form = authority_form("zoo middle"),
                   const CertificateForm& leaf_form = usual_form)
        : root(root_form), middle(root.issue(middle_form)), leaf(middle.issue(leaf_form)) {}

    [[nodiscard]] TlsServerOptions server() const { return serving({&leaf, &middle}); }
};

ZooRow chain_row(const Zoo& zoo, std::string name, const Chain& chain, Words sentence) {
    return {.name = std::move(name),
            .tls = chain.server(),
            .options = zoo.trusting(chain.root.pem()),
            .status = sentence.empty() ? 0 : 5,
            .sentence = std::move(sentence)};
}

ZooRow leaf_row(const Zoo& zoo, std::string name, const CertificateForm& form, Words sentence) {
    return {.name = std::move(name),
            .tls = zoo.server(form),
            .options = zoo.usual(),
            .status = sentence.empty() ? 0 : 5,
            .sentence = std::move(sentence)};
}

}  // namespace

TEST_CASE("zoo: every common kind of key is fine, in leaf and root") {
    const Zoo zoo;
    std::vector<ZooRow> rows;
    for (const char* key : {"P-256", "P-384", "P-521", "RSA 2048", "RSA 3072", "RSA 4096"})
        rows.push_back(leaf_row(zoo, key, with([](auto&) {}, {.names = {dns("localhost")}, .key = key}), {}));
    rows.push_back(leaf_row(zoo, "Ed25519", {.names = {dns("localhost")}, .key = "ED25519"}, {}));
    rows.push_back(leaf_row(zoo, "SHA-512", {.names = {dns("localhost")}, .digest = "SHA512"}, {}));
    CertificateForm edwards = authority_form("zoo root");
    edwards.key = "ED25519";
    edwards.digest = "";
    CertificateForm signed_by_edwards = usual_form;
    signed_by_edwards.digest = "";
    rows.push_back(chain_row(zoo, "Ed25519 issuers",
                             Chain(edwards, with([](auto& form) { form.digest = ""; }, authority_form("zoo middle"))),
                             {}));
    rows.front().slow = true;
    check_rows(rows);
}

TEST_CASE("zoo: chains that reach what is trusted") {
    const Zoo zoo;
    const Chain chain;
    const Certified alone(usual_form);
    const Certified stranger(authority_form("stranger"));
    check_rows({
        {.name = "through an intermediate",
         .tls = chain.server(),
         .options = zoo.trusting(chain.root.pem()),
         .slow = true},
        {.name = "with the root in it",
         .tls = serving({&chain.leaf, &chain.middle, &chain.root}),
         .options = zoo.trusting(chain.root.pem())},
        {.name = "with a stranger in it",
         .tls = serving({&chain.leaf, &stranger, &chain.middle}),
         .options = zoo.trusting(chain.root.pem())},
        {.name = "anchored at the intermediate", .tls = chain.server(), .options = zoo.trusting(chain.middle.pem())},
        {.name = "anchored at the intermediate, which is not sent",
         .tls = serving({&chain.leaf}),
         .options = zoo.trusting(chain.middle.pem())},
        {.name = "anchored at the certificate itself",
         .tls = serving({&chain.leaf}),
         .options = zoo.trusting(chain.leaf.pem())},
        {.name = "self-signed and trusted", .tls = serving({&alone}), .options = zoo.trusting(alone.pem())},
        {.name = "the trust anchor among others",
         .tls = chain.server(),
         .options = zoo.trusting(stranger.pem() + chain.root.pem())},
        {.name = "--insecure", .tls = chain.server(), .options = {"--insecure"}, .sentence = {"--insecure"}},
    });
}

TEST_CASE("zoo: chains that do not") {
    const Zoo zoo;
    const Chain chain;
    const Chain other;  // the same names, other keys
    const Certified alone(usual_form);
    const Certified stranger(authority_form("stranger"));
    const Words known = zoo.trusting(chain.root.pem());
    const std::string file = known.back();
    check_rows({
        {.name = "unknown authority",
         .tls = chain.server(),
         .options = zoo.usual(),
         .status = 5,
         .sentence = {"localhost:PORT", "(CN=zoo middle)", "was issued by CN=zoo root", zoo.trust, "--cafile"},
         .slow = true},
        {.name = "unknown authority, root sent",
         .tls = serving({&chain.leaf, &chain.middle, &chain.root}),
         .options = zoo.trusting(stranger.pem()),
         .status = 5,
         .sentence = {"ends at CN=zoo root", "--cafile"}},
        {.name = "self-signed",
         .tls = serving({&alone}),
         .options = known,
         .status = 5,
         .sentence = {"(CN=broker)", "self-signed", file, "--cafile"}},
        {.name = "missing intermediate",
         .tls = serving({&chain.leaf}),
         .options = known,
         .status = 5,
         .sentence = {"(CN=broker)", "was issued by CN=zoo middle", file, "--cafile"}},
        {.name = "wrong intermediate",
         .tls = serving({&chain.leaf, &stranger}),
         .options = known,
         .status = 5,
         .sentence = {"(CN=broker)", "was issued by CN=zoo middle"}},
        {.name = "intermediate of the same name with another key",
         .tls = serving({&chain.leaf, &other.middle}),
         .options = known,
         .status = 5,
         .sentence = {"(CN=broker)", "was issued by CN=zoo middle"}},
        {.name = "root of the same name with another key",
         .tls = chain.server(),
         .options = zoo.trusting(other.root.pem()),
         .status = 5,
         .sentence = {"(CN=zoo middle)", "was issued by CN=zoo root"}},
        {.name = "only the system's store",
         .tls = chain.server(),
         .status = 5,
         .sentence = {"the system's trust store", "--cafile"}},
    });
}

TEST_CASE("zoo: issuers that may not issue") {
    const Zoo zoo;
    const CertificateForm root = authority_form("zoo root");
    const auto middle = [](void (*change)(CertificateForm&)) { return with(change, authority_form("zoo middle")); };
    const Certified top(with([](auto& form) { form.constraints = "critical,CA:TRUE,pathlen:0"; }, root));
    const Certified below = top.issue(authority_form("zoo middle"));
    const Certified leaf = below.issue(usual_form);
    std::vector<ZooRow> rows{
        chain_row(zoo, "CA:FALSE", Chain(root, middle([](auto& form) { form.constraints = "critical,CA:FALSE"; })),
                  {"the issuer's certificate (CN=zoo middle", "may not issue certificates", "CA:TRUE"}),
        chain_row(zoo, "no basicConstraints", Chain(root, middle([](auto& form) { form.constraints = ""; })),
                  {"(CN=zoo middle", "may not issue certificates"}),
        chain_row(zoo, "no keyCertSign", Chain(root, middle([](auto& form) { form.usage = "critical,cRLSign"; })),
                  {"(CN=zoo middle", "may not issue certificates", "keyCertSign"}),
        {.name = "path length",
         .tls = serving({&leaf, &below}),
         .options = zoo.trusting(top.pem()),
         .status = 5,
         .sentence = {"(CN=zoo root", "pathLenConstraint"}},
        chain_row(zoo, "name constraints",
                  Chain(root, middle([](auto& form) { form.name_constraints = "critical,permitted;DNS:example.org"; })),
                  {"(CN=broker)", "name constraints"}),
        chain_row(zoo, "excluded names",
                  Chain(root, middle([](auto& form) { form.name_constraints = "critical,excluded;DNS:localhost"; })),
                  {"(CN=broker)", "name constraints"}),
        chain_row(zoo, "name constraints kept",
                  Chain(root, middle([](auto& form) { form.name_constraints = "critical,permitted;DNS:localhost"; })),
                  {}),
        chain_row(zoo, "an issuer for clients only",
                  Chain(root, middle([](auto& form) { form.extended_usage = "clientAuth"; })),
                  {"(CN=zoo middle", "extendedKeyUsage", "serverAuth"}),
    };
    rows.front().slow = true;
    check_rows(rows);
}

TEST_CASE("zoo: dates, of each certificate") {
    const Zoo zoo;
    const CertificateForm root = authority_form("zoo root");
    const CertificateForm middle = authority_form("zoo middle");
    std::vector<ZooRow> rows{
        chain_row(zoo, "expired", Chain(root, middle, with(expire)),
                  {"the server's certificate (CN=broker) expired on 20", "notAfter"}),
        chain_row(zoo, "expired intermediate", Chain(root, with(expire, middle)),
                  {"the issuer's certificate (CN=zoo middle) expired on 20"}),
        chain_row(zoo, "expired root", Chain(with(expire, root)), {"(CN=zoo root, depth 2) expired on 20", "notAfter"}),
        chain_row(zoo, "not yet valid", Chain(root, middle, with(postpone)),
                  {"(CN=broker) is not valid before 20", "clock"}),
        chain_row(zoo, "intermediate not yet valid", Chain(root, with(postpone, middle)),
                  {"(CN=zoo middle) is not valid before 20"}),
        chain_row(zoo, "root not yet valid", Chain(with(postpone, root)),
                  {"(CN=zoo root, depth 2) is not valid before 20"}),
        leaf_row(zoo, "ends soon", with([](auto& form) { form.valid_until_days = 3; }), {}),
    };
    rows.back().sentence = {"(CN=broker) expires on 20", "notAfter"};  // a warning
    rows.push_back(rows.back());
    rows.back().name = "ends too soon";
    rows.back().options = zoo.usual({"--min-cert-days", "10"});
    rows.back().status = 5;
    rows.back().sentence = {"(CN=broker) expires on 20", "--min-cert-days requires 10"};
    rows.front().slow = true;
    check_rows(rows);
}

TEST_CASE("zoo: certificates meant for something else") {
    const Zoo zoo;
    std::vector<ZooRow> rows{
        leaf_row(zoo, "clientAuth alone", with([](auto& form) { form.extended_usage = "clientAuth"; }),
                 {"(CN=broker)", "extendedKeyUsage", "serverAuth"}),
        leaf_row(zoo, "emailProtection alone", with([](auto& form) { form.extended_usage = "emailProtection"; }),
                 {"(CN=broker)", "extendedKeyUsage", "serverAuth"}),
        leaf_row(zoo, "both usages", with([](auto& form) { form.extended_usage = "serverAuth,clientAuth"; }), {}),
        leaf_row(zoo, "no extendedKeyUsage", with([](auto& form) { form.extended_usage = ""; }), {}),
        leaf_row(zoo, "no keyUsage", with([](auto& form) { form.usage = ""; }), {}),
        leaf_row(zoo, "keyUsage for nothing of TLS", with([](auto& form) { form.usage = "critical,nonRepudiation"; }),
                 {"(CN=broker)", "keyUsage", "digitalSignature"}),
        leaf_row(zoo, "keyUsage of an authority", with([](auto& form) { form.usage = "critical,keyCertSign,cRLSign"; }),
                 {"(CN=broker)", "keyUsage", "digitalSignature"}),
    };
    rows.front().slow = true;
    for (std::size_t index = rows.size() - 2; index < rows.size(); ++index)
        rows[index].versions = {TLS1_3_VERSION};  // with TLS 1.2 such a server itself finds no cipher
    check_rows(rows);
}

TEST_CASE("zoo: keys and signatures that are too weak, anywhere but in the root's own signature") {
    const Zoo zoo;
    const CertificateForm root = authority_form("zoo root");
    const CertificateForm middle = authority_form("zoo middle");
    const auto weak_key = [](CertificateForm form) { return form.key = "RSA 1024", form; };
    const auto old_digest = [](CertificateForm form) { return form.digest = "SHA1", form; };
    std::vector<ZooRow> rows{
        leaf_row(zoo, "RSA 1024", weak_key(usual_form), {"(CN=broker)", "key", "too weak", "RSA", "1024 bits"}),
        chain_row(zoo, "RSA 1024 in the intermediate", Chain(root, weak_key(middle)),
                  {"(CN=zoo middle", "too weak", "1024 bits"}),
        chain_row(zoo, "RSA 1024 in the root", Chain(weak_key(root)), {"(CN=zoo root", "too weak", "1024 bits"}),
        leaf_row(zoo, "SHA-1", old_digest(usual_form), {"(CN=broker)", "too weak", "SHA1"}),
        chain_row(zoo, "SHA-1 in the intermediate", Chain(root, old_digest(middle)),
                  {"(CN=zoo middle", "too weak", "SHA1"}),
        chain_row(zoo, "SHA-1 in the root", Chain(old_digest(root)), {}),
    };
    rows.front().slow = true;
    check_rows(rows);
}

TEST_CASE("zoo: a curve that is too weak") {
    const Zoo zoo;
    const CertificateForm form = {.names = {dns("localhost")}, .key = "P-192"};
    check_rows({{.name = "P-192",
                 .tls = zoo.server(form),
                 .options = zoo.usual(),
                 .status = 6,
                 .sentence = {"no cipher in common", "handshake failure"},
                 .versions = {TLS1_2_VERSION}}});
}
