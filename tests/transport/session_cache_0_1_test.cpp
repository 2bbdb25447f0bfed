// SPDX-License-Identifier: Apache-2.0
// A TLS session that version 0.1.0 kept is found, read and resumed. version_0_1/ has the file, under the name that 0.1
// gave it, and the certificate of the authority that it trusted, which is good for a century. The server that gave the
// ticket keeps nothing and lets tickets live as long; it is any server with the same key for them.
#include <doctest/doctest.h>
#include <openssl/ssl.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "tls/session_cache.hpp"
#include "transport/tls_pair.hpp"

using namespace mqtts;
using namespace mqtts::test;

namespace {

namespace fs = std::filesystem;

const fs::path old = MQTTS_VERSION_0_1;
const std::string name = "53675e9d5d98e946873c76e7f959dd456ab4c221beccb5427131002779bbd271";

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string as_der(const SSL_SESSION* session) {
    std::string der(static_cast<std::size_t>(i2d_SSL_SESSION(session, nullptr)), '\0');
    auto* end = reinterpret_cast<unsigned char*>(der.data());
    i2d_SSL_SESSION(session, &end);
    return der;
}

/// As if it were kept now: when it ends, and when it began. All else stays as 0.1 wrote it.
std::string made_now(const std::string& content) {
    const std::time_t now = std::time(nullptr);
    const std::size_t line = content.find('\n') + 1;
    const auto* next = reinterpret_cast<const unsigned char*>(content.data() + line);
    const std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)> session(
        d2i_SSL_SESSION(nullptr, &next, static_cast<long>(content.size() - line)), SSL_SESSION_free);
    REQUIRE(session);
#if OPENSSL_VERSION_NUMBER >= 0x30300000L
    SSL_SESSION_set_time_ex(session.get(), now);
#else
    SSL_SESSION_set_time(session.get(), static_cast<long>(now));
#endif
    const std::string chain =
        content.substr(static_cast<std::size_t>(reinterpret_cast<const char*>(next) - content.data()));
    return std::to_string(now + 600) + "\n" + as_der(session.get()) + chain;
}

}  // namespace

TEST_CASE("a session that 0.1 kept is resumed") {
    const TemporaryDirectory parent;
    const std::string directory = parent.path() + "/mqtts";
    REQUIRE(fs::create_directory(directory));
    fs::permissions(directory, fs::perms(0700));
    parent.write("mqtts/" + name, read_file(old / name));
    const tls::SessionCache cache(directory);
    const auto content = cache.take(name).value();
    REQUIRE(content.has_value());
    REQUIRE(cache.keep(name, made_now(std::string(content->view()))).has_value());

    ::setenv("XDG_CACHE_HOME", parent.path().c_str(), 1);
    ClientOptions client{.host = "broker.example",
                         .ca_pem = read_file(old / "ca.pem"),
                         .destination = "broker.example:8883 at 127.0.0.1:55357"};  // --connect-to
    client.more.session_cache = true;
    TlsPair pair(
        {.identity = authority().issue({.dns_names = {"broker.example"}}), .ticket_keys = std::string(80, 'k')},
        client);
    const Status status = pair.shake_hands();
    ::unsetenv("XDG_CACHE_HOME");
    CHECK_FALSE(fs::exists(directory + "/" + name));  // it was found, and a ticket is good for once
    if (sizeof(long) < sizeof(std::int64_t)) {
        MESSAGE("skipped: the century for which this ticket lives is too long for an OpenSSL of 32 bits");
        return;
    }
    CHECK_MESSAGE(status == Status::ok, pair.engine.failure().cause);
    CHECK(pair.peer.resumed());
}
