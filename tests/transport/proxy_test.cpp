// SPDX-License-Identifier: Apache-2.0
// The handshakes with proxies, without a socket: what is asked, and what is made of any answer.
#include "net/proxy.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <random>
#include <string>
#include <string_view>

using namespace mqtts;
using namespace std::string_literals;
using net::ask_proxy;
using net::Proxy;
using net::ProxyScheme;

namespace {

const net::Endpoint broker{.host = "broker.example", .port = 8883};

Proxy socks(std::optional<net::ProxyCredentials> credentials = {}) {
    return {.scheme = ProxyScheme::socks5h, .endpoint = {.host = "p", .port = 1080}, .credentials = credentials};
}
Proxy http(std::optional<net::ProxyCredentials> credentials = {}) {
    return {.scheme = ProxyScheme::http, .endpoint = {.host = "p", .port = 3128}, .credentials = credentials};
}

/// A proxy that says what it is told to say.
struct Conversation {
    std::unique_ptr<net::ProxyHandshake> handshake;

    explicit Conversation(const Proxy& proxy, const net::Endpoint& destination = broker)
        : handshake(ask_proxy(proxy, destination)) {}

    std::string sent() {
        std::string bytes(handshake->outgoing().readable());
        handshake->outgoing().clear();
        return bytes;
    }

    /// Byte by byte; all must be taken until it is over.
    Result<bool> hear(std::string_view answer) {
        Result<bool> over = false;
        for (std::size_t i = 0; i < answer.size(); ++i) {
            std::string_view one = answer.substr(i, 1);
            over = handshake->receive(one);
            if (!over) return over;
            CHECK(one.empty());
            CHECK_MESSAGE((!*over || i + 1 == answer.size()), "over after byte ", i);
        }
        return over;
    }

    std::string refusal(std::string_view answer) {
        const Result<bool> over = hear(answer);
        REQUIRE(over.has_error());
        CHECK(over.error().code == Errc::proxy_failed);
        return over.error().what;
    }
};

std::string socks_refusal(std::string_view answer) {
    Conversation talk(socks());
    REQUIRE(talk.hear("\5\0"s).has_value());
    return talk.refusal(answer);
}

std::string http_refusal(std::string_view answer) {
    return Conversation(http()).refusal(answer);
}

}  // namespace

TEST_CASE("SOCKS 5 without credentials: a greeting, then the name and port to connect to") {
    Conversation talk(socks());
    CHECK(talk.sent() == "\5\1\0"s);
    CHECK(*talk.hear("\5\0"s) == false);
    CHECK(talk.sent() == "\5\1\0\3\x0e"s + "broker.example\x22\xb3");
    CHECK(*talk.hear("\5\0\0\1\1\2\3\4\5\6"s) == true);
    CHECK(talk.sent().empty());
}

TEST_CASE("SOCKS 5 with a user name and a password, when the proxy wants them") {
    Conversation talk(socks({{"me", "secret"}}));
    CHECK(talk.sent() == "\5\2\0\2"s);
    SUBCASE("it does") {
        CHECK(*talk.hear("\5\2"s) == false);
        CHECK(talk.sent() == "\1\2me\6secret"s);
        CHECK(*talk.hear("\1\0"s) == false);
        CHECK(talk.sent().starts_with("\5\1\0\3"s));
    }
    SUBCASE("it does not") {
        CHECK(*talk.hear("\5\0"s) == false);
        CHECK(talk.sent().starts_with("\5\1\0\3"s));
    }
    SUBCASE("it refuses them") {
        CHECK(*talk.hear("\5\2"s) == false);
        CHECK(talk.refusal("\1\1"s) == "it refuses the user name and password in --proxy");
    }
    SUBCASE("it wants something else") {
        CHECK(talk.refusal("\5\xff"s) == "it takes neither a user name with password nor a client without");
    }
}

TEST_CASE("addresses are asked for as such") {
    for (const auto& [host, request] : {std::pair{"192.0.2.1"s, "\5\1\0\1\xc0\0\2\1\x22\xb3"s},
                                        std::pair{"::1"s, "\5\1\0\4"s + std::string(15, '\0') + "\1\x22\xb3"}}) {
        Conversation talk(socks(), {.host = host, .port = 8883});
        talk.sent();
        REQUIRE(talk.hear("\5\0"s).has_value());
        CHECK(talk.sent() == request);
    }
    CHECK(Conversation(http(), {.host = "::1", .port = 1}).sent() ==
          "CONNECT [::1]:1 HTTP/1.1\r\nHost: [::1]:1\r\n\r\n");
}

TEST_CASE("a SOCKS reply may name any kind of address, and ends with it") {
    for (const std::string& bound :
         {"\1\0\0\0\0\0\0"s, "\4"s + std::string(18, 'x'), "\3\0\0\0"s, "\3\xff"s + std::string(257, 'x')}) {
        Conversation talk(socks());
        REQUIRE(talk.hear("\5\0"s).has_value());
        const std::string answer = "\5\0\0"s + bound + "\x16\x03\x03";  // behind it: what the destination says
        std::string_view incoming = answer;
        const auto over = talk.handshake->receive(incoming);
        REQUIRE(over.has_value());
        CHECK(*over);
        CHECK(incoming == "\x16\x03\x03");
    }
}

TEST_CASE("SOCKS replies in words, at once") {
    CHECK(socks_refusal("\5\1"s) == "general failure of the SOCKS server (SOCKS reply 1)");
    CHECK(socks_refusal("\5\2"s) == "not allowed by the proxy's rules (SOCKS reply 2)");
    CHECK(socks_refusal("\5\3"s) == "network unreachable (SOCKS reply 3)");
    CHECK(socks_refusal("\5\4"s) == "host unreachable (SOCKS reply 4)");
    CHECK(socks_refusal("\5\5"s) == "connection refused (SOCKS reply 5)");
    CHECK(socks_refusal("\5\6"s) == "TTL expired (SOCKS reply 6)");
    CHECK(socks_refusal("\5\7"s) == "command not supported (SOCKS reply 7)");
    CHECK(socks_refusal("\5\x8"s) == "address type not supported (SOCKS reply 8)");
    CHECK(socks_refusal("\5\xff"s) == "a reply that SOCKS 5 does not define (SOCKS reply 255)");
}

TEST_CASE("what is not SOCKS 5 is named so") {
    CHECK(Conversation(socks()).refusal("HTTP/1.1 400"s) == "it does not speak SOCKS 5");
    CHECK(Conversation(socks()).refusal("\4\0"s) == "it does not speak SOCKS 5");
    CHECK(Conversation(socks()).refusal("\5\2"s) == "it takes neither a user name with password nor a client without");
    CHECK(Conversation(socks()).refusal("\5\xff"s) ==
          "it wants a user name and a password: give them in --proxy, as user:password@ before its host");
    CHECK(socks_refusal("\4\0"s) == "its reply is not SOCKS 5");
    CHECK(socks_refusal("\5\0\0\2x"s) == "its reply is not SOCKS 5");
}

TEST_CASE("CONNECT, with credentials where there are some") {
    CHECK(Conversation(http()).sent() == "CONNECT broker.example:8883 HTTP/1.1\r\nHost: broker.example:8883\r\n\r\n");
    CHECK(Conversation(http({{"Aladdin", "open sesame"}})).sent() ==
          "CONNECT broker.example:8883 HTTP/1.1\r\nHost: broker.example:8883\r\n"
          "Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n");
}

TEST_CASE("any 2xx is a connection [RFC 9110, 9.3.6], whatever its header fields say") {
    for (const std::string_view answer :
         {"HTTP/1.1 200 Connection established\r\n\r\n", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n",
          "HTTP/1.1 204\nServer: x\n\n", "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
        CAPTURE(answer);
        const auto over = Conversation(http()).hear(answer);
        REQUIRE(over.has_value());
        CHECK(*over);
    }
    std::string_view incoming = "HTTP/1.1 200 OK\r\n\r\n\r\n\x16\x03";
    CHECK(*Conversation(http()).handshake->receive(incoming));
    CHECK(incoming == "\r\n\x16\x03");
}

TEST_CASE("another status is told as the proxy tells it, but harmless to a terminal") {
    CHECK(http_refusal("HTTP/1.1 403 Filtered\r\nServer: x\r\n\r\n") == "it answers HTTP/1.1 403 Filtered");
    CHECK(http_refusal("HTTP/1.1 502 \x1b[2J\xff\r\n\r\n") == "it answers HTTP/1.1 502 \\x1b[2J\\xff");
    CHECK(http_refusal("HTTP/1.1 2\r\n\r\n") == "it answers HTTP/1.1 2");
    CHECK(http_refusal("HTTP/1.1\r\n\r\n") == "it answers HTTP/1.1");
    CHECK(http_refusal("HTTP/1.1 500 " + std::string(1000, 'x') + "\r\n\r\n").size() < 250);
    CHECK(http_refusal("HTTP/1.1 407 Who?\r\n\r\n") ==
          "it wants a user name and a password (HTTP/1.1 407 Who?): give them in --proxy, as user:password@ before its "
          "host");
    CHECK(Conversation(http({{"me", "guess"}})).refusal("HTTP/1.1 407 No\r\n\r\n") ==
          "it refuses the user name and password in --proxy (HTTP/1.1 407 No)");
    CHECK(Conversation(http({{"me", "guess"}})).refusal("HTTP/1.0 401 No\r\n\r\n") ==
          "it refuses the user name and password in --proxy (HTTP/1.0 401 No)");
}

TEST_CASE("what is not HTTP is named so at its first byte, and nothing grows without end") {
    CHECK(http_refusal("\x15") == "it does not answer in HTTP");
    CHECK(http_refusal("HTTX") == "it does not answer in HTTP");
    CHECK(http_refusal("HTTP/1.1 200 OK\r\n" + std::string(100'000, 'x')) ==
          "its answer does not end within 16384 bytes");
}

TEST_CASE("whatever a proxy answers, it ends in a connection, a reason, or a wish for more") {
    std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same bytes every time
    const std::string beginnings[] = {"", "\5\0\5\0\0"s, "\5\2\1\0\5\0\0\3"s, "HTTP/1.1 2", "HTTP/1.1 407 \r\n"};
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = beginnings[random() % std::size(beginnings)];
        for (std::size_t left = random() % 40; left != 0; --left)
            bytes += static_cast<char>(random() % 3 == 0 ? random() % 8 : random());
        const bool with_credentials = round % 2 == 0;
        const auto credentials = with_credentials ? std::optional<net::ProxyCredentials>({"u", "p"}) : std::nullopt;
        Conversation talk(random() % 2 == 0 ? socks(credentials) : http(credentials));
        std::string_view incoming = bytes;
        const auto over = talk.handshake->receive(incoming);
        if (over && !*over) CHECK(incoming.empty());
    }
}

TEST_CASE("hosts that are reached without the proxy") {
    using net::goes_direct;
    CHECK(goes_direct({"*"}, "broker.example"));
    CHECK(goes_direct({"other", "broker.example"}, "Broker.Example"));
    CHECK(goes_direct({"EXAMPLE"}, "broker.example"));
    CHECK(goes_direct({".example"}, "broker.example"));
    CHECK(goes_direct({"192.0.2.1"}, "192.0.2.1"));
    CHECK(goes_direct({"192.0.2.0/24"}, "192.0.2.200"));
    CHECK(goes_direct({"192.0.2.1/32"}, "192.0.2.1"));
    CHECK(goes_direct({"0:0::1"}, "::1"));
    CHECK(goes_direct({"[::1]"}, "::1"));
    CHECK(goes_direct({"2001:db8::/32"}, "2001:db8:1::1"));

    CHECK_FALSE(goes_direct({}, "broker.example"));
    CHECK_FALSE(goes_direct({""}, "broker.example"));
    CHECK_FALSE(goes_direct({"."}, "broker.example"));
    CHECK_FALSE(goes_direct({"ample"}, "broker.example"));
    CHECK_FALSE(goes_direct({"x.broker.example"}, "broker.example"));
    CHECK_FALSE(goes_direct({"0.2.1"}, "192.0.2.1"));
    CHECK_FALSE(goes_direct({"192.0.2.0/24", "192.0.2.0/99", "x/24"}, "192.0.3.1"));
    CHECK_FALSE(goes_direct({"192.0.2.0/24", "::/0x"}, "::1"));
}

TEST_CASE("the name of a proxy has no credentials in it") {
    CHECK(to_string(socks({{"me", "secret"}})) == "socks5h://p:1080");
    CHECK(to_string(http()) == "http://p:3128");
    CHECK(to_string(Proxy{.scheme = ProxyScheme::socks5, .endpoint = {.host = "::1", .port = 9}}) ==
          "socks5://[::1]:9");
}
