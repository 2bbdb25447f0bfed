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
using namespace std::string_view_literals;
using net::ask_proxy;
using net::Proxy;
using net::ProxyScheme;

namespace {

const net::Endpoint broker{.host = "broker.example", .port = 8883};

Proxy socks(std::optional<net::ProxyCredentials> credentials = {}) {
    return {.scheme = ProxyScheme::socks5h, .endpoint = {.host = "p", .port = 1080}, .credentials = credentials};
}
Proxy socks4(std::optional<net::ProxyCredentials> credentials = {}) {
    return {.scheme = ProxyScheme::socks4a, .endpoint = {.host = "p", .port = 1080}, .credentials = credentials};
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

    std::string failure(std::string_view answer, Errc code) {
        const Result<bool> over = hear(answer);
        REQUIRE(over.has_error());
        CHECK(over.error().code == code);
        return one_line(over.error());
    }

    /// It would be the same another time, and for any host.
    std::string refusal(std::string_view answer) { return failure(answer, Errc::unusable_proxy); }
};

const net::Endpoint address{.host = "192.0.2.1", .port = 8883};

/// Cause and hint, after what the code means: "refused: …" of this host, "unusable: …" of any.
std::string told(Conversation& talk, std::string_view answer) {
    const Result<bool> over = talk.hear(answer);
    REQUIRE(over.has_error());
    const Errc code = over.error().code;
    CHECK((code == Errc::proxy_refused || code == Errc::unusable_proxy || code == Errc::proxy_failed));
    const std::string kind = code == Errc::proxy_refused    ? "refused"
                             : code == Errc::unusable_proxy ? "unusable"
                                                            : "failed";
    return kind + ": " + one_line(over.error());
}

std::string socks_reply(std::string_view answer, const net::Endpoint& destination = broker) {
    Conversation talk(socks(), destination);
    REQUIRE(talk.hear("\5\0"s).has_value());
    return told(talk, answer);
}

std::string http_answer(std::string_view answer, const net::Endpoint& destination = broker) {
    Conversation talk(http(), destination);
    return told(talk, answer);
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
        CHECK(talk.refusal("\1\1"s) == "it refused the user name and password in --proxy");
    }
    SUBCASE("it wants something else") {
        CHECK(talk.refusal("\5\xff"s) == "it accepts neither a user name and password nor a client without them");
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

TEST_CASE("SOCKS replies say whether the name, the port or the proxy itself is the reason, and at once") {
    const std::string here = "; write socks5:// before its host to resolve the name here";
    CHECK(socks_reply("\5\1"s) ==
          "failed: general failure of the SOCKS server (SOCKS reply 1): the proxy may not be able to resolve the name" +
              here);
    CHECK(socks_reply("\5\1"s, address) ==
          "failed: general failure of the SOCKS server (SOCKS reply 1); see the log of the proxy");
    CHECK(socks_reply("\5\2"s) ==
          "refused: not allowed by the proxy's rules (SOCKS reply 2); have port 8883 of this host allowed there");
    CHECK(socks_reply("\5\3"s) ==
          "failed: network unreachable (SOCKS reply 3): the proxy has no route to the network of the host");
    CHECK(socks_reply("\5\4"s) ==
          "failed: host unreachable (SOCKS reply 4): the proxy cannot resolve the name or cannot reach the host" +
              here);
    CHECK(socks_reply("\5\4"s, address) == "failed: host unreachable (SOCKS reply 4): the proxy cannot reach the host");
    CHECK(socks_reply("\5\5"s) == "failed: connection refused (SOCKS reply 5): nothing listens there on port 8883");
    CHECK(socks_reply("\5\6"s) == "failed: TTL expired (SOCKS reply 6): the host did not answer the proxy in time");
    CHECK(socks_reply("\5\7"s) ==
          "unusable: command not supported (SOCKS reply 7): the proxy makes no connections for its clients");
    CHECK(socks_reply("\5\x8"s) ==
          "refused: address type not supported (SOCKS reply 8): the proxy accepts no names" + here);
    CHECK(socks_reply("\5\x8"s, address) ==
          "refused: address type not supported (SOCKS reply 8): the proxy accepts no addresses of this family; try "
          "--ipv4 "
          "or --ipv6");
    CHECK(socks_reply("\5\x9"s) == "failed: a reply that SOCKS 5 does not define (SOCKS reply 9)");
    CHECK(socks_reply("\5\xff"s) == "failed: a reply that SOCKS 5 does not define (SOCKS reply 255)");
}

TEST_CASE("a proxy that does not speak SOCKS 5 is told so, and what it speaks") {
    CHECK(Conversation(socks()).refusal("HTTP/1.1 400"s) ==
          "it speaks HTTP, not SOCKS 5; write http:// before its host");
    CHECK(Conversation(socks()).refusal("\0\x5b"s) ==
          "it speaks SOCKS 4, not SOCKS 5; write socks4a:// before its host");
    CHECK(Conversation(socks()).refusal("\x15\x03"s) ==
          "it speaks TLS, not SOCKS 5; give the port where it accepts clients without TLS");
    CHECK(Conversation(socks()).refusal("SSH-2.0"s) == "it does not speak SOCKS 5");
    for (const std::string& answer : {"\5\xff"s, "\5\2"s})
        CHECK(Conversation(socks()).refusal(answer) ==
              "it requires a user name and password; give them in --proxy as user:password@ before its host");
    CHECK(socks_reply("\4\0"s) == "failed: its reply is not SOCKS 5");
    CHECK(socks_reply("\5\0\0\2x"s) == "failed: its reply is not SOCKS 5");
}

TEST_CASE("SOCKS 4: one request, with a name behind the user name, and one answer") {
    const std::string granted = "\0\x5a"s + std::string(6, 'x');
    Conversation named(socks4({{"me", "ignored"}}));
    CHECK(named.sent() == "\4\1\x22\xb3\0\0\0\1me\0broker.example\0"s);
    CHECK(*named.hear(granted));
    Conversation addressed(socks4(), address);
    CHECK(addressed.sent() == "\4\1\x22\xb3\xc0\0\2\1\0"s);
    std::string_view incoming =
        "\0\x5a"
        "123456\x16\x03"sv;
    CHECK(*addressed.handshake->receive(incoming));
    CHECK(incoming == "\x16\x03");
}

TEST_CASE("SOCKS 4 replies in words") {
    const auto reply = [](char code, const net::Endpoint& destination = broker) {
        Conversation talk(socks4(), destination);
        return told(talk, "\0"s + code + std::string(6, '\0'));
    };
    CHECK(
        reply(91) ==
        "failed: it rejected the request, or could not connect (SOCKS 4 reply 91); check that it can resolve the name, "
        "that something answers there on port 8883, and that its rules allow it");
    CHECK(reply(91, address) ==
          "failed: it rejected the request, or could not connect (SOCKS 4 reply 91); check that something answers "
          "there on "
          "port 8883, and that its rules allow it");
    const std::string cure = "; run an identd on this machine that confirms it";
    CHECK(reply(92) == "unusable: it does not trust the user name (SOCKS 4 reply 92)" + cure);
    CHECK(reply(93) == "unusable: it does not trust the user name (SOCKS 4 reply 93)" + cure);
    CHECK(reply(1) == "failed: it sent a reply that SOCKS 4 does not define (SOCKS 4 reply 1)");
    CHECK(Conversation(socks4()).refusal("\5\xff"s) ==
          "it speaks SOCKS 5, not SOCKS 4; write socks5h:// before its host");
}

TEST_CASE("a proxy that closes instead of answering: ssh -D does so where others reply") {
    Conversation talk(socks());
    CHECK(talk.handshake->why_closed() == "check that it is a SOCKS 5 proxy");
    REQUIRE(talk.hear("\5\0"s).has_value());
    CHECK(talk.handshake->why_closed() ==
          "check that it can resolve the name, and that something answers there on port 8883");
    CHECK(Conversation(http()).handshake->why_closed() ==
          "check that it is an HTTP proxy, and that this port accepts clients without TLS");
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
    CHECK(*Conversation(http()).hear(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 x\r\nLink: y\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"));
    CHECK(http_answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 no\r\n\r\n").starts_with("refused: "));
    std::string_view incoming = "HTTP/1.1 200 OK\r\n\r\n\r\n\x16\x03";
    CHECK(*Conversation(http()).handshake->receive(incoming));
    CHECK(incoming == "\r\n\x16\x03");
}

TEST_CASE("another status is told as the proxy tells it, but harmless to a terminal") {
    CHECK(http_answer("HTTP/1.1 418 I'm a\x1b[2J teapot\r\n\r\n") ==
          "failed: it answered HTTP/1.1 418 I'm a\\x1b[2J teapot; see the log of the proxy");
    for (const std::string line : {"408 Request Timeout", "429 Too Many Requests"})
        CHECK(http_answer("HTTP/1.1 " + line + "\r\n\r\n") ==
              "failed: it answered HTTP/1.1 " + line + ": it accepts no more requests from us for now");
    CHECK(http_answer("HTTP/1.1\r\n\r\n") == "failed: it answered HTTP/1.1");
    CHECK(http_answer("HTTP/1.1 2\r\n\r\n") == "failed: it answered HTTP/1.1 2");
    CHECK(http_answer("HTTP/1.1 900 " + std::string(1000, 'x') + "\r\n\r\n").size() < 300);
}

TEST_CASE("403: the port is not permitted, as with squid's own configuration") {
    const std::string squid =
        "HTTP/1.1 403 Forbidden\r\nServer: squid/5.7\r\nX-Squid-Error: ERR_ACCESS_DENIED 0\r\n\r\n";
    CHECK(http_answer(squid) ==
          "refused: it answered HTTP/1.1 403 Forbidden, ERR_ACCESS_DENIED 0: it allows no connection to port 8883, or "
          "not "
          "to this host; have it allowed there, or use wss:// on port 443 if the broker has it");
    CHECK(
        http_answer(squid, {.host = "broker.example", .port = 443}) ==
        "refused: it answered HTTP/1.1 403 Forbidden, ERR_ACCESS_DENIED 0: it allows no connection to port 443, or not "
        "to this host; have it allowed there");
    CHECK(http_answer("HTTP/1.1 403 Access violation\r\nServer: tinyproxy/1.11.1\r\n\r\n")
              .starts_with("refused: it answered HTTP/1.1 403 Access violation: it allows no connection to port 8883"));
}

TEST_CASE("a proxy that could not connect: the name or the port, as far as it tells") {
    CHECK(http_answer("HTTP/1.1 503 Service Unavailable\r\nX-Squid-Error: ERR_DNS_FAIL 0\r\n\r\n") ==
          "failed: it answered HTTP/1.1 503 Service Unavailable, ERR_DNS_FAIL 0: it cannot resolve the name");
    CHECK(http_answer("HTTP/1.1 500 Internal Server Error\r\nx-squid-error:ERR_CANNOT_FORWARD 0\r\n\r\n") ==
          "failed: it answered HTTP/1.1 500 Internal Server Error, ERR_CANNOT_FORWARD 0: it cannot resolve the name");
    CHECK(http_answer("HTTP/1.1 503 Service Unavailable\r\nX-Squid-Error: ERR_CONNECT_FAIL 111\r\n\r\n") ==
          "failed: it answered HTTP/1.1 503 Service Unavailable, ERR_CONNECT_FAIL 111: it cannot connect to port 8883 "
          "there: connection refused");
    CHECK(http_answer("HTTP/1.1 503 x\r\nX-Squid-Error: ERR_CONNECT_FAIL 113\r\n\r\n").ends_with(": no route to host"));
    CHECK(
        http_answer("HTTP/1.1 504 x\r\nX-Squid-Error: ERR_CONNECT_FAIL 110\r\n\r\n").ends_with(": no answer in time"));
    CHECK(http_answer("HTTP/1.1 503 x\r\nX-Squid-Error: ERR_CONNECT_FAIL\r\n\r\n").ends_with("to port 8883 there"));
    for (const std::string line : {"500 Unable to connect", "502 Proxy Error", "503 Connect failed",
                                   "504 Gateway Timeout", "404 No such domain"}) {
        CHECK(http_answer("HTTP/1.1 " + line + "\r\n\r\n") ==
              "failed: it answered HTTP/1.1 " + line +
                  ": it could not connect: it cannot resolve the name, or nothing answers there on port 8883");
        CHECK(http_answer("HTTP/1.1 " + line + "\r\n\r\n", address) ==
              "failed: it answered HTTP/1.1 " + line + ": it could not connect: nothing answers there on port 8883");
    }
}

TEST_CASE("a web server on the port of the proxy, and a network that wants a login first") {
    for (const std::string line : {"400 Bad Request", "405 Not Allowed", "501 Not Implemented", "505 No"})
        CHECK(http_answer("HTTP/1.1 " + line + "\r\n\r\n") == "unusable: it answered HTTP/1.1 " + line +
                                                                  ": it does not know CONNECT: it is a web server, or "
                                                                  "a port for clients with TLS, not a proxy; check the "
                                                                  "host and port in --proxy");
    for (const std::string line : {"302 Found", "511 Network Authentication Required"})
        CHECK(http_answer("HTTP/1.1 " + line + "\r\n\r\n") ==
              "failed: it answered HTTP/1.1 " + line + "; log in to this network first, with a browser");
}

TEST_CASE("407 asks for credentials, or refuses those given; so does tinyproxy's 401") {
    const std::string basic =
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n";
    CHECK(Conversation(http()).refusal(basic) ==
          "it requires a user name and password (HTTP/1.1 407 Proxy Authentication Required); give them in --proxy as "
          "user:password@ before its host");
    CHECK(Conversation(http({{"u", "p"}})).refusal(basic) ==
          "it refused the user name and password in --proxy (HTTP/1.1 407 Proxy Authentication Required)");
    CHECK(Conversation(http({{"u", "p"}})).refusal("HTTP/1.0 401 No\r\n\r\n") ==
          "it refused the user name and password in --proxy (HTTP/1.0 401 No)");
}

TEST_CASE("407 without Basic refuses nothing: it requires another kind of login") {
    const auto wants = [](const std::string& fields) {
        const std::string answer = "HTTP/1.1 407 x\r\n" + fields + "\r\n";
        const std::string with = Conversation(http({{"u", "p"}})).refusal(answer);
        CHECK(Conversation(http()).refusal(answer) == with);
        CHECK(with.ends_with(
            " (HTTP/1.1 407 x), but --proxy supports only Basic; have Basic allowed there, or go through a "
            "local proxy that logs in, such as cntlm or px"));
        return with.substr(0, with.find(" ("));
    };
    CHECK(wants("Proxy-Authenticate: NTLM\r\n") == "it requires a login by NTLM");
    CHECK(wants("Proxy-Authenticate: Negotiate\r\nproxy-authenticate:\tNTLM\r\n") ==
          "it requires a login by Negotiate or NTLM");
    CHECK(wants("Proxy-Authenticate: Negotiate, NTLM\r\n") == "it requires a login by Negotiate or NTLM");
    CHECK(wants("Proxy-Authenticate: Digest realm=\"my, Basic\", nonce=\"df\", qop=\"auth\", stale=false\r\n") ==
          "it requires a login by Digest");
    CHECK(wants("Proxy-Authenticate: Bearer\r\n") == "it requires a login by Bearer");
    CHECK(wants("Proxy-Authenticate: \x1b[2J\r\n") == "it requires a login by \\x1b[2J");
    for (const std::string fields : {"Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: BASIC realm=\"a\"\r\n",
                                     "Proxy-Authenticate: NTLM, basic realm=\"a, b\"\r\n", "X: y\r\n"})
        CHECK(Conversation(http())
                  .refusal("HTTP/1.1 407 x\r\n" + fields + "\r\n")
                  .starts_with("it requires a user name"));
}

TEST_CASE("what is not HTTP is named so at its first byte, and nothing grows without end") {
    CHECK(http_answer("\x15") ==
          "unusable: it speaks TLS, not HTTP; give the port where it accepts clients without TLS");
    CHECK(http_answer("\5") == "unusable: it speaks SOCKS 5, not HTTP; write socks5h:// before its host");
    CHECK(http_answer("S") == "unusable: it does not speak HTTP");
    CHECK(http_answer("HTTX") == "unusable: it does not speak HTTP");
    CHECK(http_answer("HTTP/1.1 200 OK\r\n" + std::string(100'000, 'x')) ==
          "failed: its answer is longer than 16384 bytes");
}

TEST_CASE("whatever a proxy answers, it ends in a connection, a reason, or a wish for more") {
    std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same bytes every time
    const std::string beginnings[] = {"", "\5\0\5\0\0"s, "\5\2\1\0\5\0\0\3"s, "\0"s, "HTTP/1.1 2", "HTTP/1.1 407 \r\n"};
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = beginnings[random() % std::size(beginnings)];
        for (std::size_t left = random() % 40; left != 0; --left)
            bytes += static_cast<char>(random() % 3 == 0 ? random() % 8 : random());
        const bool with_credentials = round % 2 == 0;
        const auto credentials = with_credentials ? std::optional<net::ProxyCredentials>({"u", "p"}) : std::nullopt;
        Conversation talk(random() % 3 == 0   ? socks(credentials)
                          : random() % 2 == 0 ? socks4(credentials)
                                              : http(credentials));
        std::string_view incoming = bytes;
        const auto over = talk.handshake->receive(incoming);
        if (over && !*over) CHECK(incoming.empty());
    }
}

TEST_CASE("the name of a proxy has no credentials in it") {
    CHECK(to_string(socks({{"me", "secret"}})) == "socks5h://p:1080");
    CHECK(to_string(http()) == "http://p:3128");
    CHECK(to_string(Proxy{.scheme = ProxyScheme::socks5, .endpoint = {.host = "::1", .port = 9}}) ==
          "socks5://[::1]:9");
}
