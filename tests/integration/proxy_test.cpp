// SPDX-License-Identifier: Apache-2.0
// Through the distribution's SOCKS and HTTP proxies to a real broker. What Debian does not have installed is skipped.
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>

#include "integration/programs.hpp"
#include "support/enough_time.hpp"
#include "support/plain_server.hpp"

namespace {

using namespace mqtts::test;

std::string find_program(const std::string& name) {
    for (const char* directory : {"/usr/bin/", "/usr/sbin/"})
        if (const std::string path = directory + name; ::access(path.c_str(), X_OK) == 0) return path;
    std::printf("skipped: %s is not installed\n", name.c_str());
    std::exit(skipped_status);
}

/// A proxy on a free port.
class Proxy {
public:
    [[nodiscard]] const std::string& address() const { return address_; }
    void wait_for_log(const std::string& text) { process_->wait_for_error(text); }

protected:
    /// `command_line` is that of the proxy for a port; it does not say when it listens there.
    explicit Proxy(const std::function<Words(const std::string& port)>& command_line) {
        const std::uint16_t port = free_port();
        address_ = "127.0.0.1:" + std::to_string(port);
        process_.emplace(Command{.arguments = command_line(std::to_string(port))});
        wait_until_accepting(port);
    }

private:
    std::string address_;
    std::optional<Process> process_;
};

struct Microsocks : Proxy {
    explicit Microsocks(const Words& options = {})
        : Proxy([&](const std::string& port) {
              return with({find_program("microsocks"), "-i", "127.0.0.1", "-p", port}, options);
          }) {}
};

struct Tinyproxy : TemporaryDirectory, Proxy {
    explicit Tinyproxy(const std::string& configuration = {})
        : Proxy([&](const std::string& port) {
              const std::string file = write("tinyproxy.conf", "Listen 127.0.0.1\nPort " + port + "\n" + configuration);
              return Words{find_program("tinyproxy"), "-d", "-c", file};
          }) {}
};

Words publish(const std::string& proxy, const Words& options = {}) {
    return with({"-t", "a", "-q", "1", "-m", "x", "--proxy", proxy}, options);
}

/// Without a broker: what comes before is what fails.
Outcome publish_nowhere(const std::string& proxy, const Words& options = {}) {
    return run({.arguments = mqtts_pub(with(publish(proxy), options))});
}

void check_failure(const Outcome& outcome, const std::string& what) {
    CHECK(outcome.status == 4);
    CHECK_MESSAGE(outcome.error.find(what) != outcome.error.npos, outcome.error, "\n  does not say: ", what);
    CHECK(outcome.error.find("secret") == outcome.error.npos);
    CHECK(outcome.output.empty());
}

}  // namespace

TEST_CASE("a message goes through a SOCKS proxy, with the name or with an address") {
    Mosquitto broker;
    const std::string port = std::to_string(broker.port());
    Microsocks proxy;
    CHECK(run({.arguments = mqtts_pub(broker, publish("socks5h://" + proxy.address()))}).status == 0);
    proxy.wait_for_log("connected to localhost:" + port);
    CHECK(run({.arguments = mqtts_pub(broker, publish("socks5://" + proxy.address()))}).status == 0);
    proxy.wait_for_log("connected to 127.0.0.1:" + port);
}

TEST_CASE("a subscriber behind an HTTP proxy gets its messages") {
    Mosquitto broker;
    Tinyproxy proxy;
    REQUIRE(run({.arguments = mqtts_pub(broker, publish("http://" + proxy.address(), {"-r"}))}).status == 0);
    const Outcome outcome =
        run({.arguments = mqtts_sub(broker, {"-t", "a", "-C", "1", "--proxy", "http://" + proxy.address()})});
    CHECK(outcome.status == 0);
    CHECK(outcome.output == "x\n");
    CHECK(outcome.error.empty());
}

TEST_CASE("credentials for a SOCKS proxy: given, missing, wrong") {
    Mosquitto broker;
    Microsocks proxy({"-u", "me@home", "-P", "secret:/"});
    const std::string& address = proxy.address();
    CHECK(run({.arguments = mqtts_pub(broker, publish("socks5h://me%40home:secret%3A%2F@" + address))}).status == 0);
    check_failure(
        publish_nowhere("socks5h://" + address),
        "proxy socks5h://" + address +
            ": no connection to localhost:8883: it requires a user name and password; give them in --proxy as "
            "user:password@ before its host");
    check_failure(publish_nowhere("socks5h://you:secret@" + address),
                  "it refused the user name and password in --proxy");
}

TEST_CASE("credentials for an HTTP proxy: given, missing, wrong") {
    Mosquitto broker;
    Tinyproxy proxy("BasicAuth me secret\n");
    const std::string& address = proxy.address();
    CHECK(run({.arguments = mqtts_pub(broker, publish("http://me:secret@" + address))}).status == 0);
    check_failure(
        publish_nowhere("http://" + address),
        "proxy http://" + address + ": no connection to localhost:8883: it requires a user name and password (HTTP/1");
    check_failure(publish_nowhere("http://me:secreT@" + address), "it refused the user name and password in --proxy");
}

TEST_CASE("a proxy that cannot or may not connect says why") {
    Microsocks socks;
    const std::string closed = std::to_string(free_port());
    check_failure(publish_nowhere("socks5h://" + socks.address(), {"-p", closed}),
                  "no connection to localhost:" + closed + ": connection refused (SOCKS reply 5)");
    check_failure(publish_nowhere("socks5://" + socks.address(), {"-p", closed, "--ipv4"}),
                  "no connection to 127.0.0.1:" + closed + ": connection refused (SOCKS reply 5)");
    const Tinyproxy http("ConnectPort 443\n");
    check_failure(publish_nowhere("http://" + http.address()), "no connection to localhost:8883: it answered HTTP/1");
    const std::string nobody = std::to_string(free_port());
    check_failure(publish_nowhere("http://127.0.0.1:" + nobody), "127.0.0.1: connection refused");
}

TEST_CASE("a proxy that says nothing costs the connect timeout, and is named") {
    const Listener silent;
    const std::string url = "http://127.0.0.1:" + std::to_string(silent.port());
    with_enough_time(0.3, [&](const std::string& seconds) {
        const Outcome outcome = publish_nowhere(url, {"--connect-timeout", seconds});
        if (!contains(outcome.error, "waiting for the proxy")) return false;
        check_failure(outcome, "no answer from localhost:8883 within " + seconds + " s (while waiting for the proxy " +
                                   url + " to connect)");
        return true;
    });
}

TEST_CASE("something else on the port of the proxy is named so") {
    const PlainServer server;
    Process publisher({.arguments = mqtts_pub(publish("socks5h://127.0.0.1:" + std::to_string(server.port())))});
    CHECK(server.serve("SSH-2.0-OpenSSH\r\n") == std::string("\5\1\0", 3));
    check_failure(publisher.wait(), "it does not speak SOCKS 5");

    const PlainServer closing;
    Process other({.arguments = mqtts_pub(publish("http://127.0.0.1:" + std::to_string(closing.port())))});
    CHECK(closing.serve("\x15\x03\x03").starts_with("CONNECT localhost:8883 HTTP/1.1\r\n"));
    check_failure(other.wait(), "it speaks TLS, not HTTP");
}

TEST_CASE("a proxy that closes the connection instead of answering, as ssh -D does") {
    const Listener proxy;
    Process publisher({.arguments = mqtts_pub(publish("socks5h://127.0.0.1:" + std::to_string(proxy.port())))});
    {
        const FileDescriptor client = proxy.accept();
        std::array<char, 16> heard{};  // the greeting, then the request with "localhost" in it
        REQUIRE(::recv(client.get(), heard.data(), 3, MSG_WAITALL) == 3);
        REQUIRE(::write(client.get(), "\5\0", 2) == 2);
        REQUIRE(::recv(client.get(), heard.data(), heard.size(), MSG_WAITALL) == 16);
    }
    check_failure(publisher.wait(),
                  ": it closed the connection without an answer; check that it can resolve the name, and that "
                  "something answers there "
                  "on port 8883");
}

TEST_CASE("a proxy that refuses one host may let another through") {
    Mosquitto broker;
    const std::string port = std::to_string(broker.port());
    Tinyproxy proxy("ConnectPort " + port + "\n");
    const auto publish_to = [&](const std::string& hosts, const Words& options = {}) {
        Words words = mqtts_pub(broker, publish("http://" + proxy.address(), options));
        words.insert(words.end(), {"-h", hosts});  // the last one counts
        return run({.arguments = words});
    };
    const Outcome outcome = publish_to("localhost:1,localhost:" + port);
    CHECK_MESSAGE(outcome.status == 0, outcome.error);
    CHECK(contains(outcome.error, "allows no connection to port 1, "));
    CHECK(contains(outcome.error, "; connected to localhost:" + port));
    check_failure(publish_to("localhost:1,localhost:2", {"--retry-connect"}), "allows no connection to port 2, ");

    // What can be cured is tried again, although the proxy refuses the other host.
    const std::string closed = std::to_string(free_port());
    Tinyproxy other("ConnectPort " + closed + "\n");
    for (const std::string& hosts : {"localhost:" + closed + ",localhost:1", "localhost:1,localhost:" + closed}) {
        const Outcome retried = publish_nowhere("http://" + other.address(), {"-h", hosts, "--retry-connect=0.1"});
        check_failure(retried, "allows no connection to port 1, ");
        CHECK_MESSAGE(contains(retried.error, "; trying again"), retried.error);
    }
}

TEST_CASE("a proxy that refuses us for every host is asked for one of them only") {
    const Tinyproxy proxy("BasicAuth me secret\n");
    const Outcome outcome = publish_nowhere("http://" + proxy.address(), {"-h", "localhost:1,localhost:2"});
    check_failure(outcome, "no connection to localhost:1: it requires a user name and password");
    CHECK_FALSE(contains(outcome.error, "localhost:2"));
}

TEST_CASE("a proxy that refuses is not asked again") {
    const Tinyproxy http("ConnectPort 443\n");
    check_failure(publish_nowhere("http://" + http.address(), {"--retry-connect"}),
                  "allows no connection to port 8883");
}

TEST_CASE("a server that waits for more than the greeting of SOCKS is perhaps no SOCKS proxy") {
    Tinyproxy http;
    with_enough_time(0.3, [&](const std::string& seconds) {
        const Outcome outcome = publish_nowhere("socks5h://" + http.address(), {"--connect-timeout", seconds});
        if (!contains(outcome.error, "waiting for the proxy")) return false;
        check_failure(outcome, "to connect; it may not be a SOCKS proxy)");
        return true;
    });
}

TEST_CASE("the environment names a proxy, and who is reached without it") {
    Mosquitto broker;
    Microsocks proxy;
    const Words words = mqtts_pub(broker, {"-t", "a", "-q", "1", "-m", "x"});
    const std::string nobody = "socks5h://127.0.0.1:" + std::to_string(free_port());
    CHECK(run({.arguments = words, .environment = {"all_proxy=" + nobody}}).status == 0);  // localhost

    // The same machine by another address.
    const Words elsewhere = with(words, {"-h", "0.0.0.0", "--tls-name", "localhost"});
    CHECK(run({.arguments = elsewhere, .environment = {"ALL_PROXY=socks://" + proxy.address() + "/"}}).status == 0);
    proxy.wait_for_log("connected to 0.0.0.0:");
    const auto ran = [&](const Words& options, const Words& environment) {
        return run({.arguments = with(elsewhere, options), .environment = environment});
    };
    check_failure(ran({}, {"ALL_PROXY=" + nobody}), "proxy " + nobody + ": cannot connect to ");
    check_failure(ran({}, {"ALL_PROXY=" + nobody}), "(--proxy: environment variable ALL_PROXY)");
    for (const std::string& unusable : {"ALL_PROXY=" + nobody, std::string("ALL_PROXY=ftp://p")}) {
        CHECK(ran({}, {unusable, "NO_PROXY=a,0.0.0.0"}).status == 0);
        CHECK(ran({}, {unusable, "no_proxy=0.0.0.0:" + std::to_string(broker.port())}).status == 0);
        CHECK(ran({"--no-proxy", "*"}, {unusable}).status == 0);
        CHECK(ran({"--proxy", ""}, {unusable}).status == 0);
        CHECK(ran({"--proxy", "socks5h://" + proxy.address()}, {unusable}).status == 0);
    }
    const Outcome unknown = ran({}, {"ALL_PROXY=ftp://p"});
    CHECK(unknown.status == 2);
    CHECK(contains(unknown.error, "environment variable ALL_PROXY: 'ftp' is not a scheme of a proxy"));
}

TEST_CASE("behind a proxy the server is verified as ever") {
    Mosquitto broker({.server = {.common_name = "other", .dns_names = {"other.example"}}});
    Microsocks proxy;
    const Outcome outcome = run({.arguments = mqtts_pub(broker, publish("socks5h://" + proxy.address()))});
    CHECK(outcome.status == 5);
    CHECK(outcome.error.find("other.example") != outcome.error.npos);
}

TEST_CASE("a failure of TLS behind a proxy that said yes names the proxy, which may have caused it") {
    const PlainServer proxy;
    const std::string url = "http://127.0.0.1:" + std::to_string(proxy.port());
    Process publisher({.arguments = mqtts_pub(publish(url))});
    static_cast<void>(proxy.serve("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 403 Forbidden\r\n\r\n"));
    const Outcome outcome = publisher.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 6);
    CHECK(outcome.error.find("localhost:8883: this port answers HTTP, not TLS") != std::string::npos);
    CHECK(outcome.error.find(" (through the proxy " + url + ")") != std::string::npos);
}
