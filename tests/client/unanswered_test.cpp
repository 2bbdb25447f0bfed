// SPDX-License-Identifier: Apache-2.0
// What a CONNECT without CONNACK may mean.
#include "client/unanswered.hpp"

#include <doctest/doctest.h>

using namespace mqtts;
using client::Tongue;

namespace {

std::string hung_up(const client::Unanswered& sent, Errc code = Errc::connection_truncated) {
    const Failure failure = hung_up_on(sent, "h:1", Failure(code, "h:1: it was asked for"));
    CHECK(failure.code == code);
    return failure.what;
}

}  // namespace

TEST_CASE("a hang-up is told as what it means, with what can be tried") {
    const std::string usual =
        "h:1 closed the connection before CONNACK: brokers do so over a client identifier (-i), a user (--username, "
        "--pw) or a policy, and proxies when the broker behind them is down";
    CHECK(hung_up({}) == usual);
    CHECK(hung_up({.credentials = true}) == usual + ": check --username and --pw");
    CHECK(hung_up({.credentials = true, .version = "try -V 311"}) ==
          usual + ": check --username and --pw, or try -V 311");
    CHECK(hung_up({.certificate = "check the client certificate in c.pem"}) ==
          usual + ": check the client certificate in c.pem");
    CHECK(hung_up({.will = true}).find("(--username, --pw), a will or a policy") != std::string::npos);
    CHECK(hung_up({.credentials = true, .accepted_before = true}) ==
          "h:1 closed the connection before CONNACK: perhaps it is a proxy, and the broker behind it is down");
}

TEST_CASE("a reset is told as a close: which of them comes is a matter of time") {
    for (const std::string reason : {"connection reset by peer", "broken pipe"})
        CHECK(client::hung_up_on({.accepted_before = true}, "h:1",
                                 {Errc::connection_lost, "h:1: connection lost: " + reason})
                  .what.starts_with("h:1 closed the connection before CONNACK: "));
    CHECK(client::hung_up_on({}, "h:1", {Errc::connection_lost, "h:1: connection lost: no route to host"})
              .what.starts_with("h:1: connection lost: no route to host before CONNACK: "));
}

TEST_CASE("what is about our certificate says so itself") {
    CHECK(hung_up({.certificate = "x"}, Errc::closed_without_client_certificate) == "h:1: it was asked for");
    CHECK(hung_up({.credentials = true}, Errc::closed_on_client_certificate) ==
          "h:1: it was asked for, or check --username and --pw");
}

TEST_CASE("silence behind TLS, and behind the agreement on a WebSocket") {
    CHECK(client::explain_silence({}) ==
          ": TLS was answered, and then nothing came: perhaps the broker behind it hangs, or another "
          "protocol is spoken there, such as WebSocket (--ws)");
    CHECK(
        client::explain_silence({.websocket = true, .version = "try -V 311"}) ==
        ": the request for a WebSocket was answered, and then nothing came: perhaps the broker behind it hangs: try -V "
        "311");
    CHECK(client::explain_silence({.credentials = true, .certificate = "give another one"})
              .ends_with(": check --username and --pw, or give another one"));
    CHECK(client::explain_silence({.accepted_before = true}) == "");
    CHECK(client::explain_silence_in("asking for a WebSocket").find("(leave out --ws)") != std::string::npos);
    CHECK(client::explain_silence_in("shaking hands (TLS)") == "");
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
    CHECK(client::not_mqtt("h:443", "HTTP/1.1 400 Bad Request\r\n").what ==
          "h:443 answers HTTP, not MQTT: give --ws if MQTT goes in a WebSocket there, otherwise another port with -p");
    CHECK(client::not_mqtt("h:443", "<html>\r\n<head>").what.starts_with("h:443 answers HTTP, not MQTT: "));
    CHECK(client::not_mqtt("h:5671", "AMQP\x00\x00\x09\x01"sv).what ==
          "h:5671 answers AMQP, not MQTT: is it the right port?");
    CHECK(client::not_mqtt("h:465", "220 mail.example ESMTP\r\n").what ==
          "h:465 answers \"220 mail.example ESMTP\", not MQTT: is it the right port?");
    const auto named = [](std::string_view bytes) {
        const std::string what = client::not_mqtt("h:1", bytes).what;
        return what.substr(12, what.find(", not MQTT: is it the right port?") - 12);  // behind "h:1 answers "
    };
    CHECK(named("\x4a\0\0\0\n8.0.36"sv) == "MySQL");
    CHECK(named("\0\0\x12\4\0\0\0\0\0"sv) == "HTTP/2");
    CHECK(named("\0\0\x08\7\0\0\0\0\0"sv) == "HTTP/2");
    CHECK(named("\xff\xfd\x18\xff"sv) == "Telnet");
    CHECK(named("\x30\x0c\x02\x01\0"sv) == "LDAP");
    CHECK(named("\x30\x84\0\0\0\x10\2\1\0"sv) == "LDAP");
    CHECK(named("\r\nlogin: "sv) == "\"login: \"");
    CHECK(named("OK\r\n"sv) == "\"OK\"");
    CHECK(named("E\0\0\0\x8cSFATAL"sv) == "something that is no text");
    CHECK(named("\0\0\0\0"sv) == "something that is no text");
    CHECK(client::not_mqtt("h:1", "\r\n<html>").what.starts_with("h:1 answers HTTP, not MQTT: give --ws"));
    CHECK(client::not_mqtt("h:1", "\x15\x03\x01\x00\x02\x02\x46"sv).what ==
          "h:1 answers TLS inside TLS: what ends TLS there passes MQTT on to a port that wants TLS itself");
}
