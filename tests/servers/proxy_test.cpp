// SPDX-License-Identifier: Apache-2.0
// What is made of the answers of proxies as other people wrote them, and of servers that are mistaken for one.
#include <doctest/doctest.h>
#include <unistd.h>

#include "servers/real_server.hpp"

namespace {

using namespace mqtts::test;

/// The text of a configuration file.
using Configuration = std::function<std::string(const Site& site)>;

RealServer configured(const std::string& program, const std::string& package, const Configuration& configuration,
                      const Words& before, const Words& behind = {}) {
    return RealServer({.program = program, .package = package, .arguments = [&](const Site& site) {
                           const std::string file = site.directory.write("proxy.conf", configuration(site));
                           return with(with(before, {file}), behind);
                       }});
}

RealServer squid(const std::string& rules) {
    const auto configuration = [&](const Site& site) {
        return "http_port 127.0.0.1:" + site.port +
               "\npid_filename none\naccess_log none\ncache_log /dev/null\nnetdb_filename none\npinger_enable off\n"
               "shutdown_lifetime 0 seconds\nvisible_hostname test\ndns_nameservers 127.0.0.1\n"
               "dns_timeout 1 seconds\n" +
               rules;
    };
    return configured("squid", "squid", configuration, {"-N", "-f"});
}

const std::string all = "http_access allow all\n";

Outcome publish(const std::string& proxy, const std::string& host, const std::string& port, const Words& more = {}) {
    return run({.arguments = mqtts_pub(with({"-h", host, "-p", port, "-t", "a", "-m", "x", "--proxy", proxy}, more))});
}

std::string http(const RealServer& server, const std::string& user = {}) {
    return "http://" + user + "127.0.0.1:" + server.port();
}

void check_told(const Outcome& outcome, const std::string& what) {
    CHECK(outcome.status == 4);
    CHECK_MESSAGE(contains(outcome.error, what), outcome.error, "\n  does not say: ", what);
    CHECK_FALSE(contains(outcome.error, "secret"));
}

std::string closed_port() {
    return std::to_string(free_port());
}

/// A message through the proxy to a real broker.
void check_goes_through(const std::string& proxy) {
    Mosquitto broker;
    const Outcome outcome = run({.arguments = mqtts_pub(broker, {"-t", "a", "-q", "1", "-m", "x", "--proxy", proxy})});
    CHECK_MESSAGE(outcome.status == 0, outcome.error);
}

const std::string no_such_port =
    "it allows no connection to port 8883, or not to this host; have it allowed there, or use wss:// on port 443 if "
    "the "
    "broker has it";
const std::string name_or_port = "it could not connect: it cannot resolve the name, or nothing answers there on port ";

}  // namespace

TEST_CASE("squid: its own configuration permits port 443 alone") {
    const RealServer server = squid(
        "acl SSL_ports port 443\nacl CONNECT method CONNECT\n"
        "http_access deny CONNECT !SSL_ports\nhttp_access allow localhost\n");
    const Outcome outcome = publish(http(server), "localhost", "8883", {"--retry-connect"});
    check_told(outcome, "it answered HTTP/1.1 403 Forbidden, ERR_ACCESS_DENIED 0: " + no_such_port);
    CHECK(contains(outcome.error, "proxy " + http(server)));
}

TEST_CASE("squid: the port or the name, and a message that goes through") {
    const RealServer server = squid(all);
    const std::string port = closed_port();
    check_told(publish(http(server), "127.0.0.1", port),
               "ERR_CONNECT_FAIL 111: it cannot connect to port " + port + " there: connection refused");
    check_told(publish(http(server), "nosuch.invalid", port), "it cannot resolve the name");
    check_goes_through(http(server));
}

TEST_CASE("squid: another kind of login than Basic") {
    const std::string who = "acl users proxy_auth REQUIRED\nhttp_access allow users\n";
    const std::string ntlm = "auth_param ntlm program /bin/cat\n";
    const std::string negotiate = "auth_param negotiate program /bin/cat\n";
    const std::string digest = "auth_param digest program /bin/cat\nauth_param digest realm Basic, x\n";
    const auto wanted = [&](const std::string& lines, const std::string& user) {
        const RealServer server = squid(lines + who);
        return publish(http(server, user), "localhost", "8883");
    };
    check_told(wanted(ntlm, "me:secret@"), "it requires a login by NTLM (HTTP/1.1 407 ");
    check_told(wanted(negotiate + ntlm, ""), "it requires a login by Negotiate or NTLM (HTTP/1.1 407 ");
    check_told(wanted(digest, "me:secret@"), "it requires a login by Digest (HTTP/1.1 407 ");
    const std::string basic = "auth_param basic program /bin/cat\n";  // it answers OK to nobody
    check_told(wanted(negotiate + basic, ""), "it requires a user name and password");
    check_told(wanted(basic, "me:secret@"), "it refused the user name and password");
}

TEST_CASE("tinyproxy: its ports, and what it cannot connect to") {
    const auto tinyproxy = [](const std::string& lines) {
        return configured("tinyproxy", "tinyproxy-bin",
                          [&](const Site& site) { return "Listen 127.0.0.1\nPort " + site.port + "\n" + lines; },
                          {"-d", "-c"});
    };
    const RealServer strict = tinyproxy("ConnectPort 443\n");
    check_told(publish(http(strict), "localhost", "8883"), "403 Access violation: " + no_such_port);
    const RealServer server = tinyproxy("");
    const std::string port = closed_port();
    check_told(publish(http(server), "nosuch.invalid", port), "500 Unable to connect: " + name_or_port + port);
    check_told(publish(http(server), "127.0.0.1", port),
               "500 Unable to connect: it could not connect: nothing answers there on port " + port);
}

TEST_CASE("privoxy: the name or the port") {
    const RealServer server = configured(
        "privoxy", "privoxy",
        [](const Site& site) { return "listen-address 127.0.0.1:" + site.port + "\nconfdir /etc/privoxy\ntoggle 0\n"; },
        {"--no-daemon"});
    const std::string port = closed_port();
    check_told(publish(http(server), "nosuch.invalid", port), "404 No such domain: " + name_or_port + port);
    check_told(publish(http(server), "localhost", port), "503 Connect failed: " + name_or_port + port);
}

TEST_CASE("apache2: the name or the port, and what it permits") {
    const std::string modules = "/usr/lib/apache2/modules/mod_";
    const auto configuration = [&](const Site& site) {
        std::string text = "ServerRoot " + site.directory.path() + "\nServerName test\nPidFile pid\nErrorLog errors\n" +
                           "Listen 127.0.0.1:" + site.port + "\n";
        for (const std::string name : {"mpm_event", "proxy", "proxy_connect", "authz_core"})
            text.append("LoadModule ").append(name).append("_module ").append(modules).append(name).append(".so\n");
        return text + "ProxyRequests On\nAllowCONNECT 1\n";
    };
    const RealServer server = configured("apache2", "apache2-bin", configuration, {"-X", "-f"});
    check_told(publish(http(server), "nosuch.invalid", "1"), "502 Proxy Error: " + name_or_port + "1");
    check_told(publish(http(server), "127.0.0.1", "1"),
               "503 Service Unavailable: it could not connect: nothing answers");
    check_told(publish(http(server), "localhost", "8883"), "403 Proxy Error: " + no_such_port);
}

TEST_CASE("microsocks: the name or the port") {
    const RealServer server({.program = "microsocks", .package = "microsocks", .arguments = [](const Site& site) {
                                 return Words{"-i", "127.0.0.1", "-p", site.port};
                             }});
    const std::string proxy = "127.0.0.1:" + server.port();
    const std::string port = closed_port();
    check_told(
        publish("socks5h://" + proxy, "nosuch.invalid", port),
        "(SOCKS reply 1): the proxy may not be able to resolve the name; write socks5:// before its host to resolve "
        "the name here");
    check_told(publish("socks://" + proxy, "localhost", port),
               "(SOCKS reply 5): nothing listens there on port " + port);
    check_told(publish("socks4a://" + proxy, "localhost", port), "it speaks SOCKS 5, not SOCKS 4; write socks5h://");
    check_told(publish("socks5://" + proxy, "nosuch.invalid", port), "cannot resolve nosuch.invalid: ");
    check_goes_through("socks://" + proxy + "/");
}

TEST_CASE("danted: SOCKS 5 and 4, the name, the port and its rules") {
    const RealServer server = configured("danted", "dante-server",
                                         [](const Site& site) {
                                             return "internal: 127.0.0.1 port = " + site.port +
                                                    "\nexternal: lo\nsocksmethod: none\nclientmethod: none\n" +
                                                    (::geteuid() == 0 ? "user.unprivileged: nobody\n" : "") +
                                                    "client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }\n"
                                                    "socks block { from: 0.0.0.0/0 to: 0.0.0.0/0 port = 8884 }\n"
                                                    "socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }\n";
                                         },
                                         {"-f"});
    const std::string proxy = "127.0.0.1:" + server.port();
    const std::string port = closed_port();
    check_told(publish("socks5h://" + proxy, "nosuch.invalid", port),
               "(SOCKS reply 4): the proxy cannot resolve the name");
    check_told(publish("socks5h://" + proxy, "127.0.0.1", port),
               "(SOCKS reply 5): nothing listens there on port " + port);
    check_told(publish("socks5h://" + proxy, "127.0.0.1", "8884"),
               "(SOCKS reply 2); have port 8884 of this host allowed there");
    check_told(
        publish("socks4://" + proxy, "127.0.0.1", port),
        "(SOCKS 4 reply 91); check that something answers there on port " + port + ", and that its rules allow it");
    check_told(publish("socks4a://" + proxy, "nosuch.invalid", port),
               "(SOCKS 4 reply 91); check that it can resolve the name, ");
    check_goes_through("socks4://" + proxy);
    check_goes_through("socks5://" + proxy);
}

TEST_CASE("haproxy: an HTTP server is no proxy, and neither is one with TLS") {
    const RealServer server = configured("haproxy", "haproxy",
                                         [](const Site& site) {
                                             return "defaults\n mode http\n timeout client 9s\n timeout server 9s\n "
                                                    "timeout connect 1s\nfrontend a\n bind "
                                                    "127.0.0.1:" +
                                                    site.port +
                                                    "\n default_backend b\nbackend b\n server s 127.0.0.1:1\n";
                                         },
                                         {"-f"});
    check_told(publish(http(server), "localhost", "8883"), "503 Service Unavailable: " + name_or_port + "8883");
}

TEST_CASE("stunnel: a port for clients with TLS") {
    const Authority root("proxies");
    const RealServer server =
        configured("stunnel", "stunnel4",
                   [&](const Site& site) {
                       const Identity identity = root.issue({.common_name = "stunnel", .dns_names = {"localhost"}});
                       return "foreground = yes\npid =\n[a]\naccept = 127.0.0.1:" + site.port +
                              "\nconnect = 127.0.0.1:1\ncert = " +
                              site.directory.write("all.pem", identity.key_pem + identity.certificate_pem) + "\n";
                   },
                   {});
    check_told(publish(http(server), "localhost", "8883"),
               "check that it is an HTTP proxy, and that this port accepts clients without TLS");
}
