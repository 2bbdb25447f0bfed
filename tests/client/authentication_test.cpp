// SPDX-License-Identifier: Apache-2.0
// Enhanced authentication, over a connection whose other end is the test.
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <utility>

#include "client/conversing.hpp"
#include "support/scram_server.hpp"
#include "support/temporary_directory.hpp"
#include "wire/decode_client.hpp"

namespace {

using namespace std::chrono_literals;
using namespace mqtts;
using namespace mqtts::test;
using wire::PropertyIdentifier;
using wire::ReasonCode;

/// The Authentication Data of the first packet, CONNECT or AUTH.
std::string data_in(std::string_view bytes) {
    Errc error = Errc::ok;
    const auto frame = wire::next_frame(bytes, wire::largest_packet, error);
    REQUIRE(frame);
    wire::ClientConnect connect;
    wire::ClientAuth auth;
    const bool is_connect = frame->type == wire::PacketType::connect;
    REQUIRE((is_connect ? decode(*frame, connect) : decode(*frame, wire::ProtocolVersion::v5, auth)) == Errc::ok);
    const auto data =
        (is_connect ? connect.packet.properties : auth.packet.properties).find(PropertyIdentifier::authentication_data);
    return data ? std::string(data->text) : "";
}

wire::PropertyWriter with_data(std::string_view method, std::string_view data) {
    wire::PropertyWriter properties;
    properties.add(PropertyIdentifier::authentication_method, method);
    if (!data.empty()) properties.add(PropertyIdentifier::authentication_data, data);
    return properties;
}

struct Authenticating : Conversing {
    explicit Authenticating(auth::Settings of_method) {
        settings.authentication = std::move(of_method);
        settings.session.authentication_method = settings.authentication.method;
        settings.version_pinned = true;
    }
    void server_auth(ReasonCode code, std::string_view data = {}) {
        const wire::PropertyWriter properties = with_data(settings.authentication.method, data);
        link->server(wire::Auth{.properties = properties.view(), .reason_code = code});
    }
    /// What was sent does not matter.
    void skip() { static_cast<void>(link->sent()); }
    void server_accepts(std::string_view data = {}) {
        link->server(wire::Connack{.properties = with_data(settings.authentication.method, data).view()});
    }
};

struct WithScram : Authenticating {
    WithScram() : Authenticating({.method = "SCRAM-SHA-256", .user_name = "user", .password = Secret("pencil")}) {
        settings.subscriptions = {{.topic_filter = "a"}};
    }
    /// Up to our proof.
    void prove() {
        begin(true);
        server_auth(ReasonCode::continue_authentication, server.first(data_in(link->sent_bytes())));
        const std::string proof = link->sent_bytes();
        CHECK(data_in(proof).starts_with("c=biws,r="));
    }
    /// It only publishes, and both have proved themselves.
    void publish_proved() {
        settings.subscriptions.clear();
        settings.patience.reconnect = 60s;
        prove();
        server_accepts(server.last());
    }
    /// The connection is lost, and the server of the next one sends its challenge.
    void challenge_again() {
        link->hang_up();
        timer.pass(1s);
        server_auth(ReasonCode::continue_authentication, server.first(data_in(link->sent_bytes())));
    }
    ScramServer server;
};

struct WithToken : Authenticating {
    WithToken() : Authenticating({.method = "TOKEN", .data_file = path, .data = Secret("one")}) {}
    static void replace(const std::string& content) {
        REQUIRE(std::rename(directory.write("other", content).c_str(), path.c_str()) == 0);
    }
    /// Until the file has been looked at twice.
    void look() { timer.pass(5s); }

    static inline const TemporaryDirectory directory;
    static inline const std::string path = directory.write("token", "one");
};

}  // namespace

TEST_CASE("SCRAM proves the password without sending it, and believes a server that does the same") {
    WithScram c;
    c.settings.session.user_name.reset();
    c.prove();
    c.server_accepts(c.server.last());
    CHECK(c.link->sent() == "SUBSCRIBE 1 a qos0");
    CHECK(c.log.told() == "");
}

TEST_CASE("a server that does not prove itself gets a DISCONNECT and nothing else") {
    for (const auto& [proof, how] : {std::pair{"", "without a"}, {"v=AAAA", "with a wrong"}}) {
        WithScram c;
        c.prove();
        c.server_accepts(proof);
        CHECK(c.link->sent() == "DISCONNECT 0x80");
        CHECK(c.result().starts_with(std::string("5 server:1 accepted us ") + how + " proof that it knows"));
    }
}

TEST_CASE("a server that accepts us at once, or tells all at once, has proved nothing") {
    WithScram at_once;
    at_once.begin(true);
    at_once.skip();
    at_once.server_accepts();
    CHECK(at_once.result().starts_with("5 server:1 accepted us without a proof"));

    WithScram both;
    both.begin(true);
    Buffer bytes;
    const wire::PropertyWriter challenge =
        with_data("SCRAM-SHA-256", both.server.first(data_in(both.link->sent_bytes())));
    encode(bytes, wire::Auth{.properties = challenge.view(), .reason_code = ReasonCode::continue_authentication},
           wire::ProtocolVersion::v5);
    encode(bytes, wire::Connack{}, wire::ProtocolVersion::v5);
    both.link->server_bytes(bytes.readable());
    CHECK(both.result().starts_with("5 server:1 accepted us without a proof"));
}

TEST_CASE("messages in flight are not repeated to a server that has not proved itself") {
    WithScram c;
    c.publish_proved();
    c.publish("a");
    CHECK(c.link->sent() == "PUBLISH 1 qos1 a \"x\"");
    c.challenge_again();
    c.skip();
    c.server_accepts("v=AAAA");
    CHECK(c.link->sent() == "DISCONNECT 0x80");
    CHECK(c.result().starts_with("5 server:1 accepted us with a wrong proof"));
}

TEST_CASE("a message in flight that the limits of a server forbid which does not prove itself is told of") {
    WithScram c;
    c.publish_proved();
    c.publish("a");
    c.publish("b");
    c.skip();
    c.link->server(wire::Acknowledgement{.packet_identifier = 1, .reason_code = ReasonCode::not_authorized});
    c.challenge_again();
    wire::PropertyWriter properties = with_data("SCRAM-SHA-256", "");
    properties.add(PropertyIdentifier::maximum_qos, 0U);
    c.link->server(wire::Connack{.properties = properties.view()});
    CHECK(c.result().starts_with("5 server:1 accepted us without a proof"));
    CHECK(c.result().find("; cannot send 1 message again: ") != std::string::npos);
    CHECK(c.client->statistics().acknowledged == 0);
    CHECK(c.client->statistics().refused == 2);
}

TEST_CASE("a broker that falls silent behind its challenge is not said to have said nothing, nor to lack MQTT 5") {
    WithScram c;
    c.settings.needs_version_5 = "--auth-method";
    c.begin();
    c.server_auth(ReasonCode::continue_authentication, c.server.first(data_in(c.link->sent_bytes())));
    c.timer.pass(10s);
    CHECK(c.result() == "4 no answer from server:1 within 10 s (while waiting for CONNACK)");
}

TEST_CASE("a message of SCRAM that is wrong ends the connection; few iterations get a warning") {
    WithScram wrong;
    wrong.begin();
    wrong.skip();
    wrong.server_auth(ReasonCode::continue_authentication, "r=x,s=AAAA,i=1");
    CHECK(wrong.result() == "9 server:1 sent a SCRAM nonce (r=) that does not extend ours");

    WithScram many;
    many.server.iterations = "10000001";
    many.begin();
    many.server_auth(ReasonCode::continue_authentication, many.server.first(data_in(many.link->sent_bytes())));
    CHECK(many.result() == "7 server:1 asks for 10000001 SCRAM iterations, and more than 10000000 are refused");

    WithScram few;
    few.server.iterations = "1000";
    few.prove();
    few.server_accepts(few.server.last());
    CHECK(few.link->sent() == "SUBSCRIBE 1 a qos0");
    CHECK(few.log.told() ==
          "warning: the broker keeps the password with 1000 SCRAM iterations, and RFC 7677 demands 4096 at least");
}

TEST_CASE("SCRAM over a connection that the server wants authenticated again") {
    WithScram c;
    c.prove();
    c.server_accepts(c.server.last());
    c.skip();
    c.server_auth(ReasonCode::re_authenticate);
    const std::string again = c.link->sent_bytes();
    CHECK(to_text(again, wire::ProtocolVersion::v5).starts_with("AUTH 0x19"));
    c.server_auth(ReasonCode::continue_authentication, c.server.first(data_in(again)));
    CHECK(data_in(c.link->sent_bytes()).starts_with("c=biws,r="));
    SUBCASE("with a right proof") {
        c.server_auth(ReasonCode::success, c.server.last());
        CHECK_FALSE(c.ended());
        CHECK(c.link->opened() == 1);
    }
    SUBCASE("with a wrong one") {
        c.server_auth(ReasonCode::success, "v=AAAA");
        CHECK(c.link->sent() == "DISCONNECT 0x80");
        CHECK(c.result().starts_with("5 server:1 accepted us with a wrong proof"));
    }
}

TEST_CASE("an answer that the server does not take is not sent [MQTT-3.2.2-15], and the connection stays") {
    WithScram c;
    c.prove();
    wire::PropertyWriter properties = with_data("SCRAM-SHA-256", c.server.last());
    properties.add(PropertyIdentifier::maximum_packet_size, 100U);
    c.link->server(wire::Connack{.properties = properties.view()});
    c.skip();
    c.server_auth(ReasonCode::re_authenticate);
    c.server_auth(ReasonCode::continue_authentication, c.server.first(data_in(c.link->sent_bytes())));
    CHECK(c.link->sent() == "");
    CHECK(c.log.told() == "warning: server:1 does not take a packet as large as the answer to its challenge");
    CHECK_FALSE(c.ended());
}

TEST_CASE("a token is in CONNECT, and each new connection reads its file anew") {
    WithToken::replace("one");
    WithToken c;
    c.settings.patience.reconnect = 60s;
    c.begin(true);
    CHECK(data_in(c.link->sent_bytes()) == "one");
    c.server_accepts();
    WithToken::replace("two\n");
    c.link->hang_up();
    c.timer.pass(1s);
    CHECK(data_in(c.link->sent_bytes()) == "two");
}

TEST_CASE("a token that has changed is presented over the same connection") {
    WithToken::replace("one");
    WithToken c;
    c.begin(true);
    c.skip();
    c.server_accepts();
    c.look();
    CHECK(c.link->sent() == "");
    WithToken::replace("two");
    c.look();
    const std::string again = c.link->sent_bytes();
    CHECK(to_text(again, wire::ProtocolVersion::v5).starts_with("AUTH 0x19"));
    CHECK(data_in(again) == "two");
    WithToken::replace("three");
    c.look();
    CHECK(c.link->sent() == "");  // one after the other
    c.server_auth(ReasonCode::success);
    c.look();
    CHECK(data_in(c.link->sent_bytes()) == "three");
    CHECK(c.link->opened() == 1);
    SUBCASE("and refused") {
        c.link->server(wire::Disconnect{.reason_code = ReasonCode::not_authorized});
        CHECK(c.result() == "7 server:1 ended the connection: not authorized");
    }
    SUBCASE("or it wants more than there is") {
        c.server_auth(ReasonCode::continue_authentication, "more");
        CHECK(c.link->sent() == "DISCONNECT 0x8c");
        CHECK(c.result() ==
              "7 server:1 asks for more than the data of --auth-data-file, the only message of this method; check "
              "--auth-method");
    }
}

TEST_CASE("a server that asks gets the token at once") {
    WithToken::replace("one");
    WithToken c;
    c.begin(true);
    c.skip();
    c.server_accepts();
    c.server_auth(ReasonCode::re_authenticate);
    CHECK(data_in(c.link->sent_bytes()) == "one");
    c.server_auth(ReasonCode::success);
    WithToken::replace("two");
    c.server_auth(ReasonCode::re_authenticate);
    CHECK(data_in(c.link->sent_bytes()) == "two");
}

TEST_CASE("a token file that vanishes or is empty later gets one warning, and the connection stays") {
    WithToken::replace("one");
    WithToken c;
    c.begin(true);
    c.skip();
    c.server_accepts();
    WithToken::replace("");
    c.look();
    CHECK(c.log.told() ==
          "warning: " + WithToken::path + ": the file is empty; the connection goes on with the data sent before");
    c.look();
    CHECK(c.log.told() == "");
    REQUIRE(::unlink(WithToken::path.c_str()) == 0);
    c.look();
    CHECK(c.log.told().ends_with(": no such file or directory; the connection goes on with the data sent before"));
    CHECK(c.link->sent() == "");
    CHECK_FALSE(c.ended());
    WithToken::replace("two");
    c.look();
    CHECK(data_in(c.link->sent_bytes()) == "two");
}

TEST_CASE("a second challenge to a token is refused before CONNACK, and so is a method that the server does not know") {
    WithToken challenged;
    challenged.begin();
    challenged.server_auth(ReasonCode::continue_authentication, "more");
    CHECK(challenged.result().starts_with("7 server:1 asks for more than the data of --auth-data-file"));

    WithToken refused;
    refused.begin();
    refused.link->server(wire::Connack{.reason_code = ReasonCode::not_authorized});
    CHECK(refused.result() ==
          "7 server:1 refused the connection: not authorized; check the file of --auth-data-file, or check --username "
          "and --pw");

    WithToken unknown;
    unknown.begin();
    unknown.link->server(wire::Connack{.reason_code = ReasonCode::bad_authentication_method});
    CHECK(unknown.result() ==
          "7 server:1 refused the connection: bad authentication method; check --auth-method: the broker may not know "
          "this method, or may want another one");
}

TEST_CASE("without a method, nothing is in CONNECT, and AUTH breaks the protocol") {
    Conversing c;
    c.begin();
    CHECK(c.link->sent().find("authentication") == std::string::npos);
    c.link->server(wire::Auth{});
    CHECK(c.result().starts_with("9 server:1 broke the protocol in AUTH"));
}

TEST_CASE("a method that only -D connect names gets no answer, and a hint") {
    Conversing c;
    c.settings.session.connect_properties.add(PropertyIdentifier::authentication_method, "M");
    c.begin();
    const wire::PropertyWriter properties = with_data("M", "x");
    c.link->server(wire::Auth{.properties = properties.view(), .reason_code = ReasonCode::continue_authentication});
    CHECK(c.result() ==
          "7 server:1 asks for an answer in AUTH, which -D connect cannot give; give --auth-method instead of -D "
          "connect authentication-method");
}
