// SPDX-License-Identifier: Apache-2.0
// What a CONNECT without CONNACK may mean.
#include "client/unanswered.hpp"

#include <doctest/doctest.h>

using namespace mqtts;
using client::Tongue;

namespace {

Failure hung_up_after(const client::Unanswered& sent, Errc code = Errc::connection_truncated) {
    Failure failure = client::hung_up_on(sent, "h:1", Failure(code, "h:1: it was asked for"));
    CHECK(failure.code == code);
    return failure;
}

Failure silent(const client::Unanswered& sent) {
    Failure failure = client::silent_on(sent, Failure(Errc::connect_timeout, "no answer"));
    CHECK(failure.code == Errc::connect_timeout);
    return failure;
}

}  // namespace

TEST_CASE("a hang-up is told as what it means, with what can be tried") {
    const std::string closed = "h:1 closed the connection before CONNACK; perhaps ";
    CHECK(hung_up_after({}).cause == closed +
                                         "the broker refuses the client identifier or the user, a policy forbids the "
                                         "connection, or it is a proxy whose broker is down");
    CHECK(hung_up_after({.will = true})
              .cause.starts_with(closed + "the broker refuses the client identifier, the user or the Will Message, "));
    CHECK(hung_up_after({}).hint == "check -i, or give --username and --pw");
    CHECK(hung_up_after({.credentials = true}).hint == "check -i, --username and --pw");
    CHECK(hung_up_after({.credentials = true, .version = "try -V 311"}).hint ==
          "check -i, --username and --pw, or try -V 311");
    CHECK(hung_up_after({.credentials = true, .certificate = "check the client certificate in c.pem"}).hint ==
          "check -i, --username and --pw, or check the client certificate in c.pem");
    CHECK(one_line(hung_up_after({.credentials = true, .accepted_before = true})) ==
          closed + "it is a proxy whose broker is down");
}

TEST_CASE("a reset is told as a close: which of them comes is a matter of time") {
    for (const std::string reason : {"connection reset by peer", "broken pipe"})
        CHECK(client::hung_up_on({.accepted_before = true}, "h:1",
                                 {Errc::connection_lost, "h:1: connection lost: " + reason})
                  .cause.starts_with("h:1 closed the connection before CONNACK; "));
    CHECK(client::hung_up_on({}, "h:1", {Errc::connection_lost, "h:1: connection lost: no route to host"})
              .cause.starts_with("h:1: connection lost: no route to host before CONNACK; "));
}

TEST_CASE("what is about our certificate says so itself") {
    CHECK(one_line(hung_up_after({.certificate = "x"}, Errc::closed_without_client_certificate)) ==
          "h:1: it was asked for");
    const Failure about_certificate(Errc::closed_on_client_certificate, "it closed", "check c.pem", {"c.pem"});
    const Failure failure = client::hung_up_on({.credentials = true}, "h:1", about_certificate);
    CHECK(failure.cause == "it closed");
    CHECK(failure.hint == "check c.pem, or check --username and --pw");
    CHECK(failure.about == about_certificate.about);
}

TEST_CASE("silence behind TLS, and behind the agreement on a WebSocket") {
    CHECK(silent({}).cause ==
          "no answer; the TLS handshake succeeded, but then nothing came: perhaps the broker behind it hangs, or the "
          "port speaks another protocol");
    CHECK(silent({}).hint == "give --ws if the port speaks MQTT over WebSocket");
    CHECK(silent({.credentials = true}).hint ==
          "give --ws if the port speaks MQTT over WebSocket, or check --username and --pw");
    CHECK(silent({.credentials = true, .certificate = "give another one"})
              .hint.ends_with(", or check --username and --pw, or give another one"));
    CHECK(one_line(silent({.websocket = true, .version = "try -V 311"})) ==
          "no answer; the WebSocket was opened, but then nothing came: perhaps the broker behind it hangs; try -V 311");
    CHECK(one_line(silent({.accepted_before = true})) == "no answer");
    const Failure timeout(Errc::connect_timeout, "no answer");
    CHECK(one_line(client::silent_in("asking for a WebSocket", timeout)) ==
          "no answer; the TLS handshake succeeded, but then nothing came: perhaps the server behind it hangs, or the "
          "port speaks MQTT without WebSocket; leave out --ws or write mqtts:// if it speaks MQTT over TLS alone");
    CHECK(one_line(client::silent_in("waiting for the TLS handshake", timeout)) == "no answer");
}

TEST_CASE("the first bytes tell MQTT from other protocols") {
    using namespace std::string_view_literals;
    struct {
        std::string_view bytes;
        Tongue tongue;
    } const rows[] = {
        {""sv, Tongue::unclear},
        {"\x20"sv, Tongue::unclear},
        {"\x20\x02"sv, Tongue::mqtt},
        {"\x20\x03\x00\x87\x00"sv, Tongue::mqtt},
        {"\x20\x40\x00"sv, Tongue::mqtt},  // CONNACK with many properties
        {"\x40\x02\x00\x01"sv, Tongue::mqtt},
        {"\x30\x23\x00\x01"sv, Tongue::mqtt},
        {"\x90\x04"sv, Tongue::mqtt},
        {"2"sv, Tongue::unclear},  // or a PUBLISH
        {"22"sv, Tongue::unclear},
        {"H"sv, Tongue::other},
        {"N"sv, Tongue::other},
        {"\r\nlogin: "sv, Tongue::other},
        {"\x4a\0\0\0\n8.0.36"sv, Tongue::other},
        {"\0\0\x12\4\0\0\0\0\0"sv, Tongue::other},
        {"\xff\xfd\x18"sv, Tongue::other},
        {"\x30\x0c\x02\x01\0"sv, Tongue::other},
        {"\x30\x84\0\0\0\x10\2\1\0"sv, Tongue::other},
        {"\x30\x85\x02\x01\0"sv, Tongue::mqtt},
        {"\x62\2\0\1"sv, Tongue::mqtt},
        {"\x60\2\0\1"sv, Tongue::other},
        {"HTTP/1.1 400 Bad Request\r\n"sv, Tongue::other},
        {"220 mail.example ESMTP\r\n"sv, Tongue::other},
        {"+OK ready\r\n"sv, Tongue::other},
        {"* OK IMAP4rev1\r\n"sv, Tongue::other},
        {"AMQP\x00\x00\x09\x01"sv, Tongue::other},
        {"@RSYNCD: 31.0\n"sv, Tongue::other},
        {"\x15\x03\x01\x00\x02\x02\x46"sv, Tongue::other},
    };
    for (const auto& row : rows) {
        CAPTURE(row.bytes);
        CHECK(client::tongue(row.bytes) == row.tongue);
    }
}

TEST_CASE("what answers is named, with the cure") {
    using namespace std::string_view_literals;
    CHECK(one_line(client::not_mqtt("h:443", "HTTP/1.1 400 Bad Request\r\n")) ==
          "h:443 answers HTTP, not MQTT; give --ws if the port speaks MQTT over WebSocket, or another port with -p");
    CHECK(client::not_mqtt("h:443", "<html>\r\n<head>").cause == "h:443 answers HTTP, not MQTT");
    CHECK(one_line(client::not_mqtt("h:5671", "AMQP\x00\x00\x09\x01"sv)) ==
          "h:5671 answers AMQP, not MQTT; check the port (-p)");
    CHECK(one_line(client::not_mqtt("h:465", "220 mail.example ESMTP\r\n")) ==
          "h:465 answers \"220 mail.example ESMTP\", not MQTT; check the port (-p)");
    const auto named = [](std::string_view bytes) {
        const Failure failure = client::not_mqtt("h:1", bytes);
        CHECK(failure.hint == "check the port (-p)");
        return failure.cause.substr(12, failure.cause.find(", not MQTT") - 12);  // behind "h:1 answers "
    };
    CHECK(named("\x4a\0\0\0\n8.0.36"sv) == "MySQL");
    CHECK(named("\0\0\x12\4\0\0\0\0\0"sv) == "HTTP/2");
    CHECK(named("\0\0\x08\7\0\0\0\0\0"sv) == "HTTP/2");
    CHECK(named("\xff\xfd\x18\xff"sv) == "Telnet");
    CHECK(named("\x30\x0c\x02\x01\0"sv) == "LDAP");
    CHECK(named("\x30\x84\0\0\0\x10\2\1\0"sv) == "LDAP");
    CHECK(named("\r\nlogin: "sv) == "\"login: \"");
    CHECK(named("OK\r\n"sv) == "\"OK\"");
    CHECK(named("E\0\0\0\x8cSFATAL"sv) == "binary data");
    CHECK(named("\0\0\0\0"sv) == "binary data");
    CHECK(one_line(client::not_mqtt("h:1", "\r\n<html>")).starts_with("h:1 answers HTTP, not MQTT; give --ws"));
    CHECK(one_line(client::not_mqtt("h:1", "\x15\x03\x01\x00\x02\x02\x46"sv)) ==
          "h:1 answers TLS inside TLS: the proxy that ends TLS there forwards to a port that expects TLS, too; forward "
          "to the "
          "broker's port without TLS");
}
