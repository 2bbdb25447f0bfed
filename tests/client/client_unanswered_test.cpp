// SPDX-License-Identifier: Apache-2.0
// A client whose CONNECT gets no CONNACK: what it tries before it gives up, and what it says then.
#include <doctest/doctest.h>

#include "client/conversing.hpp"

namespace {

using namespace std::chrono_literals;
using namespace mqtts;
using namespace mqtts::test;

const std::string before_connack = "10 server:1 closed the connection before CONNACK; perhaps the broker refuses ";

/// The server hangs up on CONNECT, in each version.
void refuse_both(Conversing& c, Errc how = Errc::connection_truncated) {
    c.begin();
    for (int attempt = 0; attempt < 2; ++attempt) {
        CHECK(c.link->sent().starts_with("CONNECT"));
        c.link->hang_up(how);
    }
}

}  // namespace

TEST_CASE("who hangs up on CONNECT is told as a broker or a proxy") {
    Conversing c;
    refuse_both(c);
    CHECK(c.link->opened() == 2);
    CHECK(c.result() == before_connack +
                            "the client identifier or the user, a policy forbids the connection, or it is a proxy "
                            "whose broker is down; check -i, or give --username and --pw");
}

TEST_CASE("with time left for a first connection the cause is told once") {
    Conversing c;
    c.settings.version_pinned = true;
    c.settings.patience.retry_connect = 10s;
    c.begin();
    c.link->hang_up();
    c.timer.pass(1s);
    c.link->hang_up();
    CHECK(c.log.told().ends_with("down; trying again; check -i, or give --username and --pw, or try -V 311"));
    CHECK(c.log.told() == "");
    c.timer.pass(1s);
    CHECK(c.link->sent().find("CONNECT") != std::string::npos);
    c.link->server(wire::Connack{});
    CHECK(c.client->can_publish());
}

TEST_CASE("a hang-up over our certificate is tried in the older version first") {
    Conversing c;
    refuse_both(c, Errc::closed_without_client_certificate);
    CHECK(c.link->opened() == 2);
    CHECK(c.result() == "6 server:1 closed the connection");
}

TEST_CASE("a handshake that ends over our certificate says nothing about the version of MQTT") {
    Conversing c;
    c.link = nullptr;
    c.create();
    c.link->open_failures = {Failure(Errc::closed_on_client_certificate, "it has expired")};
    c.run();
    CHECK(c.link->opened() == 1);
    CHECK(c.result() == "6 it has expired");
}

TEST_CASE("with --retry-connect a hang-up over our certificate is tried again: the broker may be about to start") {
    Conversing c;
    c.settings.patience.retry_connect = 10s;
    refuse_both(c, Errc::closed_without_client_certificate);
    CHECK(c.log.told().ends_with("trying again"));
    c.timer.pass(1s);
    c.accept();
    CHECK(c.client->can_publish());
}

TEST_CASE("a refusal of the user names the certificate that was asked for") {
    Conversing c;
    c.begin();
    c.link->advice = "give a certificate";
    c.link->server(wire::Connack{.reason_code = wire::ReasonCode::not_authorized});
    CHECK(c.result().ends_with("; check --username and --pw, or give a certificate"));
}

TEST_CASE("another protocol is named as soon as enough of it has come, and gets no goodbye") {
    Conversing c;
    c.begin();
    for (const char* piece : {"H", "TTP/1.1 400 Bad", " Request"})
        c.link->server_bytes(piece);
    CHECK_FALSE(c.ended());
    static_cast<void>(c.link->sent());
    c.link->server_bytes("\r\n");
    CHECK(c.result().starts_with("9 server:1 answers HTTP, not MQTT; give --ws"));
    CHECK(c.link->sent() == "");
    CHECK(c.link->opened() == 1);
}

TEST_CASE("an answer that no broker begins with is another protocol, not a malformed packet") {
    using namespace std::string_view_literals;
    for (const std::string_view bytes :
         {"\xff\xff\xff\xff\xff"sv, "\0\0\0\0\0\0\0\0\0"sv, "\xd0\x9f\xd1\x80\xd0\xb8"sv, "\x40\xff\xff\xff\xff"sv}) {
        Conversing c;
        c.begin();
        c.link->server_bytes(bytes);
        CHECK(c.result() == "9 server:1 answers binary data, not MQTT; check the port (-p)");
        CHECK(c.link->opened() == 1);
    }
    Conversing c;
    c.begin();
    c.link->server_bytes("\x20\0"sv);
    CHECK(c.result() == "9 server:1 broke the protocol in CONNACK: the broker sent a malformed packet");
}

TEST_CASE("a DISCONNECT instead of CONNACK in MQTT 3.1.1 is told once") {
    Conversing c;
    c.settings.session.version = wire::ProtocolVersion::v311;
    c.settings.version_pinned = true;
    c.begin();
    c.link->server_bytes(std::string_view("\xe0\0", 2));
    CHECK(c.result() ==
          "10 server:1 ended the connection before CONNACK; perhaps the broker refuses the client identifier or the "
          "user, a policy forbids the connection, or it is a proxy whose broker is down; check -i, or give --username "
          "and --pw");
}

TEST_CASE("another protocol that stops in the middle of its greeting is named when it hangs up, or stays silent") {
    for (const bool hangs_up : {true, false}) {
        Conversing c;
        c.settings.patience.connect_timeout = 10s;
        c.begin();
        c.link->server_bytes("<?xml version='1.0'?>");
        if (hangs_up)
            c.link->hang_up();
        else
            c.timer.pass(10s);
        CHECK(c.result() == "9 server:1 answers \"<?xml version='1.0'?>\", not MQTT; check the port (-p)");
        CHECK(c.link->opened() == 1);
    }
}

TEST_CASE("a cut after the same silence, twice, has -k as its cure") {
    Conversing c;
    c.settings.patience.reconnect = 1h;
    c.settings.session.keep_alive = 600;
    c.connect();
    for (int connection = 0; connection < 2; ++connection) {
        c.timer.pass(40s);
        c.link->hang_up();
        c.timer.pass(1s);
        c.accept();
    }
    CHECK(
        c.log.told().find(
            "server:1 closed two connections, each after 40 s without traffic; perhaps a proxy on the way closes idle "
            "connections; shorten the Keep Alive with -k 30") != std::string::npos);
}
