// SPDX-License-Identifier: Apache-2.0
// Servers that speak something else, or another TLS.

#include <doctest/doctest.h>

#include "transport/tls_pair.hpp"

using namespace mqtts;
using namespace mqtts::test;

namespace {

// What becomes of a handshake that is answered with `bytes`, fed in pieces of `size`, and the end of the connection.
Failure answered_with(std::string_view bytes, std::size_t size) {
    TlsPair pair;
    Status status = pair.engine.handshake();
    while (status == Status::would_block && !bytes.empty()) {
        pair.engine.incoming().append(bytes.substr(0, size));
        bytes.remove_prefix(std::min(size, bytes.size()));
        status = pair.engine.handshake();
    }
    if (status == Status::would_block) status = pair.engine.truncated();
    CHECK(status == Status::failed);
    CHECK(pair.engine.handshake() == Status::failed);
    return pair.engine.failure();
}

Failure answered_with(std::string_view bytes) {
    return answered_with(bytes, bytes.size());
}

}  // namespace

TEST_CASE("a port that does not speak TLS is told from its first bytes") {
    using namespace std::string_view_literals;
    struct {
        std::string_view bytes, protocol;
    } const answers[] = {
        {"HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP"},
        {"SSH-2.0-OpenSSH_9.2\r\n", "SSH"},
        {"\x20\x02\x00\x01"sv, "plain MQTT"},
        {"\x20\x03\x00\x84\x00"sv, "plain MQTT"},
        {"220 mail.example ESMTP\r\n", "\"220 mail.example ESMTP\""},
        {"\x1b[31mgotcha", "binary data"},
        {"gotcha\x1b[31m", "\"gotcha\""},
    };
    for (const auto& [bytes, protocol] : answers) {
        const Failure failure = answered_with(bytes);
        CHECK(failure.code == Errc::not_tls);
        CHECK(failure.cause == "this port answers " + std::string(protocol) + ", not TLS");
        CHECK(failure.hint == "check the port (-p)");
        CHECK(answered_with(bytes, 1).cause == failure.cause);  // however slowly it comes
    }
}

TEST_CASE("garbage behind a header of TLS is a failure of TLS") {
    CHECK(answered_with("\x16\x03\x03\xff\xff" + std::string(100, 'x')).code == Errc::tls_failed);
    CHECK(answered_with(std::string("\x16\x03\x03\x00\x08", 5) + "abcdefgh").code == Errc::tls_failed);
}

TEST_CASE("a connection closed without an answer is told from one closed in the middle") {
    const Failure silent = answered_with("");
    CHECK(silent.code == Errc::tls_closed);
    CHECK(silent.cause == "the server closed the connection without answering the TLS handshake");
    CHECK(silent.hint == "check that this port speaks TLS");
    const Failure cut = answered_with(std::string("\x16\x03\x03\x00\x7a\x02", 6));
    CHECK(cut.code == Errc::tls_closed);
    CHECK(cut.cause != silent.cause);
    const Failure closed = answered_with(std::string("\x15\x03\x03\x00\x02\x01\x00", 7));  // close_notify
    CHECK(closed.code == Errc::tls_closed);
}

TEST_CASE("a server of TLS 1.1 at most has no version in common with us") {
    TlsServerOptions options = server_options();
    options.minimum_version = TLS1_VERSION;
    options.maximum_version = TLS1_1_VERSION;
    options.ciphers = "ALL:@SECLEVEL=0";
    const Failure failure = TlsPair(options).failure();
    CHECK(failure.code == Errc::no_common_version);
    CHECK(failure.cause == "the server supports neither TLS 1.2 nor TLS 1.3 (TLS alert \"protocol version\")");
}

TEST_CASE("a server that answers with TLS 1.1 has no version in common with us") {
    // ServerHello, TLS 1.1, TLS_RSA_WITH_AES_128_CBC_SHA
    std::string hello("\x16\x03\x02\x00\x2a\x02\x00\x00\x26\x03\x02", 11);
    hello += std::string(32, 'r') + std::string("\x00\x00\x2f\x00", 4);
    CHECK(answered_with(hello).code == Errc::no_common_version);
}

TEST_CASE("a server with other ciphers has none in common with us") {
    TlsServerOptions options = server_options();
    options.maximum_version = TLS1_2_VERSION;
    options.ciphers = "ECDHE-ECDSA-NULL-SHA";
    const Failure failure = TlsPair(options).failure();
    CHECK(failure.code == Errc::no_common_cipher);
    CHECK(failure.cause == "no cipher in common with the server (TLS alert \"handshake failure\")");
}

TEST_CASE("any alert is named") {
    const Failure failure = answered_with(std::string("\x15\x03\x03\x00\x02\x02\x50", 7));
    CHECK(failure.code == Errc::tls_closed);  // which is not about us, and may pass
    CHECK(failure.cause == "the server ended the connection with TLS alert \"internal error\"");
    CHECK(answered_with(std::string("\x15\x03\x03\x00\x02\x02\x0a", 7)).code == Errc::tls_failed);
    const Failure unserved = answered_with(std::string("\x15\x03\x03\x00\x02\x02\x70", 7));
    CHECK(unserved.cause == "the server does not serve the name localhost (TLS alert \"unrecognized name\")");
}
