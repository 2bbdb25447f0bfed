// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "transport/tls_pair.hpp"

using namespace mqtts;
using namespace mqtts::test;

namespace {

TlsServerOptions with_version(int version) {
    TlsServerOptions options = server_options();
    options.minimum_version = options.maximum_version = version;
    return options;
}

std::string pattern(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t index = 0; index < size; ++index)
        bytes[index] = static_cast<char>(index * 31 % 251);
    return bytes;
}

// Hands the server what the engine wrote, and returns what the server made of it.
std::string sent(TlsPair& pair) {
    pair.deliver_to_server();
    return pair.peer.read();
}

}  // namespace

TEST_CASE("the handshake succeeds with TLS 1.2 and 1.3, and says which") {
    TlsPair old_pair(with_version(TLS1_2_VERSION));
    REQUIRE(old_pair.shake_hands() == Status::ok);
    CHECK(old_pair.engine.description().starts_with("TLSv1.2 ECDHE-ECDSA-"));

    TlsPair new_pair(with_version(TLS1_3_VERSION));
    REQUIRE(new_pair.shake_hands() == Status::ok);
    CHECK(new_pair.engine.description().starts_with("TLSv1.3 TLS_"));
}

TEST_CASE("the last flight waits in outgoing() so that the first message joins it") {
    TlsPair pair(with_version(TLS1_3_VERSION));
    CHECK(pair.engine.handshake() == Status::would_block);
    pair.deliver_to_server();
    pair.deliver_to_client();
    REQUIRE(pair.engine.handshake() == Status::ok);
    CHECK_FALSE(pair.engine.outgoing().empty());
    REQUIRE(pair.engine.encrypt("CONNECT") == Status::ok);
    CHECK(sent(pair) == "CONNECT");
}

TEST_CASE("plaintext travels both ways") {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsPair pair(with_version(version));
        REQUIRE(pair.shake_hands() == Status::ok);
        REQUIRE(pair.engine.encrypt("hello") == Status::ok);
        REQUIRE(pair.engine.encrypt("") == Status::ok);
        REQUIRE(pair.engine.encrypt(" server") == Status::ok);
        CHECK(sent(pair) == "hello server");
        pair.peer.write("hello ");
        pair.peer.write("client");
        CHECK(pair.decrypt() == std::pair<std::string, Status>("hello client", Status::would_block));
        CHECK(pair.decrypt() == std::pair<std::string, Status>("", Status::would_block));
    }
}

TEST_CASE("a megabyte travels whole, both ways") {
    TlsPair pair;
    REQUIRE(pair.shake_hands() == Status::ok);
    const std::string bytes = pattern(1 << 20);
    REQUIRE(pair.engine.encrypt(bytes) == Status::ok);
    CHECK(pair.engine.outgoing().size() < bytes.size() + bytes.size() / 100);  // records of 16 KiB, no smaller
    CHECK(sent(pair) == bytes);
    pair.peer.write(bytes);
    CHECK(pair.decrypt().first == bytes);
}

TEST_CASE("a handshake fed byte by byte succeeds, and so do data behind it") {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsPair pair(with_version(version));
        Status status = pair.engine.handshake();
        while (status == Status::would_block) {
            pair.deliver_to_server();
            const std::string answer = pair.peer.take_ciphertext();
            REQUIRE_FALSE(answer.empty());
            for (const char byte : answer) {
                REQUIRE(status == Status::would_block);
                pair.engine.incoming().append({&byte, 1});
                status = pair.engine.handshake();
            }
        }
        REQUIRE(status == Status::ok);
        pair.deliver_to_server();
        pair.peer.write("x");
        CHECK(pair.decrypt().first == "x");
    }
}

TEST_CASE("records cut at any byte are put together again") {
    TlsPair pair;
    REQUIRE(pair.shake_hands() == Status::ok);
    REQUIRE(pair.decrypt().second == Status::would_block);
    pair.peer.write("one");
    pair.peer.write("two");
    const std::size_t length = pair.peer.take_ciphertext().size();
    TlsPair other;  // the first pair's records are spent
    REQUIRE(other.shake_hands() == Status::ok);
    REQUIRE(other.decrypt().second == Status::would_block);
    for (std::size_t cut = 1; cut < length; ++cut) {
        other.peer.write("one");
        other.peer.write("two");
        const std::string bytes = other.peer.take_ciphertext();
        Buffer plaintext;
        other.engine.incoming().append(std::string_view(bytes).substr(0, cut));
        const bool first_complete = cut >= length / 2;
        CHECK(other.engine.decrypt(plaintext) == (first_complete ? Status::ok : Status::would_block));
        CHECK(plaintext.readable() == (first_complete ? "one" : ""));
        other.engine.incoming().append(std::string_view(bytes).substr(cut));
        CHECK(other.engine.decrypt(plaintext) == Status::ok);
        CHECK(plaintext.readable() == "onetwo");
    }
}

TEST_CASE("new keys asked for by the server are taken, and answered with the next message") {
    TlsPair pair(with_version(TLS1_3_VERSION));
    REQUIRE(pair.shake_hands() == Status::ok);
    pair.peer.update_keys();
    pair.peer.write("new key");
    CHECK(pair.decrypt().first == "new key");
    REQUIRE(pair.engine.encrypt("mine too") == Status::ok);
    CHECK(sent(pair) == "mine too");
}

TEST_CASE("close_notify of the server ends the stream behind its last plaintext") {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsPair pair(with_version(version));
        REQUIRE(pair.shake_hands() == Status::ok);
        pair.peer.write("last");
        pair.peer.close();
        pair.deliver_to_client();
        Buffer plaintext;
        CHECK(pair.engine.decrypt(plaintext) == Status::ok);
        CHECK(plaintext.readable() == "last");
        CHECK(pair.engine.decrypt(plaintext) == Status::closed);
        CHECK(pair.engine.decrypt(plaintext) == Status::closed);
        CHECK(pair.engine.truncated() == Status::closed);  // the end of TCP behind it is in order

        REQUIRE(pair.engine.encrypt("answer") == Status::ok);  // TLS closes each direction by itself
        pair.engine.close();
        CHECK(sent(pair) == "answer");
        CHECK(pair.peer.client_closed());
    }
}

TEST_CASE("close_notify of the client is sent once, and plaintext still arrives behind it") {
    TlsPair pair;
    REQUIRE(pair.shake_hands() == Status::ok);
    pair.engine.close();
    const std::size_t size = pair.engine.outgoing().size();
    CHECK(size > 0);
    pair.engine.close();
    CHECK(pair.engine.outgoing().size() == size);
    CHECK(sent(pair).empty());
    CHECK(pair.peer.client_closed());
    pair.peer.write("late");
    pair.peer.close();
    CHECK(pair.decrypt() == std::pair<std::string, Status>("late", Status::closed));
}

TEST_CASE("an end without close_notify is a truncation") {
    TlsPair pair;
    REQUIRE(pair.shake_hands() == Status::ok);
    pair.peer.write("whole");
    const auto received = pair.decrypt();
    CHECK(received.first == "whole");
    CHECK(pair.engine.truncated() == Status::failed);
    CHECK(pair.engine.failure().code == Errc::connection_truncated);
    CHECK(pair.engine.encrypt("x") == Status::failed);
    pair.engine.close();
    CHECK(pair.engine.outgoing().empty());
}

TEST_CASE("a record changed on the way is refused, and nothing of it is given out") {
    TlsPair pair;
    REQUIRE(pair.shake_hands() == Status::ok);
    REQUIRE(pair.decrypt().second == Status::would_block);
    pair.peer.write("good");
    pair.deliver_to_client();
    pair.peer.write("changed");
    std::string record = pair.peer.take_ciphertext();
    record.back() = static_cast<char>(record.back() ^ 1);
    pair.engine.incoming().append(record);
    Buffer plaintext;
    CHECK(pair.engine.decrypt(plaintext) == Status::ok);
    CHECK(plaintext.readable() == "good");
    CHECK(pair.engine.decrypt(plaintext) == Status::failed);
    CHECK(plaintext.readable() == "good");
    CHECK(pair.engine.failure().code == Errc::connection_lost);
    CHECK_FALSE(pair.engine.outgoing().empty());  // the alert
}

TEST_CASE("a name is sent as SNI, in lower case and without the dot of the root; an address is not") {
    const TlsServerOptions options =
        server_options({.dns_names = {"Broker.Example"}, .ip_addresses = {"127.0.0.1", "fe80::1"}});
    TlsPair named(options, {.host = "BROKER.example."});
    CHECK(named.shake_hands() == Status::ok);
    CHECK(named.peer.server_name() == "broker.example");
    for (const char* address : {"127.0.0.1", "fe80::1", "fe80::1%lo"}) {
        TlsPair addressed(options, {.host = address});
        CHECK(addressed.shake_hands() == Status::ok);
        CHECK(addressed.peer.server_name().empty());
    }
}

TEST_CASE("an engine can be moved in the middle of the handshake") {
    TlsPair pair;
    REQUIRE(pair.engine.handshake() == Status::would_block);
    tls::Engine moved = std::move(pair.engine);
    pair.engine = std::move(moved);
    CHECK(pair.shake_hands() == Status::ok);
}
