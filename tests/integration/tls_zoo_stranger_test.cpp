// SPDX-License-Identifier: Apache-2.0
// The zoo: peers that do not speak TLS, or stop in the middle of it.
#include <doctest/doctest.h>

#include "integration/tls_zoo.hpp"

namespace {

using namespace mqtts::test;
using namespace std::string_literals;

ZooRow stranger(std::string name, ZooServer server, Words sentence) {
    return {.name = std::move(name),
            .status = 6,
            .sentence = std::move(sentence),
            .server = std::move(server),
            .versions = {0}};
}

}  // namespace

TEST_CASE("zoo: other protocols, answering") {
    std::vector<ZooRow> rows{
        stranger("MQTT 3.1.1", answer_with("\x20\x02\x00\x00"s), {"localhost:PORT", "plain MQTT"}),
        stranger("MQTT 5", answer_with("\x20\x03\x00\x84\x00"s), {"plain MQTT"}),
        stranger("HTTP", answer_with("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"), {"HTTP"}),
        stranger("garbage", answer_with("\xde\xad\xbe\xef\x00\x01\x02"s), {"TLS"}),
        stranger("one byte of garbage", answer_with("\x00"s), {"TLS"}),
        stranger("control characters", answer_with("\x1b]0;title\x07\n"), {"TLS"}),
        stranger("SSL 2.0", answer_with("\x80\x2e\x04\x00\x01\x00\x02"s), {"TLS"}),
        stranger("a TLS record of a ridiculous length", answer_with("\x16\x03\x03\xff\xff"s + std::string(100, 'x')),
                 {"TLS"}),
        stranger("TLS application data", answer_with("\x17\x03\x03\x00\x05hello"s), {"TLS"}),
        stranger("the alert handshake_failure", answer_with("\x15\x03\x03\x00\x02\x02\x28"s),
                 {"no cipher in common", "handshake failure"}),
        stranger("the alert protocol_version", answer_with("\x15\x03\x01\x00\x02\x02\x46"s),
                 {"neither TLS 1.2 nor TLS 1.3"}),
        stranger("the alert unrecognized_name", answer_with("\x15\x03\x03\x00\x02\x02\x70"s),
                 {"does not serve the name localhost"}),
        stranger("the alert internal_error", answer_with("\x15\x03\x03\x00\x02\x02\x50"s), {"\"internal error\""}),
        stranger("close_notify", answer_with("\x15\x03\x03\x00\x02\x01\x00"s), {"TLS"}),
        stranger("nothing", close_at_once, {"closed the connection", "check that this port speaks TLS"}),
    };
    for (ZooRow& row : rows)
        row.slow = true;
    check_rows(rows);
}

TEST_CASE("zoo: other protocols, speaking first") {
    std::vector<ZooRow> rows{
        stranger("SSH", greet_with("SSH-2.0-OpenSSH_9.2p1\r\n"), {"localhost:PORT", "SSH"}),
        stranger("SMTP", greet_with("220 mail.example ESMTP\r\n"), {"TLS", "220 mail.example"}),
        stranger("MySQL", greet_with("\x4a\x00\x00\x00\x0a"s + "8.0.32\0"s), {"TLS"}),
    };
    for (ZooRow& row : rows)
        row.slow = true;
    check_rows(rows);
}

TEST_CASE("zoo: silence, at every phase: 4, within the time for connecting") {
    const Zoo zoo;
    const auto stalled = [&](std::string name, std::size_t after) {
        return ZooRow{.name = std::move(name),
                      .tls = zoo.server(),
                      .options = zoo.usual(),
                      .status = 4,
                      .sentence = {"localhost:PORT", "TLS", "within TIME s"},
                      .connect_timeout = 0.5,
                      .link = {.broken_after = after, .silent_once_broken = true}};
    };
    check_rows({
        {.name = "from the start",
         .status = 4,
         .sentence = {"localhost:PORT", "TLS", "within TIME s"},
         .connect_timeout = 0.5,
         .server = stay_silent,
         .versions = {0}},
        stalled("within the first record's header", 3),
        stalled("within ServerHello", 60),
        stalled("after ServerHello", 140),
        stalled("within Certificate", 400),
        {.name = "before CONNACK",
         .tls = zoo.server(),
         .options = zoo.usual(),
         .status = 4,
         .sentence = {"localhost:PORT", "within TIME s"},
         .trusted = true,
         .connect_timeout = 0.5,
         .server =
             [](int socket, const TlsServerOptions& options) {
                 TlsConnection connection(socket, options);
                 std::string received;
                 if (!connection.accept()) return received;
                 for (std::string more = connection.read(); !more.empty(); more = connection.read())
                     received += more;
                 return received;
             }},
    });
}

TEST_CASE("zoo: the end of the connection, at every phase") {
    const Zoo zoo;
    std::vector<ZooRow> rows;
    for (const std::size_t after : {1U, 3U, 5U, 6U, 40U, 90U, 126U, 127U, 140U, 200U, 400U, 600U, 700U})
        rows.push_back({.name = "after " + std::to_string(after) + " bytes",
                        .tls = zoo.server(),
                        .options = zoo.usual(),
                        .status = 6,
                        .sentence = {"localhost:PORT", "closed"},
                        .slow = after == 90U,
                        .link = {.broken_after = after}});
    rows.push_back({.name = "instead of CONNACK",
                    .tls = zoo.server(),
                    .options = zoo.usual(),
                    .status = 10,
                    .sentence = {"localhost:PORT", "connection"},
                    .trusted = true,
                    .slow = true,
                    .server = hang_up_on_connect});
    check_rows(rows);
}
