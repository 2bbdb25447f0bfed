// SPDX-License-Identifier: Apache-2.0
// --ws, --ws-path, --ws-header, and what they mean together with -L.
#include "cli_command_line.hpp"

using namespace mqtts;
using namespace mqtts::test;
using cli::Command;

namespace {

using Words = std::vector<std::string>;

Words with(Words options) {
    options.insert(options.end(), {"-t", "a", "-n"});
    return options;
}

net::Endpoint endpoint(const Words& options) {
    const auto parsed = CommandLine(Command::publish, with(options)).parse();
    REQUIRE_MESSAGE(parsed.has_value(), parsed.error().cause);
    return parsed->client.endpoints.at(0);
}

std::string refusal(const Words& options) {
    const auto parsed = CommandLine(Command::publish, with(options)).parse();
    REQUIRE(parsed.has_error());
    CHECK(parsed.error().code == Errc::bad_option);
    return one_line(parsed.error());
}

}  // namespace

TEST_CASE("a WebSocket only when it is asked for, and at the path of mosquitto") {
    CHECK_FALSE(endpoint({}).websocket);
    CHECK_FALSE(endpoint({"-L", "mqtts://broker/a"}).websocket);
    REQUIRE(endpoint({"--ws"}).websocket);
    CHECK(endpoint({"--ws"}).websocket->path == "/mqtt");
    CHECK(endpoint({"--ws"}).websocket->headers.empty());
    CHECK(endpoint({"--ws"}).port == 8883);
    CHECK(endpoint({"-L", "wss://broker/a"}).websocket->path == "/mqtt");
    CHECK(endpoint({"-L", "wss://broker/a"}).port == 443);
    CHECK(endpoint({"-L", "wss://broker/a", "-p", "8884"}).port == 8884);
}

TEST_CASE("of --ws and the schemes of -L the last one counts") {
    CHECK(endpoint({"-L", "mqtts://broker/a", "--ws"}).websocket);
    CHECK_FALSE(endpoint({"--ws", "-L", "mqtts://broker/a"}).websocket);
    CHECK(endpoint({"-L", "mqtts://broker/a", "-L", "wss://broker/a"}).websocket);
}

TEST_CASE("--ws-path is sent as it is written") {
    CHECK(endpoint({"--ws", "--ws-path", "/"}).websocket->path == "/");
    CHECK(endpoint({"--ws-path", "/a%20b?token=1", "-L", "wss://broker/a"}).websocket->path == "/a%20b?token=1");
    CHECK(refusal({"--ws", "--ws-path", "mqtt"}) ==
          "--ws-path: its value does not begin with a /; give a path such as /mqtt");
    CHECK(refusal({"--ws", "--ws-path", ""}) ==
          "--ws-path: its value does not begin with a /; give a path such as /mqtt");
    const std::string reason =
        "--ws-path: the path contains a # or a character that is not visible ASCII; write it as % and two hexadecimal "
        "digits";
    for (const char* path : {"/a b", "/a#b", "/\xC3\xA9", "/a\r\nX: y", "/\x7F"})
        CHECK(refusal({"--ws", "--ws-path", path}) == reason);
}

TEST_CASE("--ws-header adds a line each") {
    CHECK(endpoint({"--ws", "--ws-header", "Authorization: Bearer x", "--ws-header", "X-Empty:"}).websocket->headers ==
          Words{"Authorization: Bearer x", "X-Empty: "});
    CHECK(endpoint({"--ws", "--ws-header", "Origin:\t https://a"}).websocket->headers == Words{"Origin: https://a"});
}

TEST_CASE("a header cannot smuggle others in, nor change what the request means") {
    const std::string not_one = "--ws-header: its value is not a header; give a header such as 'Name: value'";
    for (const char* line : {"", ":", ": x", "Name", "Na me: x", "Na\r\nme: x", "Name : x", "N\xC3\xA9: x"})
        CHECK(refusal({"--ws", "--ws-header", line}) == not_one);
    for (const char* line : {"Name: x\r\nEvil: y", "Name: x\n", "Name: \x1B", "Name: \xC3\xA9", "Name: \x7F"})
        CHECK(refusal({"--ws", "--ws-header", line}) ==
              "--ws-header: the value of the header is not one line of ASCII");
    for (const char* name :
         {"Host", "connection", "UPGRADE", "Sec-WebSocket-Protocol", "Content-Length", "Transfer-Encoding"})
        CHECK(refusal({"--ws", "--ws-header", std::string(name) + ": x"}) ==
              std::string("--ws-header: ") + name + " is set by this program");
}

TEST_CASE("options of a WebSocket want one") {
    CHECK(refusal({"--ws-path", "/x"}) == "--ws-path needs a WebSocket; give --ws, or a URL with wss://");
    CHECK(refusal({"--ws-header", "A: b"}) == "--ws-header needs a WebSocket; give --ws, or a URL with wss://");
}

TEST_CASE("the value of a header may be a secret: it is wiped from argv, and neither explained nor told by an error") {
    CommandLine line(Command::publish, with({"--ws", "--ws-header", "Authorization: secret"}));
    REQUIRE(line.parse().has_value());
    CHECK(line.arguments()[2] == "Authorization: " + std::string(6, '\0'));

    CommandLine explained(Command::publish, with({"--ws", "--ws-header", "Authorization: secret", "--explain"}));
    const auto parsed = explained.parse();
    REQUIRE(parsed.has_value());
    CHECK(parsed->explanation.find("secret") == std::string::npos);
    CHECK(parsed->explanation.find("Authorization: (hidden)") != std::string::npos);

    for (const char* header : {"Auth orization: secret", "Host: secret", "Authorization: secret\x1B"})
        CHECK(refusal({"--ws", "--ws-header", header}).find("secret") == std::string::npos);
}
