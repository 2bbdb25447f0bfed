// SPDX-License-Identifier: Apache-2.0
// A session is resumed where a full handshake would have come out the same, and nowhere else.
#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <thread>

#include "support/listener.hpp"
#include "support/revocation.hpp"
#include "tls/certificate_text.hpp"
#include "tls/openssl_handle.hpp"
#include "tls/session_cache.hpp"
#include "transport/channel_client.hpp"
#include "transport/tls_pair.hpp"

using namespace mqtts;
using namespace mqtts::test;
using tls::SessionCache;

namespace {

namespace fs = std::filesystem;

/// An empty cache of our own for the length of a test.
struct Cache {
    Cache() { ::setenv("XDG_CACHE_HOME", parent.path().c_str(), 1); }
    ~Cache() { ::unsetenv("XDG_CACHE_HOME"); }
    Cache(const Cache&) = delete;
    Cache& operator=(const Cache&) = delete;

    [[nodiscard]] std::string path() const { return parent.path() + "/mqtts"; }
    [[nodiscard]] auto count() const {
        return fs::exists(path()) ? std::distance(fs::directory_iterator(path()), fs::directory_iterator()) : 0;
    }
    /// Lets `edit` have the only entry.
    void change(const std::function<void(std::string&)>& edit) const {
        REQUIRE(count() == 1);
        const std::string name = fs::directory_iterator(path())->path().filename();
        const SessionCache cache(path());
        std::string content(cache.take(name).value().value().view());
        edit(content);
        REQUIRE(cache.keep(name, content).has_value());
    }

    TemporaryDirectory parent;
};

const Identity& server_identity() {
    static const Identity identity = authority().issue({.dns_names = {"localhost", "broker.example"}});
    return identity;
}

const Identity& client_identity() {
    static const Identity identity = authority().issue({.common_name = "lamp", .client = true});
    return identity;
}

/// Each connection is another server to OpenSSL; with the same ticket keys they resume each other's sessions.
TlsServerOptions server() {
    return {.identity = server_identity(), .ticket_keys = std::string(80, 'k')};
}

ClientOptions client(const tls::Policy& more = {}) {
    ClientOptions options{.more = more, .destination = "localhost:8883"};
    options.more.session_cache = true;
    return options;
}

/// One connection from the handshake to its orderly end; does it resume an earlier one?
bool resumes(const ClientOptions& options = client(), const TlsServerOptions& at = server(), bool keep = true) {
    TlsPair pair(at, options);
    const Status status = pair.shake_hands();
    INFO(pair.engine.failure().cause);
    REQUIRE(status == Status::ok);
    REQUIRE(pair.engine.encrypt("x") == Status::ok);
    pair.deliver_to_server();
    CHECK(pair.peer.read() == "x");
    pair.peer.write("y");
    CHECK(pair.decrypt().first == "y");
    CHECK(pair.engine.description().ends_with(pair.peer.resumed() ? ", resumed" : ", new"));
    if (keep) pair.engine.keep_session();
    CHECK(pair.engine.session_trouble() == "");
    return pair.peer.resumed();
}

Failure refused(const ClientOptions& options, const TlsServerOptions& at) {
    TlsPair pair(at, options);
    REQUIRE(pair.shake_hands() == Status::failed);
    return pair.engine.failure();
}

tls::OpensslHandle<X509> parsed(const std::string& certificate_pem) {
    const tls::OpensslHandle<BIO> memory(
        BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())));
    return tls::OpensslHandle<X509>(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
}

/// As `openssl rehash` names it.
std::string file_of_hash(const std::string& certificate_pem) {
    char name[16];
    std::snprintf(name, sizeof name, "%08lx.0", X509_subject_name_hash(parsed(certificate_pem).get()));
    return name;
}

}  // namespace

TEST_CASE("the next connection resumes the session, and the one after it the next one") {
    const Cache cache;
    CHECK_FALSE(resumes());
    CHECK(resumes());
    CHECK(resumes());
    CHECK(cache.count() == 1);
}

TEST_CASE("a session with a client certificate is resumed, too") {
    const Cache cache;
    TlsServerOptions strict = server();
    strict.client_ca_pem = authority().certificate_pem();
    ClientOptions known = client();
    known.identity = client_identity();
    CHECK_FALSE(resumes(known, strict));
    CHECK(resumes(known, strict));
}

TEST_CASE("nothing is kept unless it is asked for, nor where a full handshake shows more") {
    const Cache cache;
    const auto leaves_nothing = [&](ClientOptions options, const TlsServerOptions& at) {
        for (int i = 0; i < 2; ++i) {
            TlsPair pair(at, options);
            REQUIRE(pair.shake_hands() == Status::ok);
            CHECK(pair.engine.encrypt("x") == Status::ok);
            pair.deliver_to_server();
            pair.decrypt();
            pair.engine.keep_session();
            CHECK(cache.count() == 0);
        }
    };
    ClientOptions not_asked = client();
    not_asked.more.session_cache = false;
    leaves_nothing(not_asked, server());

    ClientOptions insecure = client();
    insecure.verify = false;
    leaves_nothing(insecure, server());

    TlsServerOptions stapling = server();
    stapling.staple = ocsp_response(authority(), server_identity());
    leaves_nothing(client({.staple_required = true}), stapling);

    TlsServerOptions with_key{
        .ticket_keys = std::string(80, 'k'), .shared_key = "0123456789abcdef", .shared_key_identity = "lamp"};
    leaves_nothing(client({.shared_key = Secret("0123456789abcdef"), .shared_key_identity = "lamp"}), with_key);
}

TEST_CASE("TLS 1.2 sessions are not kept: who has one can read what was recorded") {
    const Cache cache;
    TlsServerOptions old = server();
    old.maximum_version = TLS1_2_VERSION;
    CHECK_FALSE(resumes(client(), old));
    CHECK_FALSE(resumes(client(), old));
    CHECK(cache.count() == 0);
}

TEST_CASE("a ticket is used once, even if the connection gives no other [RFC 8446, C.4]") {
    const Cache cache;
    resumes();
    CHECK(resumes(client(), server(), false));
    CHECK(cache.count() == 0);
    CHECK_FALSE(resumes());
}

TEST_CASE("whatever decides about trust, or about what is negotiated, has a session of its own") {
    const Cache cache;
    const TemporaryDirectory directory;
    const Authority other("other root");
    const std::string list = revocation_list(authority(), {});
    const std::string later_list = revocation_list(authority(), {}, 8);
    const std::string crl = directory.write("a.crl", list);
    const auto pinned = [](unsigned char byte) {
        tls::Policy settings;
        settings.pins = {tls::Pin{byte}, tls::pin_of(parsed(server_identity().certificate_pem).get())};
        return client(settings);
    };
    std::vector<ClientOptions> all{client(),
                                   client({.server_name = "broker.example"}),
                                   client({.crl_files = {crl}}),
                                   client({.crl_files = {directory.write("b.crl", later_list)}}),
                                   client({.minimum_days_remaining = 0}),
                                   client({.minimum_days_remaining = 1}),
                                   client({.minimum_version = tls::Version::v1_3}),
                                   client({.ciphers = "TLS_AES_128_GCM_SHA256"}),
                                   client({.groups = "P-256"}),
                                   client({.application_protocols = {"mqtt"}}),
                                   client({.application_protocols = {"mqtt", "x"}}),
                                   pinned(1),
                                   pinned(2)};
    all.push_back(client());
    all.back().destination = "localhost:8884";
    all.push_back(client());
    all.back().ca_pem += other.certificate_pem();
    all.push_back(client());
    all.back().identity = client_identity();
    all.push_back(client());
    all.back().identity = authority().issue({.common_name = "lamp", .client = true});
    for (const ClientOptions& options : all)
        CHECK_FALSE(resumes(options));
    for (const ClientOptions& options : all)
        CHECK(resumes(options));
}

TEST_CASE("the certificates of a kept session are verified again: a root that is trusted no more ends it") {
    const Cache cache;
    const TemporaryDirectory roots;
    const Authority other("other root");
    roots.write(file_of_hash(other.certificate_pem()), other.certificate_pem());
    const std::string root = roots.write(file_of_hash(authority().certificate_pem()), authority().certificate_pem());
    ClientOptions options = client({.ca_path = roots.path()});
    options.ca_pem.clear();
    resumes(options);
    CHECK(resumes(options));
    fs::remove(root);
    CHECK(refused(options, server()).code == Errc::untrusted_issuer);
    roots.write(file_of_hash(authority().certificate_pem()), authority().certificate_pem());
    CHECK_FALSE(resumes(options));
}

TEST_CASE("the certificates of a kept session are verified again: an end that has come") {
    const Cache cache;
    TlsServerOptions ending = server();
    ending.identity = authority().issue({.dns_names = {"localhost"}, .valid_until_days = 3});
    const ClientOptions options = client();
    resumes(options, ending);
    TlsPair pair(ending, options);
    REQUIRE(pair.shake_hands() == Status::ok);
    CHECK(pair.peer.resumed());
    CHECK(pair.engine.warning().find("expires on") != std::string::npos);
}

TEST_CASE("a server that does not take the session has to prove itself like any other") {
    const Cache cache;
    resumes();
    TlsServerOptions stranger{.identity = Authority("stranger").issue({.dns_names = {"localhost"}}),
                              .ticket_keys = std::string(80, 'x')};
    CHECK(refused(client(), stranger).code == Errc::untrusted_issuer);

    resumes();
    TlsServerOptions forgetful = server();
    forgetful.ticket_keys = std::string(80, 'x');
    CHECK_FALSE(resumes(client(), forgetful));

    TlsServerOptions old = server();
    old.maximum_version = TLS1_2_VERSION;
    CHECK_FALSE(resumes(client(), old));
}

TEST_CASE("a session is not offered once its time has passed") {
    const Cache cache;
    resumes();
    cache.change(
        [](std::string& content) { content.replace(0, content.find('\n'), std::to_string(std::time(nullptr))); });
    CHECK_FALSE(resumes());
}

TEST_CASE("resuming does not prolong: the next session ends with the first, when the server has to sign again") {
    const Cache cache;
    const std::string end = std::to_string(std::time(nullptr) + 600);
    resumes();
    cache.change([&](std::string& content) { content.replace(0, content.find('\n'), end); });
    CHECK(resumes());
    cache.change([&](std::string& content) { CHECK(content.substr(0, content.find('\n')) == end); });
    CHECK(resumes());
}

TEST_CASE("an entry that makes no sense is ignored") {
    const Cache cache;
    for (const char* nonsense : {"", "1", "99999999999\n", "99999999999\nx", "x\ny", "99999999999999999999999\n"}) {
        resumes();
        cache.change([&](std::string& content) { content = nonsense; });
        CHECK_FALSE(resumes());
        fs::remove_all(cache.path());
    }
    resumes();
    cache.change([](std::string& content) { content.resize(content.size() - 1); });
    CHECK_FALSE(resumes());
}

TEST_CASE("a cache that cannot be used is told of, and costs nothing else") {
    const Cache cache;
    fs::create_directory(cache.path());
    fs::permissions(cache.path(), fs::perms(0755));
    TlsPair pair(server(), client());
    CHECK(pair.shake_hands() == Status::ok);
    CHECK(pair.engine.session_trouble().find("chmod 700") != std::string::npos);
    pair.engine.keep_session();
    CHECK(cache.count() == 0);
}

TEST_CASE("without a home there is no cache") {
    const Cache cache;
    const std::string home = std::getenv("HOME") ? std::getenv("HOME") : "";
    ::setenv("XDG_CACHE_HOME", "not/absolute", 1);
    ::unsetenv("HOME");
    TlsPair pair(server(), client());
    CHECK(pair.shake_hands() == Status::ok);
    pair.engine.keep_session();
    CHECK(pair.engine.session_trouble().find("HOME") != std::string::npos);
    if (!home.empty()) ::setenv("HOME", home.c_str(), 1);
}

TEST_CASE("a server that stumbles over the session it gave is connected to again, without one") {
    const Cache cache;
    const Listener listener;
    TlsServerOptions options = server();
    options.identity = authority().issue({.ip_addresses = {"127.0.0.1"}});
    std::thread at_the_server([&] {
        for (const bool stumbles : {false, true, false}) {
            const FileDescriptor socket = listener.accept();
            TlsConnection connection(socket.get(), options);
            if (stumbles || !connection.accept()) continue;
            connection.write("hello");
            while (!connection.read().empty()) {
            }
            connection.close();
        }
    });
    const TemporaryDirectory directory;
    const tls::Policy settings{.ca_file = directory.write("ca.pem", authority().certificate_pem()),
                               .session_cache = true};
    for (int visit = 0; visit < 2; ++visit) {
        Client client{.context = tls::Context::create(settings).value()};
        const Result<> opened = client.open({.host = "127.0.0.1", .port = listener.port()});
        CHECK_MESSAGE(opened.has_value(), (opened ? "" : opened.error().cause));
        CHECK(client.channel.description().ends_with(", new"));
        Buffer plaintext;
        CHECK(client.send("x") == Status::ok);
        CHECK(client.run(client.receive(plaintext, 5)) == Status::ok);
        client.run(client.channel.close());
        CHECK(cache.count() == 1);
    }
    at_the_server.join();
}
