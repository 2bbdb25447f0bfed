// SPDX-License-Identifier: Apache-2.0
// The way to the broker: hosts, proxies, addresses.
#include "cli/values/proxy_url.hpp"
#include "cli/values/uri.hpp"
#include "cli_command_line.hpp"
#include "net/proxy.hpp"

using namespace mqtts;
using namespace mqtts::test;
using cli::Command;
using cli::Settings;
using net::Proxy;
using net::ProxyScheme;

namespace {

Settings published(std::vector<std::string> arguments, CommandLine::Variables variables = {}) {
    arguments.insert(arguments.end(), {"-t", "a", "-n"});
    auto parsed = CommandLine(Command::publish, arguments, std::move(variables)).parse();
    REQUIRE_MESSAGE(parsed.has_value(), parsed.error().cause);
    return *parsed;
}

/// "localhost:8883 b:1"
std::string hosts(const Settings& settings) {
    std::string text = to_string(settings.client.endpoints.at(0));
    for (std::size_t i = 1; i < settings.client.endpoints.size(); ++i)
        text += " " + to_string(settings.client.endpoints[i]);
    return text;
}

Proxy proxy(const std::string& url) {
    const auto parsed = cli::parse_proxy_url(url);
    REQUIRE_MESSAGE(parsed.has_value(), parsed.error().cause);
    return *parsed;
}

std::string proxy_refusal(const std::string& url) {
    const auto parsed = cli::parse_proxy_url(url);
    REQUIRE_MESSAGE(parsed.has_error(), url);
    CHECK(one_line(parsed.error()).find("secret") == std::string::npos);
    return one_line(parsed.error());
}

}  // namespace

TEST_CASE("-h takes one host or several, each with a port or with that of -p, wherever it stands") {
    CHECK(hosts(published({})) == "localhost:8883");
    CHECK(hosts(published({"-h", "a,b:1,c", "-p", "2"})) == "a:2 b:1 c:2");
    CHECK(hosts(published({"-p", "2", "-h", "[::1]:1,[::2],192.0.2.1"})) == "[::1]:1 [::2]:2 192.0.2.1:2");
    CHECK(hosts(published({"-h", "::1"})) == "[::1]:8883");
    CHECK(hosts(published({"-h", "fe80::1%eth0,b"})) == "[fe80::1%eth0]:8883 b:8883");
    CHECK(hosts(published({"-h", "a,b", "-h", "c"})) == "c:8883");
    CHECK(hosts(published({"-h", "a,b", "-L", "mqtts://c:1"})) == "c:1");
    CHECK(hosts(published({"-L", "mqtts://c:1", "-h", "a,b:2"})) == "a:1 b:2");
    CHECK(hosts(published({}, {{"MQTTS_HOST", "a,b"}})) == "a:8883 b:8883");
}

TEST_CASE("an address is one to its end: neither its zone nor what stands behind a NUL is free") {
    CHECK(cli::parse_host("::1%\x1b[2J").has_error());
    CHECK(cli::parse_host({"::1\0x", 5}).has_error());
}

TEST_CASE("the same WebSocket is asked of all hosts") {
    const Settings settings = published({"--ws", "-h", "a,b"});
    CHECK(settings.client.endpoints.at(0).websocket.has_value());
    CHECK(settings.client.endpoints.at(1).websocket.has_value());
}

TEST_CASE("what -h does not take") {
    CHECK(publish_refusal({"-h", "a,,b", "-t", "a", "-n"}) == "-h: a host in the list is empty");
    CHECK(publish_refusal({"-h", "", "-t", "a", "-n"}) == "-h: must not be empty");
    CHECK(publish_refusal({"-h", "a,", "-t", "a", "-n"}) == "-h: a host in the list is empty");
    CHECK(publish_refusal({"-h", "localhost/home/lamp", "-n"}) ==
          "-h: 'localhost/home/lamp' is not a host; give the topic with -t");
    CHECK(publish_refusal({"-p", "localhost:28883", "-t", "a", "-n"}) ==
          "-p: its value is not a number from 1 to 65535; give the host with -h");
    CHECK(publish_refusal({"-h", ":1", "-t", "a", "-n"}) == "-h: the host is missing");
    for (const std::string host :
         {"a:0", "me:secret", "a,me:secret", "[::1]:secret", "mqtts:broker:8883", "me:se:cret"})
        CHECK(publish_refusal({"-h", host, "-t", "a", "-n"}) ==
              "-h: the port after the host is not a number from 1 to 65535");
    CHECK(publish_refusal({"-h", "::1:x", "-t", "a", "-n"}) == "-h: an IPv6 address needs brackets; write it as [::1]");
    CHECK(publish_refusal({"-h", "a\r\nX: y", "-t", "a", "-n"}) == "-h: 'a\\x0d\\x0aX' is not a host");
}

TEST_CASE("--proxy says how to speak to which host and port, and as whom") {
    const Proxy all = proxy("socks5h://me:secret@proxy.example:1081");
    CHECK(all.scheme == ProxyScheme::socks5h);
    CHECK(to_string(all.endpoint) == "proxy.example:1081");
    REQUIRE(all.credentials);
    CHECK(all.credentials->user_name == "me");
    CHECK(all.credentials->password == "secret");

    CHECK(to_string(proxy("SOCKS5H://p").endpoint) == "p:1080");
    CHECK_FALSE(proxy("socks5h://p").credentials);
    CHECK(proxy("socks5://[::1]").scheme == ProxyScheme::socks5);
    CHECK(to_string(proxy("socks5://[::1]").endpoint) == "[::1]:1080");
    CHECK(proxy("http://p:3128/").scheme == ProxyScheme::http);
    CHECK(to_string(proxy("http://p").endpoint) == "p:1080");
    CHECK(proxy("http://me@p:1").credentials->password.empty());
}

TEST_CASE("--proxy is spelled as curl spells it") {
    CHECK(to_string(proxy("socks://127.0.0.1:1080/")) == "socks5h://127.0.0.1:1080");
    CHECK(to_string(proxy("socks4://p")) == "socks4://p:1080");
    CHECK(to_string(proxy("Socks4A://me@p:1")) == "socks4a://p:1");
    CHECK(proxy("socks4a://me@p:1").credentials->user_name == "me");
    CHECK(to_string(proxy("p:3128")) == "http://p:3128");
    CHECK(to_string(proxy("p")) == "http://p:1080");
    CHECK(to_string(proxy("[::1]:3128/")) == "http://[::1]:3128");
    const Proxy bare = proxy("me:sec%2Fret@p:3128");
    CHECK(to_string(bare) == "http://p:3128");
    CHECK(bare.credentials->password == "sec/ret");
    CHECK_FALSE(published({"--proxy", "socks5h://p", "--proxy", ""}).client.route.proxy);
    CHECK_FALSE(published({"--proxy", ""}, {{"ALL_PROXY", "socks5h://p"}}).client.route.proxy);
}

TEST_CASE("%40 in the credentials of a proxy is an @, not a : as with mosquitto") {
    const Proxy encoded = proxy("socks5h://m%40e%3a:%25%40@p");
    CHECK(encoded.credentials->user_name == "m@e:");
    CHECK(encoded.credentials->password == "%@");
}

TEST_CASE("what --proxy does not take") {
    CHECK(proxy_refusal("https://p:1") ==
          "https://, TLS to the proxy itself, is not supported; give http:// and a port that takes clients without "
          "TLS, or socks5h://");
    CHECK(proxy_refusal("ftp://p:1") ==
          "'ftp' is not a scheme of a proxy; give a URL that begins with socks5h://, socks5:// or http://");
    for (const std::string url : {"p:port", "me:secret", "http://me:secret", "socks5h://me:secret", "p:0", "p:65536",
                                  "socks5:p:1080", "http://p:1,http://q:2"})
        CHECK(proxy_refusal(url) == "the port after the host is not a number from 1 to 65535");
    for (const std::string url : {"me:secret://p", "me:secret://w@p", "secret@://p", "se cret://p"})
        CHECK(proxy_refusal(url) ==
              "the scheme of the proxy is unknown; give a URL that begins with socks5h://, socks5:// or http://");
    CHECK(proxy_refusal("::1:3128") == "an IPv6 address needs brackets; write it as [::1]");
    CHECK(proxy_refusal("socks4://a%00b@p") == "the user name for a SOCKS proxy contains a NUL byte");
    CHECK(proxy_refusal("socks5h://") == "the host is missing");
    CHECK(proxy_refusal("socks5h://p/x") == "text follows the host and port of the proxy");
    CHECK(proxy_refusal("http://a%3ab:secret@p:1") == "the user name for an HTTP proxy contains a :");
    CHECK(proxy_refusal("socks5h://me:" + std::string(256, 'x') + "@p") ==
          "the user name or password for a SOCKS proxy is longer than 255 bytes");
    CHECK(proxy_refusal("socks5h://me:secret%@p") ==
          "a % in the password is not followed by two hexadecimal digits; write the % itself as %25");
}

TEST_CASE("SOCKS 4 has no passwords and no IPv6 addresses") {
    for (const std::string scheme : {"socks4", "socks4a"}) {
        CHECK(proxy_refusal(scheme + "://me:secret@p") ==
              "SOCKS 4 has no passwords; give the user name alone, or a proxy of SOCKS 5");
        CHECK(proxy(scheme + "://me:@p").credentials->user_name == "me");
    }
    const std::string address =
        "a SOCKS 4 proxy cannot connect to an IPv6 address; give a host name, or a SOCKS 5 proxy";
    CHECK(publish_refusal({"--proxy", "socks4://p", "-h", "2001:db8::1", "-t", "a", "-n"}) == address);
    CHECK(publish_refusal({"--proxy", "socks4a://p", "-h", "a,[2001:db8::1]:1", "-t", "a", "-n"}) == address);
    CHECK(publish_refusal({"--proxy", "socks4a://p", "--connect-to", "[2001:db8::1]:1", "-t", "a", "-n"}) == address);
    CHECK(publish_refusal({"--proxy", "socks4://p", "--ipv6", "-t", "a", "-n"}) ==
          "--ipv6 and a socks4:// proxy exclude each other: SOCKS 4 has no IPv6 addresses; leave out --ipv6, or give a "
          "SOCKS 5 proxy");
    published({"--proxy", "socks4a://p", "--ipv6"});  // the way to the proxy itself
    published({"--proxy", "socks4://p", "--ipv6", "--ipv4"});
    published({"--proxy", "socks4://p", "-h", "::1", "--no-proxy", "::1"});
    published({"--proxy", "socks4://[::1]"});
    published({"-h", "::1"}, {{"ALL_PROXY", "socks4://p"}});
    published({"-h", "2001:db8::1", "--proxy", "socks5://p"});
}

TEST_CASE("the password for the proxy is wiped from the arguments, and not explained") {
    CommandLine line(Command::publish, {"-t", "a", "-n", "--proxy", "socks5h://me:secret@p"});
    REQUIRE(line.parse().has_value());
    for (const std::string& argument : line.arguments())
        CHECK(argument.find("secret") == std::string::npos);
    CommandLine wrong(Command::publish, {"-t", "a", "-n", "--proxy", "http://me:sec/ret@p:1"});
    CHECK(one_line(wrong.parse().error()) == "--proxy: the user name or password contains a /; write it as %2F");
    CHECK(wrong.arguments().back() == "http://me:" + std::string(7, '\0') + "@p:1");
    CommandLine bare(Command::publish, {"-t", "a", "-n", "--proxy", "me:secret@p:1"});
    REQUIRE(bare.parse().has_value());
    CHECK(bare.arguments().back() == "me:" + std::string(6, '\0') + "@p:1");
    CommandLine explained(Command::publish, {"--explain"}, {{"ALL_PROXY", "socks5h://me:secret@p"}});
    const auto settings = explained.parse();
    REQUIRE(settings.has_value());
    CHECK(settings->explanation.find("--proxy socks5h://me:(hidden)@p") != std::string::npos);
    CHECK(settings->explanation.find("secret") == std::string::npos);
}

TEST_CASE("ALL_PROXY and NO_PROXY stand for options, the names in lower case before those in upper case") {
    const Settings settings = published({}, {{"ALL_PROXY", "socks5h://a"},
                                             {"all_proxy", "http://b:1"},
                                             {"NO_PROXY", "x"},
                                             {"no_proxy", " .example,10.0.0.0/8 ::1,,"}});
    CHECK(settings.client.route.proxy->endpoint.host == "b");
    CHECK(settings.client.route.no_proxy ==
          std::vector<std::string>{".example", "10.0.0.0/8", "::1", "localhost", "127.0.0.0/8", "::1"});
    const Settings typed = published({"--proxy", "socks5://c", "--no-proxy", ""}, {{"NO_PROXY", "c"}});
    CHECK(typed.client.route.proxy->endpoint.host == "c");
    CHECK(typed.client.route.no_proxy.empty());
}

TEST_CASE("local address, family, and another place to connect to") {
    const Settings settings = published({"-A", "eth0.example", "--ipv4", "--ipv6", "--connect-to", "[::1]:1"});
    CHECK(settings.client.route.bind_address == "eth0.example");
    CHECK(settings.client.route.family == net::AddressFamily::ipv6);
    CHECK(to_string(*settings.client.route.connect_to) == "[::1]:1");
    CHECK(publish_refusal({"--connect-to", "a", "-t", "a", "-n"}) ==
          "--connect-to: the port is missing; give HOST:PORT");
    CHECK(publish_refusal({"--connect-to", "c:1", "-h", "a,b", "-t", "a", "-n"}) ==
          "--connect-to gives the address of one host, and -h names several; give only one host with -h");
}
